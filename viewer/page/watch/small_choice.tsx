/** A choice whose label only screen readers hear: what it offers says enough in its place. */
export function SmallChoice<T extends string>(
  { label, value, options, onChange }: {
    label: string;
    value: T;
    options: readonly (readonly [value: T, text: string])[];
    onChange: (value: T) => void;
  },
) {
  return (
    <select
      class="watch-choice"
      aria-label={label}
      title={label}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value as T)}
    >
      {options.map(([key, text]) => <option key={key} value={key}>{text}</option>)}
    </select>
  );
}

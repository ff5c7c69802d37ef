import type { ComponentChildren, RefObject, TargetedKeyboardEvent } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";

/** A button; `label` is what it says, or what it is called where it only shows a sign. */
export function Button(
  { label, children, onClick, pressed, disabled, primary, title }: {
    label: string;
    children?: ComponentChildren;
    onClick: () => void;
    pressed?: boolean;
    disabled?: boolean;
    primary?: boolean;
    title?: string;
  },
) {
  return (
    <button
      type="button"
      class={primary ? "button primary" : "button"}
      onClick={onClick}
      aria-pressed={pressed}
      aria-label={children === undefined ? undefined : label}
      disabled={disabled}
      title={title}
    >
      {children ?? label}
    </button>
  );
}

/** A labelled slider of a signal, or of whatever else holds a value. */
export function Slider(
  { label, value, min, max, step, format = String, onReset }: {
    label: string;
    value: { value: number };
    min: number;
    max: number;
    step: number;
    format?: (value: number) => string;
    onReset?: () => void;
  },
) {
  return (
    <label class="field slider">
      <span class="field-label">{label}</span>
      <input
        type="range"
        min={min}
        max={max}
        step={step}
        value={value.value}
        aria-valuetext={format(value.value)}
        onInput={(event) => value.value = event.currentTarget.valueAsNumber}
        onDblClick={onReset}
      />
      <output>{format(value.value)}</output>
    </label>
  );
}

/** Enter and Escape end typing: the keys are the page's again. */
export function leaveByEnter(event: TargetedKeyboardEvent<HTMLInputElement>): void {
  if (event.key === "Enter" || event.key === "Escape") event.currentTarget.blur();
}

/** An input that shows a value and keeps what is being typed: the page may draw it anew meanwhile, as pieces arrive. */
function useTyped(value: string): RefObject<HTMLInputElement | null> {
  const input = useRef<HTMLInputElement>(null);
  useLayoutEffect(() => {
    input.current!.value = value;
  }, [value]);
  return input;
}

/** A labelled number of a signal, kept within its range. */
export function NumberField(
  { label, value, min, max, step = 1 }: {
    label: string;
    value: { value: number };
    min: number;
    max: number;
    step?: number;
  },
) {
  const input = useTyped(String(value.value));
  return (
    <label class="field">
      <span class="field-label">{label}</span>
      <input
        ref={input}
        type="number"
        min={min}
        max={max}
        step={step}
        onChange={(event) => {
          const { valueAsNumber } = event.currentTarget;
          if (Number.isFinite(valueAsNumber)) value.value = Math.min(Math.max(valueAsNumber, min), max);
          event.currentTarget.value = String(value.value);
        }}
        onKeyDown={leaveByEnter}
      />
    </label>
  );
}

/** A labelled text; it counts once the reader leaves the field. */
export function TextField(
  { label, value, onChange }: { label: string; value: string; onChange: (value: string) => void },
) {
  const input = useTyped(value);
  return (
    <label class="field">
      <span class="field-label">{label}</span>
      <input
        ref={input}
        type="text"
        onChange={(event) => onChange(event.currentTarget.value)}
        onKeyDown={leaveByEnter}
      />
    </label>
  );
}

/** A labelled choice. */
export function Choice<T extends string>(
  { label, value, options, onChange }: {
    label: string;
    value: T;
    options: readonly (readonly [value: T, text: string])[];
    onChange: (value: T) => void;
  },
) {
  return (
    <label class="field">
      <span class="field-label">{label}</span>
      <select aria-label={label} value={value} onChange={(event) => onChange(event.currentTarget.value as T)}>
        {options.map(([key, text]) => <option key={key} value={key}>{text}</option>)}
      </select>
    </label>
  );
}

/** A labelled switch of a signal. */
export function Toggle({ label, value }: { label: string; value: { value: boolean } }) {
  return (
    <label class="field toggle">
      <input
        type="checkbox"
        checked={value.value}
        onChange={(event) => value.value = event.currentTarget.checked}
      />
      <span class="field-label">{label}</span>
    </label>
  );
}

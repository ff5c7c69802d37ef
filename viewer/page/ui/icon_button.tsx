import { Icon, type IconName } from "./icon.tsx";

/** A button that shows a sign; its label is what it is called, and what the pointer is told. */
export function IconButton(
  { icon, label, onClick, pressed, expanded, disabled, class: name = "" }: {
    icon: IconName;
    label: string;
    onClick: () => void;
    pressed?: boolean;
    expanded?: boolean;
    disabled?: boolean;
    class?: string;
  },
) {
  return (
    <button
      type="button"
      class={`button quiet ${name}`}
      aria-label={label}
      aria-pressed={pressed}
      aria-expanded={expanded}
      title={label}
      disabled={disabled}
      onClick={onClick}
    >
      <Icon name={icon} />
    </button>
  );
}

/** Kinds of `input` that are not typed into, and the keys that each wants for itself. */
const INPUT_KEYS: Readonly<Record<string, readonly string[]>> = {
  range: ["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown", "Home", "End", "PageUp", "PageDown"],
  radio: [" ", "ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown"],
  checkbox: [" "],
};

/**
 * Whether the control that has the focus wants a key for itself: a field all that can be typed, a slider its arrows, a
 * button what presses it. All other keys are the page's.
 *
 * @param target Where the key was pressed.
 * @param key As `event.key` names it.
 */
export function keepsKey(target: EventTarget | null, key: string): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target instanceof HTMLInputElement) return INPUT_KEYS[target.type]?.includes(key) ?? true;
  if (target.isContentEditable || target.matches("select, textarea")) return true;
  if (target.closest("button, summary, [role=button]")) return key === " " || key === "Enter";
  return key === "Enter" && target.closest("a[href]") !== null;
}

import { commands } from "../state/commands.ts";
import { commandOf } from "../state/keys.ts";
import { view } from "../state/session.ts";

/** Runs commands by their keys. @returns What stops it. */
export function listenToKeys(): () => void {
  const press = (event: KeyboardEvent) => {
    if (event.defaultPrevented || event.isComposing) return;
    const target = event.target instanceof HTMLElement ? event.target : document.body;
    const modified = event.ctrlKey || event.metaKey;
    if (document.querySelector("dialog:modal") || (!modified && keepsKeys(target, event.key))) return;
    const command = commandOf(event, commands.value, view.value);
    if (!command) return;
    event.preventDefault();
    command.run();
  };
  addEventListener("keydown", press);
  return () => removeEventListener("keydown", press);
}

/** Whether a control wants a key for itself: what is typed into a field, and what presses a button. */
function keepsKeys(target: HTMLElement, key: string): boolean {
  if (target.isContentEditable || target.matches("input, select, textarea")) return true;
  return (key === " " || key === "Enter") &&
    target.closest("button, a[href], summary, [role=button]") !== null;
}

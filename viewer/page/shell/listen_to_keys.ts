import { commands } from "../state/commands.ts";
import { commandOf } from "../state/keys.ts";
import { view } from "../state/session.ts";
import { keepsKey } from "../ui/keeps_key.ts";

/** Runs commands by their keys. @returns What stops it. */
export function listenToKeys(): () => void {
  const press = (event: KeyboardEvent) => {
    if (event.defaultPrevented || event.isComposing) return;
    const modified = event.ctrlKey || event.metaKey;
    if (document.querySelector("dialog:modal") || (!modified && keepsKey(event.target, event.key))) return;
    const command = commandOf(event, commands.value, view.value);
    if (!command) return;
    event.preventDefault();
    command.run();
  };
  addEventListener("keydown", press);
  return () => removeEventListener("keydown", press);
}

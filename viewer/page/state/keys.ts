import type { Command } from "./commands.ts";
import type { View } from "./session.ts";

/** What is read of a keyboard event. */
export type KeyPress = Pick<KeyboardEvent, "key" | "ctrlKey" | "metaKey" | "shiftKey" | "altKey" | "repeat">;

/**
 * Names a key press as commands name their keys: modifiers before, letters small (`Shift+d`), other signs as they come
 * out (`?`, not `Shift+/`). Command of a Mac counts as Ctrl.
 */
export function keyOf({ key, ctrlKey, metaKey, shiftKey, altKey }: KeyPress): string {
  const letter = key.length === 1 && key.toLowerCase() !== key.toUpperCase();
  const named = key.length > 1 || key === " ";
  const name = key === " " ? "Space" : letter ? key.toLowerCase() : key;
  const shift = shiftKey && (letter || named) ? "Shift+" : "";
  return `${ctrlKey || metaKey ? "Ctrl+" : ""}${altKey ? "Alt+" : ""}${shift}${name}`;
}

/** The command that a key press asks for in a view; the one that was registered last wins. */
export function commandOf(press: KeyPress, commands: readonly Command[], view: View): Command | undefined {
  const key = keyOf(press);
  return commands.findLast((command) =>
    command.keys?.includes(key) && isAvailable(command, view) && (!press.repeat || command.repeats)
  );
}

/** Whether a command can be done now. */
export function isAvailable({ views, enabled }: Command, view: View): boolean {
  return (!views || views.includes(view)) && (enabled?.() ?? true);
}

const SIGNS: Record<string, string> = {
  ArrowLeft: "←",
  ArrowRight: "→",
  ArrowUp: "↑",
  ArrowDown: "↓",
  Escape: "Esc",
};

/** A key's parts as they are shown: `["Shift", "←"]`. */
export function keyParts(key: string): string[] {
  return key.split(/\+(?!$)/).map((part) => SIGNS[part] ?? (part.length === 1 ? part.toUpperCase() : part));
}

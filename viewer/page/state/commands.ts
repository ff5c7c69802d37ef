import { signal } from "@preact/signals";
import type { View } from "./session.ts";

/** Something that can be done, by a key, from the palette, and listed in the help. */
export interface Command {
  /** Names it: `playback.toggle`. */
  id: string;
  /** What it does, in a few words: "Play or pause". */
  title: string;
  /** Where the help lists it: "Playback". */
  group: string;
  /** Keys, as `event.key` names them, modifiers before: `Space`, `Shift+ArrowLeft`, `Ctrl+k`, `?`. */
  keys?: readonly string[];
  /** Whether it goes on while the key is held. @default no */
  repeats?: boolean;
  /** The views where it works. @default all */
  views?: readonly View[];
  /** Whether it can be done now. @default yes */
  enabled?(): boolean;
  /** Does it. */
  run(): void;
}

/** All that can be done. */
export const commands = signal<readonly Command[]>([]);

/** Adds commands. @returns What takes them away again. */
export function registerCommands(added: readonly Command[]): () => void {
  commands.value = [...commands.value, ...added];
  return () => commands.value = commands.value.filter((command) => !added.includes(command));
}

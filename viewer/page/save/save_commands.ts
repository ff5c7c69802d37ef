import type { Command } from "../state/commands.ts";
import { saveFrame } from "./save_episode.ts";
import { chosenPanes, openSaveDialog } from "./save_settings.ts";

const shared = {
  group: "Save",
  views: ["watch", "model"] as const,
  enabled: () => chosenPanes.value.length > 0,
};

/** What saving can be asked for by keys and from the palette. */
export const SAVE_COMMANDS: readonly Command[] = [
  { ...shared, id: "save.frame", title: "Save this frame as a picture", keys: ["s"], run: saveFrame },
  {
    ...shared,
    id: "save.gif",
    title: "Save the range as a GIF…",
    keys: ["g"],
    run: () => openSaveDialog("gif"),
  },
  {
    ...shared,
    id: "save.video",
    title: "Save the range as a video…",
    keys: ["v"],
    run: () => openSaveDialog("video"),
  },
  {
    ...shared,
    id: "save.numbers",
    title: "Save recording, actions or predictions…",
    run: () => openSaveDialog("numbers"),
  },
];

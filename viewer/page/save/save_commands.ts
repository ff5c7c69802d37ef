import { registerCommands } from "../state/commands.ts";
import { saveFrame } from "./save_episode.ts";
import { chosenPanes, openSaveDialog } from "./save_settings.ts";

/** Registers what saving can be asked for by keys and from the palette. @returns What takes it away again. */
export function registerSaveCommands(): () => void {
  const group = "Save";
  const enabled = () => chosenPanes.value.length > 0;
  return registerCommands([
    { id: "save.frame", title: "Save this frame as a picture", group, keys: ["s"], enabled, run: saveFrame },
    {
      id: "save.gif",
      title: "Save the range as a GIF…",
      group,
      keys: ["g"],
      enabled,
      run: () => openSaveDialog("gif"),
    },
    {
      id: "save.video",
      title: "Save the range as a video…",
      group,
      keys: ["v"],
      enabled,
      run: () => openSaveDialog("video"),
    },
    {
      id: "save.numbers",
      title: "Save recording, actions or latents…",
      group,
      run: () => openSaveDialog("numbers"),
    },
  ]);
}

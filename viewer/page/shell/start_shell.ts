import { DRIVE_COMMANDS } from "../drive/drive_commands.ts";
import { LATENTS_COMMANDS } from "../latents/latents_commands.ts";
import { registerCommands } from "../state/commands.ts";
import { listenToDrops } from "../state/drop.ts";
import { decodeLink } from "../state/link.ts";
import { view } from "../state/session.ts";
import { startSettings } from "../state/settings.ts";
import { SHELL_COMMANDS } from "./shell_commands.ts";
import { WATCH_COMMANDS } from "../watch/watch_commands.ts";
import { SAVE_COMMANDS } from "../save/save_commands.ts";
import { giveFocusBack } from "./give_focus_back.ts";
import { listenToKeys } from "./listen_to_keys.ts";
import { learnFromEpisodes } from "./shown_episodes.ts";
import { startTicker } from "./ticker.ts";

/** Starts what the shell does beside its pictures: keys, clock, drops, settings. @returns What stops it. */
export function startShell(): () => void {
  view.value = decodeLink(location.hash).view ?? view.value; // the rest of the link waits for the library
  const stops = [
    startSettings(),
    registerCommands([
      ...SHELL_COMMANDS,
      ...WATCH_COMMANDS,
      ...LATENTS_COMMANDS,
      ...DRIVE_COMMANDS,
      ...SAVE_COMMANDS,
    ]),
    listenToKeys(),
    giveFocusBack(),
    startTicker(),
    learnFromEpisodes(),
    listenToDrops(),
  ];
  return () => stops.forEach((stop) => stop());
}

import type { Command } from "../state/commands.ts";
import {
  changeSpeed,
  lastStep,
  looping,
  nudge,
  pace,
  playing,
  range,
  seek,
  step,
  togglePlaying,
} from "../state/playhead.ts";
import { stepEpisode } from "../state/select.ts";
import { episode, view, VIEWS } from "../state/session.ts";
import { theme, toggleTheme } from "../state/settings.ts";
import { copyLink } from "./copy_link.ts";
import { chooseFiles, chooseFolder } from "./choose_files.ts";
import { setRangeEnd, setRangeStart } from "./range_ends.ts";
import { helpOpen, libraryOpen, paletteOpen } from "./shell_state.ts";
import { shownEpisodes } from "./shown_episodes.ts";
import { PLAYHEAD_VIEWS, playheadShown } from "./ticker.ts";
import { VIEW_TITLES } from "./top_bar.tsx";

const views = PLAYHEAD_VIEWS;
const loaded = () => episode.value.status === "ready" && playheadShown.value;

/** One frame while paused, one second while playing. */
const oneOrSecond = () => playing.value ? Math.round(pace.value) : 1;

/** A command of the playhead. */
function playback(
  id: string,
  title: string,
  { keys, run, repeats }: { keys?: string[]; run: () => void; repeats?: boolean },
): Command {
  return { id: `playback.${id}`, title, group: "Playback", keys, views, enabled: loaded, repeats, run };
}

const episodeCommand = (id: string, title: string, keys: string[], direction: 1 | -1): Command => ({
  id: `episode.${id}`,
  title,
  group: "Episodes and files",
  keys,
  views: [...views, "runs"],
  repeats: true,
  run: () => stepEpisode(direction, shownEpisodes.value),
});

/** The whole page: its playhead stays at hand. A refusal changes nothing. */
function toggleFullScreen(): void {
  const change = document.fullscreenElement
    ? document.exitFullscreen()
    : document.documentElement.requestFullscreen();
  change.catch(() => {});
}

/** What the shell itself can do. */
export const SHELL_COMMANDS: readonly Command[] = [
  playback("toggle", "Play or pause", { keys: ["Space"], run: togglePlaying }),
  playback("back", "Previous frame; one second back while playing", {
    keys: ["ArrowLeft"],
    repeats: true,
    run: () => nudge(-oneOrSecond()),
  }),
  playback("forward", "Next frame; one second forward while playing", {
    keys: ["ArrowRight"],
    repeats: true,
    run: () => nudge(oneOrSecond()),
  }),
  playback("frameBack", "Previous frame", { keys: [","], repeats: true, run: () => nudge(-1) }),
  playback("frameForward", "Next frame", { keys: ["."], repeats: true, run: () => nudge(1) }),
  playback("tenBack", "Ten frames back", {
    keys: ["Shift+ArrowLeft"],
    repeats: true,
    run: () => nudge(-10),
  }),
  playback("tenForward", "Ten frames forward", {
    keys: ["Shift+ArrowRight"],
    repeats: true,
    run: () => nudge(10),
  }),
  playback("start", "Go to the start", { keys: ["Home"], run: () => seek(0) }),
  playback("end", "Go to the end", { keys: ["End"], run: () => seek(lastStep.value) }),
  playback("slower", "Slower", { keys: ["["], repeats: true, run: () => changeSpeed(-1) }),
  playback("faster", "Faster", { keys: ["]"], repeats: true, run: () => changeSpeed(1) }),
  playback("loop", "Loop", { keys: ["l"], run: () => looping.value = !looping.value }),
  playback("rangeStart", "Start the range here", { keys: ["i"], run: () => setRangeStart(step.value) }),
  playback("rangeEnd", "End the range here", { keys: ["o"], run: () => setRangeEnd(step.value) }),
  playback("rangeClear", "Clear the range", { run: () => range.value = undefined }),
  episodeCommand("next", "Next episode", ["ArrowDown", "n"], 1),
  episodeCommand("previous", "Previous episode", ["ArrowUp", "p"], -1),
  {
    id: "file.open",
    title: "Open recordings…",
    group: "Episodes and files",
    keys: ["Ctrl+o"],
    run: chooseFiles,
  },
  { id: "file.openFolder", title: "Open a run folder…", group: "Episodes and files", run: chooseFolder },
  { id: "file.copyLink", title: "Copy a link to this view", group: "Episodes and files", run: copyLink },
  ...VIEWS.map((name): Command => ({
    id: `view.${name}`,
    title: `View: ${VIEW_TITLES[name]}`,
    group: "Page",
    enabled: () => view.value !== name,
    run: () => view.value = name,
  })),
  {
    id: "page.library",
    title: "Show or hide the library",
    group: "Page",
    run: () => libraryOpen.value = !libraryOpen.value,
  },
  {
    id: "page.palette",
    title: "Find a command, an episode or a run",
    group: "Page",
    keys: ["Ctrl+k"],
    run: () => paletteOpen.value = true,
  },
  { id: "page.help", title: "Keys", group: "Page", keys: ["?"], run: () => helpOpen.value = true },
  {
    id: "page.fullScreen",
    title: "Full screen",
    group: "Page",
    keys: ["f"],
    enabled: () => document.fullscreenEnabled,
    run: toggleFullScreen,
  },
  { id: "page.theme", title: "Theme: dark or light", group: "Page", run: toggleTheme },
  {
    id: "page.systemTheme",
    title: "Theme: same as the system",
    group: "Page",
    enabled: () => theme.value !== "system",
    run: () => theme.value = "system",
  },
];

import { valueOf } from "../state/async_state.ts";
import { type Command } from "../state/commands.ts";
import { dreamAgain, dreamDriver, dreamShown, startDreamHere } from "../state/dream_settings.ts";
import { canExplain, isExplaining } from "../state/explanation.ts";
import { PANES, togglePane } from "../state/panes.ts";
import { model } from "../state/session.ts";
import { PANE_TITLES } from "./pane_chooser.tsx";

const world = () => valueOf(model.value)?.card.world;
const dreams = () => world() !== undefined;

/** What keys and the palette can do in the Watch view. */
export const WATCH_COMMANDS: readonly Command[] = [
  {
    id: "dream.toggle",
    title: "Turn the dream on or off",
    group: "Dream",
    keys: ["d"],
    views: ["watch"],
    enabled: dreams,
    run: () => dreamShown.value = !dreamShown.value,
  },
  {
    id: "dream.again",
    title: "Dream with new seeds",
    group: "Dream",
    keys: ["r"],
    views: ["watch"],
    enabled: dreams,
    run: dreamAgain,
  },
  {
    id: "dream.here",
    title: "Start the dream at this frame",
    group: "Dream",
    keys: ["b"],
    views: ["watch"],
    enabled: dreams,
    run: startDreamHere,
  },
  {
    id: "dream.driver",
    title: "Dream driven by the recorded actions or the agent",
    group: "Dream",
    keys: ["t"],
    views: ["watch"],
    enabled: dreams,
    run: () => dreamDriver.value = dreamDriver.value === "agent" ? "recorded" : "agent",
  },
  ...PANES.map((id, i): Command => ({
    id: `panes.${id}`,
    title: `Show or hide ${PANE_TITLES[id].toLowerCase()}`,
    group: "Panes",
    keys: [String(i + 1)],
    views: ["watch"],
    enabled: () => !isExplaining(id) || canExplain(id, world()),
    run: () => togglePane(id),
  })),
];

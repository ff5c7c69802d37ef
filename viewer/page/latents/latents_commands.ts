import type { Command } from "../state/commands.ts";
import { base, held, holdAll, latentSize, moveChosen, releaseAll, setEnd } from "./latents_state.ts";

const group = "Latents";
const views = ["model"] as const;
const enabled = () => latentSize.value > 0;

/** What the palette can do with latents in the view "model". */
export const LATENTS_COMMANDS: readonly Command[] = [
  { id: "latents.next", title: "Next dimension", group, views, enabled, run: () => moveChosen(1) },
  { id: "latents.previous", title: "Previous dimension", group, views, enabled, run: () => moveChosen(-1) },
  {
    id: "latents.hold",
    title: "Set sliders from this frame",
    group,
    views,
    enabled,
    run: () => base.value && holdAll(base.value),
  },
  {
    id: "latents.release",
    title: "Reset all sliders",
    group,
    views,
    enabled: () => held.value.size > 0,
    run: releaseAll,
  },
  {
    id: "latents.a",
    title: "Interpolate from this frame (A)",
    group,
    views,
    enabled,
    run: () => setEnd("A"),
  },
  { id: "latents.b", title: "Interpolate to this frame (B)", group, views, enabled, run: () => setEnd("B") },
];

import type { RgbPicture } from "../ui/pixel_canvas.tsx";
import type { Episode } from "../episodes/episode.ts";
import { valueOf } from "../state/async_state.ts";
import { type Dreams, dreams } from "../state/dream.ts";
import { shownSample } from "../state/dream_settings.ts";
import { panes } from "../state/panes.ts";
import { decisionAt, episode, frameSkip, type Perception, perception } from "../state/session.ts";
import { drawHeat } from "./heat.ts";
import {
  compareMode,
  comparePair,
  comparePosition,
  differencePair,
  type PictureId,
  realView,
} from "./watch_state.ts";

/** Pixels of a side of the frames that agents see. */
const SIDE = 64;
const FRAME = SIDE * SIDE * 3;

/**
 * Where a dream stands at a step: not there, waiting for its start, at it, running, still being computed, or past its
 * end.
 */
export type DreamPhase = "none" | "before" | "start" | "inside" | "pending" | "after";

/** The picture of a pane at a step; reads signals, so that effects follow them. Arrays may be reused by the next call. */
export function pictureAt(id: PictureId, step: number): RgbPicture | undefined {
  switch (id) {
    case "real":
      return realPicture(step);
    case "reconstruction":
      return reconstructionPicture(step);
    case "dream":
      return dreamPicture(step);
    case "difference":
      return differencePicture(step)?.picture;
  }
}

/**
 * The step that reality stands at: each one where it is shown alone, that of the decision in force beside what a model
 * makes of it, so that all panes show one moment.
 */
export function realStep(shown: Episode, step: number): number {
  const beside = presentPerception() && panes.value.some((id) => id !== "scene" && id !== "real");
  return beside ? lastDecision(shown, step) * frameSkip.value : Math.min(step, shown.steps);
}

/** What the environment showed, as {@link realView} says. */
function realPicture(step: number): RgbPicture | undefined {
  const shown = valueOf(episode.value);
  if (!shown) return undefined;
  const at = realStep(shown, step);
  if (realView.value === "agent" && shown.agentFrames.length > 0) return frameOf(shown.agentFrames, at);
  const { frames, height, width } = shown;
  const size = height * width * 3;
  return { data: frames.subarray(at * size, (at + 1) * size), height, width };
}

/** The frame that the agent saw at the decision in force. */
export function seenPicture(step: number): RgbPicture | undefined {
  const shown = valueOf(episode.value);
  if (!shown || shown.agentFrames.length === 0) return undefined;
  return frameOf(shown.agentFrames, lastDecision(shown, step) * frameSkip.value);
}

function reconstructionPicture(step: number): RgbPicture | undefined {
  const seen = presentPerception();
  if (!seen || seen.reconstructions.length === 0) return undefined;
  return frameOf(seen.reconstructions, lastDecision(seen.episode, step));
}

/** A dream's frame; before the dream starts the reconstruction, after its end its last frame. */
export function dreamPicture(step: number, sample = shownSample.value): RgbPicture | undefined {
  const shown = presentDreams();
  if (!shown) return dreams.value.status === "loading" ? reconstructionPicture(step) : undefined;
  const phase = dreamPhase(step);
  if (phase === "before" || phase === "start") return reconstructionPicture(step);
  if (phase === "pending") return undefined;
  const frame = Math.min(decisionAt(step) - shown.start - 1, shown.length - 1);
  return frameOf(shown.frames, Math.min(sample, shown.seeds.length - 1) * shown.length + frame);
}

/** See {@link DreamPhase}. */
export function dreamPhase(step: number): DreamPhase {
  const shown = presentDreams();
  if (!shown) return "none";
  const frame = decisionAt(step) - shown.start - 1;
  if (frame < 0) return frame === -1 ? "start" : "before";
  if (frame >= shown.length) return shown.known === shown.length ? "after" : "pending";
  return frame < shown.known ? "inside" : "pending";
}

const heat: RgbPicture = { data: new Uint8Array(FRAME), height: SIDE, width: SIDE };

/** Whether there is a dream of the moment itself: reality can be compared with no other. */
export function dreamsOf(step: number): boolean {
  return ["start", "inside"].includes(dreamPhase(step));
}

/** How far the chosen pair lies apart, and its mean, grey levels; nothing where there is no dream of the moment. */
export function differencePicture(step: number): { picture: RgbPicture; mean: number } | undefined {
  const pair = differencePair.value;
  if (pair !== "reconstruction-real" && !dreamsOf(step)) return undefined;
  const first = pair === "reconstruction-real" ? reconstructionPicture(step) : dreamPicture(step);
  const second = pair === "dream-reconstruction" ? reconstructionPicture(step) : seenPicture(step);
  if (!first || !second) return undefined;
  return { picture: heat, mean: drawHeat(first, second, heat) };
}

const mixed: RgbPicture = { data: new Uint8Array(FRAME), height: SIDE, width: SIDE };

/** The pane "Compare": one picture left of the divider and the other right of it, or one shining through the other. */
export function comparePicture(step: number): RgbPicture | undefined {
  if (comparePair.value.includes("dream") && !dreamsOf(step)) return undefined;
  const [left, right] = comparePair.value.map((id) =>
    id === "real" ? seenPicture(step) : pictureAt(id, step)
  );
  if (!left || !right) return undefined;
  const share = comparePosition.value / 100;
  if (compareMode.value === "wipe") wipe(left, right, share);
  else blend(left, right, share);
  return mixed;
}

function wipe(left: RgbPicture, right: RgbPicture, share: number): void {
  const divider = Math.round(share * SIDE) * 3;
  for (let at = 0; at < FRAME; at += SIDE * 3) {
    mixed.data.set(left.data.subarray(at, at + divider), at);
    mixed.data.set(right.data.subarray(at + divider, at + SIDE * 3), at + divider);
  }
}

function blend(below: RgbPicture, above: RgbPicture, share: number): void {
  for (let i = 0; i < FRAME; i++) {
    mixed.data[i] = Math.round(below.data[i] * (1 - share) + above.data[i] * share);
  }
}

/** The perception, where it belongs to the episode that is shown. */
export function presentPerception(): Perception | undefined {
  const seen = valueOf(perception.value);
  return seen && seen.episode === valueOf(episode.value) ? seen : undefined;
}

/** The dreams, where they belong to the episode that is shown. */
export function presentDreams(): Dreams | undefined {
  const shown = valueOf(dreams.value);
  return shown && shown.perception === presentPerception() ? shown : undefined;
}

/** The decision in force, or the last whole one. */
function lastDecision({ steps }: Episode, step: number): number {
  return Math.min(decisionAt(step), decisionAt(steps));
}

function frameOf(frames: Uint8Array, index: number): RgbPicture {
  return { data: frames.subarray(index * FRAME, (index + 1) * FRAME), height: SIDE, width: SIDE };
}

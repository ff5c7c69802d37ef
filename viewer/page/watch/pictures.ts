import type { RgbPicture } from "../ui/pixel_canvas.tsx";
import type { Episode } from "../episodes/episode.ts";
import { pictureIn } from "../episodes/pictures.ts";
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
  if (realView.value === "agent" && shown.agentFrames.length > 0) {
    return pictureIn(shown.agentFrames, at, shown.agentSize);
  }
  const { frames, height, width } = shown;
  return pictureIn(frames, at, [height, width]);
}

/** The frame that the agent saw at the decision in force. */
export function seenPicture(step: number): RgbPicture | undefined {
  const shown = valueOf(episode.value);
  if (!shown || shown.agentFrames.length === 0) return undefined;
  return pictureIn(shown.agentFrames, lastDecision(shown, step) * frameSkip.value, shown.agentSize);
}

function reconstructionPicture(step: number): RgbPicture | undefined {
  const seen = presentPerception();
  if (!seen) return undefined;
  return pictureIn(seen.followed.pictures, lastDecision(seen.episode, step), seen.model.card.picture!);
}

/** A present dream's frame, see {@link dreamPictureOf}. */
export function dreamPicture(step: number, sample = shownSample.value): RgbPicture | undefined {
  const shown = presentDreams();
  if (!shown && dreams.value.status === "loading") return reconstructionPicture(step);
  return dreamPictureOf(shown, step, sample);
}

/** A dream's frame; before the dream starts the reconstruction, after its end its last frame. */
export function dreamPictureOf(
  shown: Dreams | undefined,
  step: number,
  sample = shownSample.value,
): RgbPicture | undefined {
  const phase = dreamPhase(step, shown);
  if (!shown || phase === "pending") return undefined;
  const { perception: { followed, model: { card } }, start, length, frameSkip } = shown;
  const decision = Math.floor(step / frameSkip);
  if (phase === "before" || phase === "start") return pictureIn(followed.pictures, decision, card.picture!);
  const frame = Math.min(decision - start - 1, length - 1);
  const row = Math.min(sample, shown.seeds.length - 1) * length + frame;
  return pictureIn(shown.frames, row, card.picture!);
}

/** See {@link DreamPhase}. @param shown The dreams; the present ones unless it says. */
export function dreamPhase(step: number, shown = presentDreams()): DreamPhase {
  if (!shown) return "none";
  const frame = Math.floor(step / shown.frameSkip) - shown.start - 1;
  if (frame < 0) return frame === -1 ? "start" : "before";
  if (frame >= shown.length) return shown.known === shown.length ? "after" : "pending";
  return frame < shown.known ? "inside" : "pending";
}

let heat: RgbPicture | undefined;

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
  heat = likeOf(first, heat);
  return { picture: heat, mean: drawHeat(first, second, heat) };
}

let mixed: RgbPicture | undefined;

/** The pane "Compare": one picture left of the divider and the other right of it, or one shining through the other. */
export function comparePicture(step: number): RgbPicture | undefined {
  if (comparePair.value.includes("dream") && !dreamsOf(step)) return undefined;
  const [left, right] = comparePair.value.map((id) =>
    id === "real" ? seenPicture(step) : pictureAt(id, step)
  );
  if (!left || !right) return undefined;
  const share = comparePosition.value / 100;
  mixed = likeOf(left, mixed);
  if (compareMode.value === "wipe") wipe(left, right, { share, into: mixed });
  else blend(left, right, { share, into: mixed });
  return mixed;
}

/** A picture of the same size to draw into: the known one, where it is that. */
function likeOf({ height, width, data }: RgbPicture, known: RgbPicture | undefined): RgbPicture {
  if (known?.height === height && known.width === width) return known;
  return { data: new Uint8Array(data.length), height, width };
}

/** How two pictures become one. */
interface Mixing {
  /** 0 .. 1. */
  share: number;
  into: RgbPicture;
}

function wipe(left: RgbPicture, right: RgbPicture, { share, into: { data, width } }: Mixing): void {
  const divider = Math.round(share * width) * 3;
  for (let at = 0; at < data.length; at += width * 3) {
    data.set(left.data.subarray(at, at + divider), at);
    data.set(right.data.subarray(at + divider, at + width * 3), at + divider);
  }
}

function blend(below: RgbPicture, above: RgbPicture, { share, into: { data } }: Mixing): void {
  for (let i = 0; i < data.length; i++) {
    data[i] = Math.round(below.data[i] * (1 - share) + above.data[i] * share);
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

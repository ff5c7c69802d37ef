import { differencePicture, dreamPhase, presentDreams, presentPerception, realStep } from "./pictures.ts";
import { valueOf } from "../state/async_state.ts";
import type { Dreams } from "../state/dream.ts";
import { dreamErrors, reconstructionErrors } from "./errors.ts";
import { shownSample } from "../state/dream_settings.ts";
import { compareMode, comparePair, PICTURE_TITLES, type PictureId } from "./watch_state.ts";
import { decisionAt, episode, frameSkip } from "../state/session.ts";

/** What a pane shows at a step, in a line. */
export function captionAt(id: PictureId | "compare", step: number): string {
  switch (id) {
    case "real":
      return realCaption(step);
    case "reconstruction":
      return reconstructionCaption(step);
    case "dream":
      return dreamCaption(step);
    case "difference":
      return differenceCaption(step);
    case "compare":
      return compareCaption();
  }
}

function realCaption(step: number): string {
  const shown = valueOf(episode.value);
  return shown ? `Ground truth, frame ${realStep(shown, step)}` : "";
}

function reconstructionCaption(step: number): string {
  const seen = presentPerception();
  if (!seen) return "";
  const errors = reconstructionErrors(seen);
  const decision = Math.min(decisionAt(step), errors.length - 1);
  return `Picture of frame ${decision * frameSkip.value}, off by ${errors[decision].toFixed(1)}`;
}

function dreamCaption(step: number): string {
  const shown = presentDreams();
  if (!shown) return "";
  const from = shown.start * shown.frameSkip;
  const frame = decisionAt(step) - shown.start - 1;
  switch (dreamPhase(step)) {
    case "before":
      return `Starts at frame ${from}`;
    case "start":
      return "Starts here, from the reconstruction";
    case "pending":
      return `Dreaming, ${shown.known} of ${shown.length} decisions`;
    case "after":
      return `Ended at frame ${from + shown.length * shown.frameSkip} (+${shown.length} decisions)`;
    default: {
      const end = shown.done[Math.min(shownSample.value, shown.seeds.length - 1) * shown.length + frame];
      const who = shown.driver === "agent" ? "agent drives" : "recorded actions";
      const ending = end > 0.5 ? ", predicts the end" : "";
      return `Open loop from ${from}, +${frame + 1} decisions, ${who}${ending}`;
    }
  }
}

function differenceCaption(step: number): string {
  const difference = differencePicture(step);
  return difference ? `Mean ${difference.mean.toFixed(1)} grey levels` : "";
}

function compareCaption(): string {
  const [first, second] = comparePair.value.map((id) => PICTURE_TITLES[id]);
  return compareMode.value === "wipe" ? `${first} left, ${second} right` : `${second} over ${first}`;
}

/** How far a dream's picture is from the real one at a step, mean grey levels; undefined where it does not run. */
export function dreamErrorAt(
  step: number,
  sample = shownSample.value,
  shown = presentDreams(),
): number | undefined {
  if (!shown || dreamPhase(step, shown) !== "inside") return undefined;
  return dreamErrors(shown)[sample * shown.length + Math.floor(step / shown.frameSkip) - shown.start - 1];
}

/** How far one world's dream has gone astray at a step: now, and on the way there. */
export function divergenceCaption(shown: Dreams | undefined, step: number, sample: number): string {
  if (!shown) return "";
  const { start, length, frameSkip } = shown;
  const last = Math.min(Math.floor(step / frameSkip) - start, length);
  switch (dreamPhase(step, shown)) {
    case "before":
      return `Starts at frame ${start * frameSkip}`;
    case "start":
      return "Starts here";
    case "pending":
      return "Dreaming…";
    default: {
      const errors = dreamErrors(shown).subarray(sample * length, sample * length + last);
      const mean = errors.reduce((sum, error) => sum + error, 0) / last;
      const now = dreamErrorAt(step, sample, shown);
      return `${now === undefined ? "Ended" : `Off by ${now.toFixed(1)}`}, mean ${mean.toFixed(1)}`;
    }
  }
}

import { differencePicture, dreamPhase, presentDreams, presentPerception, realStep } from "./pictures.ts";
import { valueOf } from "../state/async_state.ts";
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

/** The mean error of the shown dream at a step, where it runs. */
export function dreamErrorAt(step: number, sample = shownSample.value): number | undefined {
  const shown = presentDreams();
  if (!shown || dreamPhase(step) !== "inside") return undefined;
  return dreamErrors(shown)[sample * shown.length + decisionAt(step) - shown.start - 1];
}

import type { AsyncState } from "../state/async_state.ts";
import { dreams } from "../state/dream.ts";
import { model, perception } from "../state/session.ts";
import { dreamPhase, presentDreams } from "./pictures.ts";
import { differencePair, type PictureId } from "./watch_state.ts";

/** Why a pane has nothing to show, in one sentence. */
export interface Missing {
  text: string;
  error: boolean;
}

/** Why a pane has nothing to show at a step; nothing where it does. Reads signals. */
export function missingPicture(id: PictureId, step: number): Missing | undefined {
  switch (id) {
    case "real":
      return undefined; // the view shows an episode, or why there is none
    case "reconstruction":
      return missingReconstruction();
    case "dream":
      return missingDream();
    case "difference":
      return differencePair.value === "reconstruction-real" ? missingReconstruction() : missingMoment(step);
  }
}

/** Why two pictures cannot be compared at a step; nothing where they can. Reads signals. */
export function missingComparison(pair: readonly PictureId[], step: number): Missing | undefined {
  for (const id of pair) {
    const missing = id === "dream" ? missingMoment(step) : missingPicture(id, step);
    if (missing) return missing;
  }
  return undefined;
}

/** Why there is no dream of the moment: the Dream pane then shows where it begins or how it ended. */
export function missingMoment(step: number): Missing | undefined {
  const before = missingDream();
  const shown = presentDreams();
  if (before || !shown) return before;
  const frame = (decision: number) => (shown.start + decision) * shown.frameSkip;
  switch (dreamPhase(step)) {
    case "before":
      return { text: `Nothing to compare: the dream starts at frame ${frame(0)}.`, error: false };
    case "pending":
      return { text: "Dreaming…", error: false };
    case "after":
      return { text: `Nothing to compare: the dream ended at frame ${frame(shown.length)}.`, error: false };
    default:
      return undefined;
  }
}

function missingReconstruction(): Missing | undefined {
  if (model.value.status === "loading") return missingOf(model.value);
  return missingOf(perception.value);
}

function missingDream(): Missing | undefined {
  const { status } = dreams.value;
  if (status === "ready") return undefined;
  const before = missingReconstruction();
  if (before || status === "loading") return before;
  return missingOf(dreams.value);
}

/** What a state says of what it has not, in one sentence. */
export function missingOf(state: AsyncState<unknown>): Missing | undefined {
  switch (state.status) {
    case "loading":
      return { text: `Loading ${state.what}…`, error: false };
    case "error":
      return { text: state.message, error: true };
    case "empty":
      return { text: state.why ?? "Choose a run whose world model knows this environment.", error: false };
    default:
      return undefined;
  }
}

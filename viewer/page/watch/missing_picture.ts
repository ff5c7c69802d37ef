import type { AsyncState } from "../state/async_state.ts";
import { dreams } from "../state/dream.ts";
import { model, perception } from "../state/session.ts";
import { differencePair, type PictureId } from "./watch_state.ts";

/** Why a pane has nothing to show, in one sentence. */
export interface Missing {
  text: string;
  error: boolean;
}

/** Why a pane has nothing to show; nothing where it does. Reads signals. */
export function missingPicture(id: PictureId): Missing | undefined {
  switch (id) {
    case "real":
      return undefined; // the view shows an episode, or why there is none
    case "reconstruction":
      return missingReconstruction();
    case "dream":
      return missingDream();
    case "difference":
      return differencePair.value === "reconstruction-real" ? missingReconstruction() : missingDream();
  }
}

function missingReconstruction(): Missing | undefined {
  if (model.value.status === "loading") return missing(model.value);
  if (perception.value.status !== "ready") return missing(perception.value);
  return perception.value.value.reconstructions.length > 0
    ? undefined
    : { text: "This model does not draw frames.", error: false };
}

function missingDream(): Missing | undefined {
  const { status } = dreams.value;
  if (status === "ready") return undefined;
  const before = missingReconstruction();
  if (before || status === "loading") return before;
  return missing(dreams.value);
}

function missing(state: AsyncState<unknown>): Missing | undefined {
  switch (state.status) {
    case "loading":
      return { text: `Loading ${state.what}…`, error: false };
    case "error":
      return { text: state.message, error: true };
    case "empty":
      return { text: state.why ?? "Choose a run whose model sees this episode.", error: false };
    default:
      return undefined;
  }
}

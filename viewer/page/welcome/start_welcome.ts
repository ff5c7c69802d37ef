import { batch, effect } from "@preact/signals";
import type { Episode } from "../episodes/episode.ts";
import { wantsLessMotion } from "../state/camera_mode.ts";
import { presentLink } from "../state/deep_link.ts";
import { dreamStart } from "../state/dream_settings.ts";
import { encodeLink } from "../state/link.ts";
import { looping, playing, range, seek, step } from "../state/playhead.ts";
import { episode, model } from "../state/session.ts";
import { highlightOf } from "./highlight_of.ts";
import { welcomeCorner, welcomeShown } from "./welcome_state.ts";

/** Where the playhead rests for those who want less motion: this far into the dream. */
const STILL = 0.6;

let stop = () => {};

/**
 * Welcomes a visitor: a corner of the chosen episode in a loop, at once. It ends with the first thing that they do
 * beside playing and pausing: whatever changes a link to the page, or leads out of the corner.
 */
export function startWelcome(): void {
  let expected = presentState();
  welcomeShown.value = true;
  const stops = [
    effect(() => {
      const state = episode.value;
      if ([state.status, model.value.status].includes("error")) queueMicrotask(endWelcome); // the view says why
      if (state.status !== "ready") return;
      queueMicrotask(() => { // after all that starts anew with an episode
        if (!welcomeShown.peek() || welcomeCorner.peek()) return;
        batch(() => {
          showCorner(state.value);
          expected = presentState();
        });
      });
    }),
    effect(() => {
      if (presentState() !== expected) queueMicrotask(endWelcome);
    }),
  ];
  stop = () => stops.forEach((stop) => stop());
}

/** Ends the welcome: the page is the visitor's. */
export function endWelcome(): void {
  if (!welcomeShown.peek()) return;
  stop();
  batch(() => {
    const corner = welcomeCorner.peek();
    if (corner && range.peek()?.join() === [corner.from, corner.to].join()) range.value = undefined;
    looping.value = false;
    welcomeCorner.value = undefined;
    welcomeShown.value = false;
  });
}

function showCorner(shown: Episode): void {
  const corner = highlightOf(shown);
  const { from, dream, to } = corner;
  const still = wantsLessMotion();
  welcomeCorner.value = corner;
  range.value = [from, to];
  looping.value = true;
  dreamStart.value = dream;
  seek(still ? dream + STILL * (to - dream) : from);
  playing.value = !still;
}

/** What a visitor changes by doing anything. Reads signals. */
function presentState(): string {
  const corner = welcomeCorner.value;
  const away = corner !== undefined && (step.value < corner.from || step.value > corner.to);
  return `${encodeLink({ ...presentLink(), t: undefined })} ${looping.value} ${away}`;
}

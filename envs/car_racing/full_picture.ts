import type { Picture } from "../env.ts";
import { CarRacingPainter } from "./painter.ts";
import type { CarRacingView } from "./state.ts";

/** Size of Gymnasium's `rgb_array` pictures. */
const WIDTH = 600;
const HEIGHT = 400;

/** Draws a view for people, 600x400: the same picture as the observation, only larger. */
export function paintFull(view: CarRacingView): Picture {
  const data = new Uint8Array(WIDTH * HEIGHT * 3);
  new CarRacingPainter(view.track, view.colors, { width: WIDTH, height: HEIGHT }).draw(view, data);
  return { width: WIDTH, height: HEIGHT, data };
}

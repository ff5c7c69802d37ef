import type { SizeLimits, ViewSizes } from "../read_render_options.ts";
import { SURFACE_HEIGHT, SURFACE_WIDTH } from "./camera.ts";

/** Sizes of what the agent sees: at most Gymnasium's surface, a multiple of 8 high, so that the bar begins with a row. */
export const SURFACE_LIMITS: Readonly<SizeLimits> = { width: SURFACE_WIDTH, height: SURFACE_HEIGHT, rows: 8 };

/** Sizes of the pictures for people: the agent's view by default as large as Gymnasium's, the whole track in any size. */
export const CAR_RACING_SIZES: ViewSizes = {
  agent: { usual: { width: 600, height: 400 }, limits: SURFACE_LIMITS },
  birdsEye: { usual: { width: 600, height: 600 } },
};

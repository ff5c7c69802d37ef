import type { Env } from "./env.ts";
import "./car_racing/register.ts";
import { type EnvOptions, make } from "./registry.ts";
import { CropResize } from "./wrappers/crop_resize.ts";
import { FrameSkip } from "./wrappers/frame_skip.ts";

/** How to build an environment as agents see it; plain values, so that it can be sent to a worker. */
export interface EnvRecipe {
  /** An id that `make` knows. */
  id: string;
  /** Options for `make`; default none. */
  options?: EnvOptions;
  /** How many simulator steps an action is held; default 1. */
  frameSkip?: number;
  /** Whether frames are cropped and shrunk to 64x64 ({@link CropResize}); default false. */
  cropResize?: boolean;
}

/** Builds what a recipe says: `CropResize(FrameSkip(make(id, options)))`, each where it is asked for. */
export function makeFromRecipe(recipe: EnvRecipe): Env {
  let env: Env = make(recipe.id, recipe.options);
  if ((recipe.frameSkip ?? 1) !== 1) env = new FrameSkip(env, recipe.frameSkip!);
  return recipe.cropResize ? new CropResize(env) : env;
}

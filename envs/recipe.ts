import { agentView } from "./agent_view.ts";
import type { Env, Observation } from "./env.ts";
import { expectNames } from "./read_options.ts";
import "./register_all.ts";
import { type EnvOptions, make } from "./registry.ts";
import { wrap, type WrapperRecipe } from "./wrappers/wrap.ts";

/** How to build an environment as agents see it; plain values, so that it can be sent to a worker. */
export interface EnvRecipe {
  /** An id that `make` knows. */
  id: string;
  /** Options for `make`. @default none */
  options?: EnvOptions;
  /** How many simulator steps an action is held. @default 1 */
  frameSkip?: number;
  /** Whether it shows what agents see ({@link agentView}). @default false */
  agentView?: boolean;
  /** Wrappers around all that by name, the first one innermost: `[["Grayscale"], ["FrameStack", { count: 4 }]]`. */
  wrappers?: readonly WrapperRecipe[];
}

const RECIPE_PARTS: readonly (keyof EnvRecipe)[] = ["id", "options", "frameSkip", "agentView", "wrappers"];

/**
 * Builds what a recipe says: `agentView(FrameSkip(make(id, options)))`, each where it is asked for, and its wrappers
 * around that.
 *
 * The type parameter is the caller's word for what is observed in the end: pictures unless said otherwise.
 *
 * @throws TypeError for what is no recipe, and for an unknown part of one; else what `make` and the wrappers throw.
 */
export function makeFromRecipe<O extends Observation = Uint8Array>(recipe: EnvRecipe): Env<O> {
  expectNames("make an environment", "a recipe", recipe, RECIPE_PARTS);
  const { frameSkip = 1, agentView: seen = false, wrappers = [] } = recipe;
  const skip: WrapperRecipe[] = frameSkip === 1 ? [] : [["FrameSkip", { skip: frameSkip }]];
  const env = wrap<Observation>(make<Observation>(recipe.id, recipe.options), skip);
  return wrap<O>(seen ? agentView(env as Env) as Env<Observation> : env, wrappers);
}

import { agentSight, isColourPicture } from "../../envs/agent_view.ts";
import { boxControls, type Controls } from "../../envs/controls.ts";
import type { Env, Observation, VectorEnv } from "../../envs/env.ts";
import "../../envs/register_all.ts";
import { envSpec, make } from "../../envs/registry.ts";
import { Discrete, type Space } from "../../envs/spaces.ts";
import { SyncVectorEnv } from "../../envs/vector/sync_vector_env.ts";
import type { Disturbance } from "../../envs/wrappers/disturb_picture.ts";
import { wrap, type WrapperRecipe } from "../../envs/wrappers/wrap.ts";
import type { AgentSpaces, LearnerConfig } from "../learner_kind.ts";
import { MappedVectorEnv } from "../mapped_vector_env.ts";

/** The options of {@link agentEnvironments}. */
export interface AgentEnvironmentsOptions {
  /** Goes around each environment before anything else does: to record it. */
  around?: (env: Env<Observation>) => Env<Observation>;
}

/** Lets an environment's pictures be tampered with, see `DisturbPicture`; `undefined` leaves them as they are. */
export function disturbedBy(
  disturbance: Disturbance | undefined,
): (env: Env<Observation>) => Env<Observation> {
  if (disturbance === undefined) return (env) => env;
  return (env) => wrap<Observation>(env, [["DisturbPicture", { disturbance }]]);
}

/**
 * Real environments as an agent knows them: observations as its configuration wants them, held actions, and decisions by
 * the environment's own controls, integers where its actions are integers.
 *
 * @throws RangeError for an environment that is unknown; TypeError for one whose actions no agent can take.
 */
export function agentEnvironments(
  config: LearnerConfig,
  count: number,
  { around = (env) => env }: AgentEnvironmentsOptions = {},
): VectorEnv<Observation> {
  const made = Array.from({ length: count }, () => around(make<Observation>(config.environment)));
  const actions = made[0].actionSpace;
  const envs = new SyncVectorEnv(made.map((env) => seenBy(env, config)));
  if (actions instanceof Discrete) return envs;
  const { space, toActions } = agentControls(config, actions);
  return new MappedVectorEnv(envs, toActions, space);
}

/** What an agent sees and decides in its environment. @throws As {@link agentEnvironments}. */
export function agentSpaces(config: LearnerConfig): AgentSpaces {
  const env = seenBy(make<Observation>(config.environment), config);
  env.close();
  const { observationSpace: observations, actionSpace } = env;
  const actions = actionSpace instanceof Discrete ? actionSpace : agentControls(config, actionSpace).space;
  return { observations, actions };
}

/** An environment as an agent sees it: pictures small, all of them stacked behind one another. */
export function seenBy(env: Env<Observation>, config: LearnerConfig): Env<Observation> {
  const { frameSkip } = config;
  const skipped = wrap<Observation>(env, frameSkip > 1 ? [["FrameSkip", { skip: frameSkip }]] : []);
  return rememberedBy(agentSight(skipped), config);
}

/** What an agent makes of what it is shown at each decision: in grey, without what is masked, the last ones stacked behind one another. */
export function rememberedBy(
  env: Env<Observation>,
  { frameStack, grayscale, mask }: LearnerConfig,
): Env<Observation> {
  const wrappers: WrapperRecipe[] = [];
  if (mask.length > 0) wrappers.push(["MaskObservation", { mask }]);
  if (isColourPicture(env.observationSpace) && grayscale) wrappers.push(["Grayscale", { keepDim: true }]);
  if (frameStack > 1) wrappers.push(["FrameStack", { count: frameStack, axis: "last" }]);
  return wrap<Observation>(env, wrappers);
}

/** What an agent decides where actions are numbers. @throws TypeError for actions that no agent can take. */
export function agentControls(config: LearnerConfig, actions: Space): Controls {
  const { environment: id } = config;
  return envSpec(id).controls?.({ ...config, symmetric: true }) ?? boxControls(id, actions);
}

import { flagName } from "../../core/mod.ts";
import { envSpec, makeFromRecipe } from "../../envs/mod.ts";
import { type TrainWorldModelConfig, worldKindOf } from "./config.ts";
import { controllerControls } from "./controller_actions.ts";

/**
 * Checks what fields of a configuration mean together, before any work is done.
 *
 * @throws RangeError or TypeError for an environment that is unknown, has no frames for the agents or actions that no
 * controller can take, episodes that are cut after no length at all, dreams that minibatches do not divide, what the kind
 * of world model refuses, and collections in which no episode can come to its end: a world model that never sees decisions
 * beyond some number dreams of what it does not know.
 */
export function checkRunConfig(config: TrainWorldModelConfig): void {
  makeFromRecipe({ id: config.environment, agentView: true }).close();
  controllerControls(config);
  for (const part of ["first", "round"] as const) {
    const [shortest, longest] = [config[`${part}Shortest`], config[`${part}Longest`]];
    if (shortest >= longest) {
      throw new RangeError(`Cannot set --${part}-longest: expected more than ${shortest}, got ${longest}`);
    }
  }
  const { controller, dreamBatch, minibatches } = config;
  if (controller === "ppo" && dreamBatch % minibatches !== 0) {
    throw new RangeError(
      `Cannot set --minibatches: expected a divisor of the ${dreamBatch} dreams of an update (--dream-batch), got ` +
        minibatches,
    );
  }
  worldKindOf(config).check?.(config);
  checkWholeEpisodes(config);
}

/** The last collections decide: those of the rounds, where there is more than one round. */
function checkWholeEpisodes(config: TrainWorldModelConfig): void {
  const { maxEpisodeSteps } = envSpec(config.environment);
  if (maxEpisodeSteps === undefined) return;
  const whole = Math.ceil(maxEpisodeSteps / config.frameSkip);
  const part = config.rounds > 1 ? "round" : "first";
  const fields = {
    [`${part}Decisions`]: config[`${part}Decisions`],
    [`${part}Longest`]: config[`${part}Longest`] - 1,
  };
  const [field, most] = Object.entries(fields).reduce((a, b) => b[1] < a[1] ? b : a);
  if (most >= whole) return;
  throw new RangeError(
    `Cannot train a world model on parts of episodes: expected room for the ${whole} decisions of an episode of ` +
      `${config.environment}, got ${most} at most (--${flagName(field)} ${
        config[field as keyof TrainWorldModelConfig]
      })`,
  );
}

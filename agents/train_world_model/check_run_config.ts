import { makeFromRecipe } from "../../envs/mod.ts";
import type { TrainWorldModelConfig } from "./config.ts";

/**
 * Checks what fields of a configuration mean together, before any work is done.
 *
 * @throws RangeError or TypeError for an environment that is unknown or has no frames for the agents, episodes that
 * are cut after no length at all, and sequences that are longer than a rollout.
 */
export function checkRunConfig(config: TrainWorldModelConfig): void {
  makeFromRecipe({ id: config.environment, cropResize: true }).close();
  for (const part of ["first", "round"] as const) {
    const [shortest, longest] = [config[`${part}Shortest`], config[`${part}Longest`]];
    if (shortest >= longest) {
      throw new RangeError(`Cannot set --${part}Longest: expected more than ${shortest}, got ${longest}`);
    }
  }
  if (config.memoryLength > config.firstDecisions) {
    throw new RangeError(
      `Cannot set --memoryLength: expected at most firstDecisions, ${config.firstDecisions}, got ${config.memoryLength}`,
    );
  }
}

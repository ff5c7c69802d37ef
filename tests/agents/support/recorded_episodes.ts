import type { RecordedEpisode } from "../../../agents/learner_kind.ts";
import type { RandomStream } from "../../../core/random_stream.ts";
import type { Observation } from "../../../envs/mod.ts";

/**
 * Episodes that tell where their numbers are from: what is observed is `[episode, step]`, the action the step, the reward
 * drawn.
 */
export function markedEpisodes(lengths: readonly number[], random: RandomStream): RecordedEpisode[] {
  return lengths.map((length, episode) => ({
    observations: Float32Array.from({ length: 2 * length }, (_, i) => i % 2 === 0 ? episode : (i - 1) / 2),
    actions: Float32Array.from({ length }, (_, step) => step),
    rewards: Float64Array.from({ length }, () => random.normal()),
  }));
}

/**
 * Episodes in which nothing but zeros is seen and one of two actions is repeated: the second one pays 1 each time, the first
 * nothing.
 *
 * @param observations Makes so many zeros.
 */
export function banditEpisodes(
  count: number,
  length: number,
  observations: (length: number) => Observation = (length) => new Float32Array(length),
): RecordedEpisode[] {
  return Array.from({ length: count }, (_, episode) => {
    const arm = episode % 2;
    return {
      observations: observations(length),
      actions: new Float32Array(length).fill(arm),
      rewards: new Float64Array(length).fill(arm),
    };
  });
}

import * as tf from "@tensorflow/tfjs";
import type { RandomStream } from "../../core/random_stream.ts";
import type { WorldState } from "../../worlds/mod.ts";
import { gatherSequences, type Place, type Replay, type Rollout } from "./experience.ts";

/**
 * Starts of dreams in the midst of real episodes: latents drawn from what vision saw there, and the memory's state.
 *
 * @param options `count` dreams; `failureShare` of them start near a real decision that left the road.
 * @returns Tensors that belong to the caller.
 */
export function dreamStarts(
  replay: Replay,
  { count, failureShare }: { count: number; failureShare: number },
  random: RandomStream,
): WorldState {
  const nearFailures = Math.round(count * failureShare);
  const places = [
    ...replay.draw(count - nearFailures, 1, random),
    ...replay.drawNearFailures(nearFailures, random),
  ];
  return {
    latents: drawLatents(places, random),
    hidden: gather(places, (rollout) => rollout.states!.hidden),
    cell: gather(places, (rollout) => rollout.states!.cell),
  };
}

/**
 * Starts of whole dreamed episodes: latents drawn from real first frames.
 *
 * @param initial The state before an episode, one row a dream; it is used up.
 * @returns Tensors that belong to the caller.
 */
export function firstFrameStarts(
  replay: Replay,
  { latents, ...memory }: WorldState,
  random: RandomStream,
): WorldState {
  const count = latents.shape[0];
  latents.dispose();
  const first: Place[] = [];
  for (const rollout of replay.rollouts) {
    rollout.resets.forEach((reset, place) => {
      if (reset) first.push({ rollout, t: Math.floor(place / rollout.streams), n: place % rollout.streams });
    });
  }
  const places = Array.from({ length: count }, () => first[random.integer(0, first.length)]);
  return { latents: drawLatents(places, random), ...memory };
}

/** `[B, Z]`, drawn from what vision saw. */
function drawLatents(places: Place[], random: RandomStream): tf.Tensor {
  return tf.tidy(() => {
    const mu = gather(places, (rollout) => rollout.latents!.mu);
    const deviation = gather(places, (rollout) => rollout.latents!.logVar).div(2).exp();
    const noise = tf.tensor(Float32Array.from({ length: mu.size }, () => random.normal()), mu.shape);
    return mu.add(deviation.mul(noise));
  });
}

/** One row a place, `[B, size]`, of arrays `[T, N, size]`. */
function gather(places: Place[], select: (rollout: Rollout) => Float32Array): tf.Tensor {
  const [{ rollout }] = places;
  const size = select(rollout).length / (rollout.streams * rollout.decisions);
  return tf.tensor(gatherSequences(places, select, { length: 1, size }), [places.length, size]);
}

import type { RandomStream } from "../../core/random_stream.ts";
import type { NamedTensors } from "../../generative/nn/mod.ts";
import type { Place, Replay, TrainableWorldModel, WorldState } from "../../worlds/mod.ts";

/** Where dreams start from: a model, and the replay that it has encoded. */
export interface DreamSource {
  /** The model that dreams. */
  model: TrainableWorldModel;
  /** Its parameters; the caller's. */
  world: NamedTensors;
  /** What was lived through. */
  replay: Replay;
}

/**
 * Starts of dreams in the midst of real episodes.
 *
 * @param options `count` dreams; `failureShare` of them start near a real decision that left the road.
 * @returns Tensors that belong to the caller.
 */
export function dreamStarts(
  { model, world, replay }: DreamSource,
  { count, failureShare }: { count: number; failureShare: number },
  random: RandomStream,
): WorldState {
  return model.startsAt(world, replay.draw(count, 1, random, failureShare), random);
}

/**
 * Starts of whole dreamed episodes, at real first frames.
 *
 * @returns Tensors that belong to the caller.
 */
export function firstFrameStarts(
  { model, world, replay }: DreamSource,
  count: number,
  random: RandomStream,
): WorldState {
  const first: Place[] = [];
  for (const rollout of replay.rollouts) {
    rollout.resets.forEach((reset, place) => {
      if (reset) first.push({ rollout, t: Math.floor(place / rollout.streams), n: place % rollout.streams });
    });
  }
  const places = Array.from({ length: count }, () => first[random.integer(0, first.length)]);
  return model.firstStarts(world, places, random);
}

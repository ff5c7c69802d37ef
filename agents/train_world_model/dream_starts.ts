import * as tf from "@tensorflow/tfjs";
import type { RandomStream } from "../../core/random_stream.ts";
import type { NamedTensors } from "../../generative/nn/mod.ts";
import {
  gatherSequences,
  type Place,
  type Replay,
  type Rollout,
  type TrainableWorldModel,
  type WorldState,
} from "../../worlds/mod.ts";
import type { Lived } from "../lived_lesson.ts";

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
 * What the driver really went through: sequences of decisions of the newest rollout, see {@link Lived}.
 *
 * @returns Tensors that belong to the caller.
 */
export function livedSequences(
  { model, world, replay }: DreamSource,
  { sequences, decisions }: { sequences: number; decisions: number },
  random: RandomStream,
): Lived {
  const places = replay.drawNewest(sequences, decisions + 1, random);
  const all = Array.from(
    { length: decisions + 1 },
    (_, step) => places.map(({ rollout, t, n }) => ({ rollout, t: t + step, n })),
  ).flat();
  const states = model.startsAt(world, all, random);
  const size = places[0].rollout.actionSize;
  const actions = gatherSequences(places, (rollout) => rollout.actions, { length: decisions, size });
  const flags = (select: (rollout: Rollout) => Float32Array, length: number) =>
    gatherSequences(places, select, { length, size: 1 });
  const ends = flags(({ dones }) => dones, decisions);
  const resets = flags(({ resets }) => resets, decisions + 1).subarray(sequences);
  const shape: [number, number] = [decisions, sequences];
  return {
    states,
    actions: tf.tensor2d(actions, [decisions * sequences, size]),
    ends: tf.tensor2d(ends, shape),
    breaks: tf.tensor2d(resets.map((reset, i) => reset * (1 - ends[i])), shape),
  };
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

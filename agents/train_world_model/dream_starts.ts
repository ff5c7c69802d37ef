import * as tf from "@tensorflow/tfjs";
import type { RandomStream } from "../../core/random_stream.ts";
import type { DreamStart } from "../dream_loss.ts";
import { gatherSequences, type Place, type Rollout } from "./experience.ts";
import type { Session } from "./session.ts";

/**
 * Starts of dreams in the midst of real episodes: latents drawn from what vision saw there, and the memory's state.
 *
 * @returns Tensors that belong to the caller.
 */
export function dreamStarts(session: Session, count: number, random: RandomStream): DreamStart {
  const places = session.replay.draw(count, 1, random);
  const { units } = session.networks.memory.config;
  const state = (name: "hidden" | "cell") => gather(places, (rollout) => rollout.states![name], units);
  return { latents: drawLatents(session, places, random), hidden: state("hidden"), cell: state("cell") };
}

/**
 * Starts of whole dreamed episodes: latents drawn from real first frames, the memory empty.
 *
 * @returns Tensors that belong to the caller.
 */
export function firstFrameStarts(session: Session, count: number, random: RandomStream): DreamStart {
  const first: Place[] = [];
  for (const rollout of session.replay.rollouts) {
    rollout.resets.forEach((reset, place) => {
      if (reset) first.push({ rollout, t: Math.floor(place / rollout.streams), n: place % rollout.streams });
    });
  }
  const places = Array.from({ length: count }, () => first[random.integer(0, first.length)]);
  const { units } = session.networks.memory.config;
  return {
    latents: drawLatents(session, places, random),
    hidden: tf.zeros([count, units]),
    cell: tf.zeros([count, units]),
  };
}

function drawLatents(session: Session, places: Place[], random: RandomStream): tf.Tensor {
  const { latentSize } = session.networks.memory.config;
  const row = { length: 1, size: latentSize };
  const latents = gatherSequences(places, (rollout) => rollout.latents!.mu, row);
  const logVar = gatherSequences(places, (rollout) => rollout.latents!.logVar, row);
  for (let i = 0; i < latents.length; i++) latents[i] += Math.exp(logVar[i] / 2) * random.normal();
  return tf.tensor(latents, [places.length, latentSize]);
}

function gather(places: Place[], select: (rollout: Rollout) => Float32Array, size: number): tf.Tensor {
  return tf.tensor(gatherSequences(places, select, { length: 1, size }), [places.length, size]);
}

import * as tf from "@tensorflow/tfjs";
import type { RandomStream } from "../core/random_stream.ts";
import { frameTensor } from "../generative/data/picture_tensors.ts";
import type { NamedTensors } from "../generative/nn/parameters.ts";
import { compile } from "../generative/runtime/compile.ts";
import { disposeTree } from "../generative/runtime/tree.ts";
import { compilePicture } from "./compile_picture.ts";
import type { Rollout } from "./experience.ts";
import { streamNoise } from "./noise.ts";
import { frameLength, type WorldModel, type WorldState } from "./world_model.ts";

/** What {@link foresee} is asked for. */
export interface ForesightOptions {
  /** Decisions after which the world stops looking, S of them: those of the rollout before it are seen. */
  starts: readonly number[];
  /** Decisions that are then foreseen, K. */
  decisions: number;
  /** Sharpness of the samples. @default 1 */
  temperature?: number;
  /** Draws them: another stream for each row and start. */
  random: RandomStream;
}

/** What a world foresaw of N environments side by side, from each of S starts: `k = 0` is after one decision. */
export interface Foresight {
  /** `[S, K, N, H, W, C]`. */
  frames: Uint8Array;
  /** In the environment's unit, `[S, K, N]`. */
  rewards: Float32Array;
}

/**
 * Follows a rollout, and dreams on from some of its places with the actions that were really taken and nothing else of what
 * came then ("open loop").
 *
 * @param rollout With frames, each stream one episode that does not end.
 * @throws RangeError when an episode ends within it, or a start leaves too few decisions to compare with.
 */
export async function foresee(
  model: WorldModel,
  parameters: NamedTensors,
  rollout: Rollout,
  { starts, decisions, temperature = 1, random }: ForesightOptions,
): Promise<Foresight> {
  const { streams, actionSize } = rollout;
  const last = Math.max(...starts);
  if (last + decisions >= rollout.decisions) {
    throw new RangeError(
      `Cannot foresee ${decisions} decisions from decision ${last} on: expected a rollout of more than ` +
        `${last + decisions}, got ${rollout.decisions}`,
    );
  }
  if (rollout.resets.subarray(streams).includes(1)) {
    throw new RangeError(
      "Cannot foresee a rollout: expected episodes as long as it, got one that begins within it",
    );
  }
  const size = streams * frameLength(model);
  const observe = compile(model.observe.bind(model), { name: "observe" });
  const imagine = compile(
    (parameters: NamedTensors, state: WorldState, action: tf.Tensor, noise: NamedTensors) =>
      model.imagine(parameters, state, action, noise, { temperature }),
    { name: "foresee" },
  );
  const draw = compilePicture(model);
  const actionAt = (t: number) =>
    tf.tensor(rollout.actions.slice(t * streams * actionSize, (t + 1) * streams * actionSize), [
      streams,
      actionSize,
    ]);
  const result = {
    frames: new Uint8Array(starts.length * decisions * size),
    rewards: new Float32Array(starts.length * decisions * streams),
  };

  async function dreamOn(from: WorldState, start: number, place: number): Promise<void> {
    const luck = Array.from({ length: streams }, (_, n) => random.fork(start).fork(n));
    let state = from;
    for (let k = 0; k < decisions; k++) {
      const inputs = { action: actionAt(start + k), noise: streamNoise(model.noise.imagine, luck) };
      const next = await imagine.run(parameters, state, inputs.action, inputs.noise);
      const picture = await draw.run(parameters, next.state);
      const row = place * decisions + k;
      result.rewards.set(await next.reward.data(), row * streams);
      result.frames.set(await picture.data(), row * size);
      if (state !== from) disposeTree(state);
      disposeTree([inputs, picture, next.reward, next.doneLogit, next.measures]);
      state = next.state;
    }
    if (state !== from) disposeTree(state);
  }

  let state: WorldState = tf.tidy(() => model.initial(streams));
  try {
    for (let t = 0; t <= last; t++) {
      const observed = {
        frames: frameTensor(rollout.frames!.subarray(t * size, (t + 1) * size), [streams, ...model.frames]),
        action: t === 0 ? tf.zeros([streams, actionSize]) : actionAt(t - 1),
        reward: t === 0 ? tf.zeros([streams]) : tf.tensor1d(
          rollout.rewards.slice((t - 1) * streams, t * streams),
        ),
        first: t === 0 ? tf.ones([streams]) : tf.zeros([streams]),
      };
      const next = await observe.run(parameters, state, observed);
      disposeTree([state, observed]);
      state = next;
      for (const [place, start] of starts.entries()) if (start === t) await dreamOn(state, start, place);
    }
  } finally {
    disposeTree(state);
    for (const compiled of [observe, imagine, draw]) compiled.dispose();
  }
  return result;
}

/** What really came: as {@link foresee} would have it of a world that knows everything. */
export function realCourse(
  rollout: Rollout,
  { starts, decisions }: Pick<ForesightOptions, "starts" | "decisions">,
): Foresight {
  const { streams, frames, rewards } = rollout;
  const size = frames!.length / rollout.decisions;
  const result = {
    frames: new Uint8Array(starts.length * decisions * size),
    rewards: new Float32Array(starts.length * decisions * streams),
  };
  for (const [place, start] of starts.entries()) {
    const at = place * decisions;
    result.frames.set(frames!.subarray((start + 1) * size, (start + 1 + decisions) * size), at * size);
    result.rewards.set(rewards.subarray(start * streams, (start + decisions) * streams), at * streams);
  }
  return result;
}

/** How close a foresight came to reality, over all places that were foreseen equally far ahead. */
export interface Closeness {
  /** Peak signal-to-noise ratio of the frames in decibels, of their mean squared error; Infinity where they are equal. */
  psnr: number;
  /** Pearson's correlation of what was earned on the way, dreamt and real; NaN where either never differs. */
  returnCorrelation: number;
}

/**
 * Compares what was foreseen `ahead` decisions ahead with what came: the frames then, and the sums of rewards until then.
 *
 * @param sizes Of both: S, K and N.
 */
export function closeness(
  foreseen: Foresight,
  real: Foresight,
  ahead: number,
  sizes: { starts: number; decisions: number; streams: number },
): Closeness {
  const { starts, decisions, streams } = sizes;
  const size = real.frames.length / (starts * decisions);
  let squares = 0;
  const [dreamt, earned]: number[][] = [[], []];
  for (let start = 0; start < starts; start++) {
    const from = (start * decisions + ahead - 1) * size;
    for (let i = from; i < from + size; i++) squares += (foreseen.frames[i] - real.frames[i]) ** 2;
    for (let n = 0; n < streams; n++) {
      const sum = ({ rewards }: Foresight) => {
        let total = 0;
        for (let k = 0; k < ahead; k++) total += rewards[(start * decisions + k) * streams + n];
        return total;
      };
      dreamt.push(sum(foreseen));
      earned.push(sum(real));
    }
  }
  return {
    psnr: 10 * Math.log10(255 ** 2 / (squares / (starts * size))),
    returnCorrelation: correlation(dreamt, earned),
  };
}

/** Pearson's. */
function correlation(a: readonly number[], b: readonly number[]): number {
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [middleA, middleB] = [mean(a), mean(b)];
  const product = (f: (i: number) => number) => a.reduce((sum, _, i) => sum + f(i), 0);
  const [da, db] = [(i: number) => a[i] - middleA, (i: number) => b[i] - middleB];
  return product((i) => da(i) * db(i)) / Math.sqrt(product((i) => da(i) ** 2) * product((i) => db(i) ** 2));
}

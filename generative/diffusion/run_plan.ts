import * as tf from "@tensorflow/tfjs";
import type { RandomStream } from "../../core/random_stream.ts";
import type { NamedTensors } from "../nn/mod.ts";
import { compile, disposeTree, normal, seedTensor } from "../runtime/mod.ts";
import type { Diffusion } from "./diffusion.ts";
import {
  finish,
  followPlan,
  type Known,
  planTable,
  type SamplingState,
  startState,
  takeTurn,
} from "./follow_plan.ts";
import { type Denoise, type GuidanceOptions, guided, threshold, type ThresholdName } from "./guidance.ts";
import type { NoiseLevel } from "./noise_level.ts";
import type { SamplingTurn } from "./sampling_plan.ts";

/** What steers samples on their way. */
export interface Steering extends Partial<GuidanceOptions> {
  /** The label of each, `0 .. K - 1`, or K for none; of models that learned with labels. */
  labels?: ArrayLike<number>;
  /** How what is foreseen is kept within -1 .. 1. @default "none" */
  threshold?: ThresholdName;
  /** What the samples are to hold: `clean` of each, `[N, ..]`, and a mask for all, `[1, ..]`. @default nothing */
  known?: Known;
}

/** What {@link runPlan} is asked for. */
export interface RunPlanOptions extends Steering {
  /** The sampler's turns. */
  plan: readonly SamplingTurn[];
  /** Draws what the sampler adds. */
  random: RandomStream;
}

/** Examples that are computed at a time: pictures or, of which many are cheap, points. */
const chunkSize = (shape: readonly number[]) => shape.length > 1 ? 64 : 65_536;

/** What belongs to each example, and what to all. */
type Extras = { labels?: tf.Tensor; known?: Known };

/**
 * Follows a plan, as one compiled loop: for 64 pictures at a time, or points all at once.
 *
 * @param x Where it starts, `[N, ..]`; stays the caller's.
 * @returns Where it ends; the caller's.
 */
export async function runPlan(
  diffusion: Diffusion,
  parameters: NamedTensors,
  x: tf.Tensor,
  { plan, random, ...steering }: RunPlanOptions,
): Promise<tf.Tensor> {
  const follow = compile(
    (parameters: NamedTensors, x: tf.Tensor, table: tf.Tensor, seed: tf.Tensor, extras: Extras) =>
      followPlan(steer(diffusion, parameters, steering, extras), x, table, { seed, known: extras.known }).x,
    { name: "sampling" },
  );
  const table = planTable(plan);
  const ends: tf.Tensor[] = [];
  try {
    for (let first = 0; first < x.shape[0]; first += chunkSize(x.shape.slice(1))) {
      const seed = seedTensor(random.fork(first).seedPair());
      const [part, extras] = tf.tidy(() =>
        chunk(x, steering, first) as unknown as tf.TensorContainer
      ) as unknown as [tf.Tensor, Extras];
      try {
        ends.push(await follow.run(parameters, part, table, seed, extras));
      } finally {
        disposeTree([part, seed, extras]);
      }
    }
    return tf.tidy(() => ends.length === 1 ? ends[0].clone() : tf.concat(ends));
  } finally {
    follow.dispose();
    disposeTree([table, ...ends]);
  }
}

/**
 * Follows a plan turn by turn, to look at it on its way.
 *
 * @param x Where it starts, `[N, ..]`, no more than 64 pictures; stays the caller's.
 * @returns After every turn x and the clean examples that were foreseen. They are freed when the next turn is asked for.
 */
export async function* watchPlan(
  diffusion: Diffusion,
  parameters: NamedTensors,
  x: tf.Tensor,
  { plan, random, ...steering }: RunPlanOptions,
): AsyncGenerator<SamplingState> {
  const turn = compile(
    (
      parameters: NamedTensors,
      state: SamplingState,
      row: tf.Tensor,
      seed: tf.Tensor,
      extras: Extras,
    ) => takeTurn(steer(diffusion, parameters, steering, extras), state, row, { seed, known: extras.known }),
    { name: "sampling turn" },
  );
  const [start, extras] = tf.tidy(() => {
    const [part, extras] = chunk(x, steering, 0);
    // storage of its own for each, for a compiled step tells its inputs apart by their storage
    const { x: first, clean, last } = startState(part);
    return [{ x: first.mul(1), clean, last: last.mul(1) }, extras] as unknown as tf.TensorContainer;
  }) as unknown as [SamplingState, Extras];
  let state = start;
  try {
    for (const [i, step] of plan.entries()) {
      const [row, seed] = [
        tf.tidy(() => planTable([step]).reshape([-1])),
        seedTensor(random.fork(i).seedPair()),
      ];
      try {
        const next = await turn.run(parameters, state, row, seed, extras);
        disposeTree(state);
        state = next;
      } finally {
        disposeTree([row, seed]);
      }
      if (i === plan.length - 1 && extras.known) {
        const { x } = state;
        state = { ...state, x: tf.tidy(() => finish(x, extras.known)) };
        x.dispose();
      }
      yield state;
    }
  } finally {
    turn.dispose();
    disposeTree([state, extras]);
  }
}

/** Standard normal noise for examples, `[count, ..shape]`: the first are the same however many are drawn. */
export function drawNoise(
  count: number,
  shape: readonly number[],
  random: RandomStream,
): tf.Tensor {
  return tf.tidy(() => {
    const most = chunkSize(shape);
    const chunks = Array.from({ length: Math.ceil(count / most) }, (_, i) => {
      const size = Math.min(most, count - i * most);
      return normal([size, ...shape], seedTensor(random.fork(i).seedPair()));
    });
    return tf.concat(chunks);
  });
}

/** Where a sampler starts: clean examples, if there are any, under so much noise. @param noise Standard normal. */
export function startAt(noise: tf.Tensor, level: NoiseLevel, clean?: tf.Tensor): tf.Tensor {
  return tf.tidy(() => {
    const x = noise.mul(level.noise);
    return clean ? x.add(clean.mul(level.signal)) : x;
  });
}

function steer(
  diffusion: Diffusion,
  parameters: NamedTensors,
  { guidance = 1, rescale, threshold: limit = "none" }: Steering,
  { labels }: Extras,
): Denoise {
  const { labels: learned } = diffusion.options;
  const foresee: Denoise = learned && labels
    ? guided(
      (x, level, labels) => diffusion.denoise(parameters, x, level, labels),
      labels,
      { guidance, rescale, count: learned.count },
    )
    : (x, level) => diffusion.denoise(parameters, x, level);
  return (x, level) => threshold(limit, foresee(x, level));
}

/** The examples from one on, and what belongs to them. */
function chunk(x: tf.Tensor, { labels, known }: Steering, first: number): [tf.Tensor, Extras] {
  const size = Math.min(chunkSize(x.shape.slice(1)), x.shape[0] - first);
  const rows = (all: tf.Tensor) =>
    all.slice([first, ...all.shape.slice(1).map(() => 0)], [size, ...all.shape.slice(1)]);
  return [rows(x), {
    ...labels && { labels: tf.tensor1d(Array.from(labels).slice(first, first + size), "int32") },
    ...known && { known: { clean: rows(known.clean), mask: known.mask.mul(1) } },
  }];
}

import * as tf from "@tensorflow/tfjs";
import { RandomStream } from "../../core/random_stream.ts";
import { hostNumbers, integerTensor } from "./host_numbers.ts";
import { executeNative, isNative } from "./native.ts";
import { stopGradient } from "./stop_gradient.ts";

const LARGEST_SEED = 2 ** 31 - 1;

/**
 * A seed for the functions below, from `RandomStream.seedPair()`.
 *
 * @param pair Two integers, `0 .. 2^31 - 1`.
 * @returns int32 `[2]`.
 */
export function seedTensor(pair: readonly [number, number]): tf.Tensor1D {
  checkPair(pair);
  return integerTensor(pair) as tf.Tensor1D;
}

/** Many seeds, for {@link seedAt}. @param pairs Of {@link seedTensor} each. @returns int32 `[N, 2]`. */
export function seedTensors(pairs: readonly (readonly [number, number])[]): tf.Tensor2D {
  pairs.forEach(checkPair);
  return integerTensor(pairs.flat(), [pairs.length, 2]) as tf.Tensor2D;
}

/**
 * Another seed, independent of this one and of those with other labels: draw each tensor of a step from its own.
 *
 * @param seed int32 `[2]`.
 * @param label An integer, `0 .. 2^31 - 1`, or an int32 scalar that holds one: the index of {@link repeat}.
 * @returns int32 `[2]`.
 */
export function foldSeed(seed: tf.Tensor, label: number | tf.Tensor): tf.Tensor1D {
  checkSeed(seed, "fold a seed");
  checkLabel(label);
  if (!isNative()) {
    const number = typeof label === "number" ? label : hostNumbers(label)[0];
    return seedTensor(hostStream(seed).fork(number).seedPair());
  }
  return tf.tidy(() => {
    // int32 addition wraps around; Philox then scrambles whatever comes out. The 1 tells seeds from drawn numbers.
    const offsets = typeof label === "number"
      ? tf.tensor1d([label, 1], "int32")
      : tf.stack([label, tf.scalar(1, "int32")]);
    const labelled = seed.add(offsets);
    const bounds = [tf.scalar(0, "int32"), tf.scalar(LARGEST_SEED, "int32")];
    const shape = tf.tensor1d([2], "int32");
    const attributes = { dtype: { type: "int32" }, T: { type: "int32" }, Tseed: { type: "int32" } } as const;
    return executeNative("StatelessRandomUniformInt", attributes, [shape, labelled, ...bounds], 1)[0];
  }) as tf.Tensor1D;
}

/**
 * One of many seeds, such as that of a turn of {@link repeat}.
 *
 * @param seeds int32 `[N, 2]`, from {@link seedTensors}.
 * @param index int32 scalar, `0 .. N - 1`.
 * @returns int32 `[2]`.
 */
export function seedAt(seeds: tf.Tensor, index: tf.Tensor): tf.Tensor1D {
  if (!isNative()) {
    const [numbers, row] = [hostNumbers(seeds), 2 * hostNumbers(index)[0]];
    return seedTensor([numbers[row], numbers[row + 1]]);
  }
  const int32 = { type: "int32" } as const;
  const attributes = { Tparams: int32, Tindices: int32, Taxis: int32 };
  return tf.tidy(() =>
    executeNative("GatherV2", attributes, [seeds, index, tf.scalar(0, "int32")], 1)[0]
  ) as tf.Tensor1D;
}

/** Standard normal numbers, float32 of the shape. The same seed gives the same numbers (on the same backend). */
export function normal<S extends number[]>(shape: S, seed: tf.Tensor): tf.Tensor {
  checkSeed(seed, "draw normal numbers");
  if (isNative()) return drawNatively("StatelessRandomNormal", shape, seed);
  const stream = hostStream(seed);
  return tf.tensor(Float32Array.from({ length: sizeOf(shape) }, () => stream.normal()), shape);
}

/** Uniform numbers in `[0, 1)`, float32 of the shape. The same seed gives the same numbers (on the same backend). */
export function uniform(shape: number[], seed: tf.Tensor): tf.Tensor {
  checkSeed(seed, "draw uniform numbers");
  if (isNative()) return drawNatively("StatelessRandomUniform", shape, seed);
  const stream = hostStream(seed);
  // 24 bits, so that rounding to float32 never gives 1
  const draw = () => (stream.uint32() >>> 8) / 2 ** 24;
  return tf.tensor(Float32Array.from({ length: sizeOf(shape) }, draw), shape);
}

/**
 * Draws one class for each row of logits, by the Gumbel-max trick. Gradients stop here.
 *
 * @param logits float32 `[.., K]`, unnormalised log probabilities.
 * @returns int32 `[..]`, `0 .. K - 1`.
 */
export function categorical(logits: tf.Tensor, seed: tf.Tensor): tf.Tensor {
  return tf.tidy(() => {
    const gumbel = uniform(logits.shape, seed).log().neg().log().neg();
    return stopGradient(logits).add(gumbel).argMax(-1);
  });
}

function drawNatively(op: string, shape: number[], seed: tf.Tensor): tf.Tensor {
  return tf.tidy(() => {
    const attributes = {
      dtype: { type: "float32" },
      T: { type: "int32" },
      Tseed: { type: "int32" },
    } as const;
    return executeNative(op, attributes, [tf.tensor1d(shape, "int32"), seed], 1)[0];
  });
}

/** The stream that a seed stands for on a backend that draws in JavaScript. */
function hostStream(seed: tf.Tensor): RandomStream {
  const { 0: first, 1: second } = hostNumbers(seed);
  return new RandomStream(first).fork(second);
}

function checkPair(pair: readonly [number, number]): void {
  if (pair.every((word) => Number.isInteger(word) && word >= 0 && word <= LARGEST_SEED)) return;
  throw new RangeError(
    `Cannot make a seed tensor: expected two integers in 0 .. ${LARGEST_SEED}, got ${pair}`,
  );
}

function checkSeed(seed: tf.Tensor, what: string): void {
  if (seed.dtype !== "int32" || seed.shape.length !== 1 || seed.shape[0] !== 2) {
    throw new TypeError(
      `Cannot ${what}: expected a seed tensor int32 [2], got ${seed.dtype} [${seed.shape}]`,
    );
  }
}

function checkLabel(label: number | tf.Tensor): void {
  if (typeof label !== "number") {
    if (label.dtype === "int32" && label.rank === 0) return;
    throw new TypeError(
      `Cannot fold a seed: expected a label int32 [], got ${label.dtype} [${label.shape}]`,
    );
  }
  if (Number.isInteger(label) && label >= 0 && label <= LARGEST_SEED) return;
  throw new RangeError(`Cannot fold a seed: expected a label in 0 .. ${LARGEST_SEED}, got ${label}`);
}

function sizeOf(shape: number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

import * as tf from "@tensorflow/tfjs";
import type { NamedTensors } from "../nn/parameters.ts";
import { executeNative, foldSeed, isNative, mapTree, repeat, type Tree } from "../runtime/mod.ts";

/** What a mini-batch teaches. */
export type Lesson = {
  /** The gradient of the loss by each parameter. */
  gradients: NamedTensors;
  /** Scalars, means over the mini-batch. */
  losses: NamedTensors;
  /** What the forward pass found out, see `Statistics`. */
  statistics: NamedTensors;
};

/** Mini-batches of one form as one tree with another first axis: what a step that accumulates takes. */
export function stackBatches(batches: readonly NamedTensors[]): NamedTensors {
  return Object.fromEntries(
    Object.keys(batches[0]).map((name) => [name, tf.stack(batches.map((batch) => batch[name]))]),
  );
}

/**
 * The mean lesson of several mini-batches, one after the other, so that memory holds the activations of one at a time.
 * Where a loss is a mean over examples, this is the lesson of all examples together; batch normalisation alone sees a
 * mini-batch at a time. Pure.
 *
 * @param batch The mini-batches, stacked along a first axis of `count`.
 * @param seed int32 `[2]`; each mini-batch has a fold of it.
 * @param learn The lesson of one, given the statistics of those before it.
 */
export function accumulate<Batch extends Tree>(
  { count, batch, seed }: { count: number; batch: Batch; seed: tf.Tensor },
  learn: (batch: Batch, seed: tf.Tensor, statistics: NamedTensors) => Lesson,
): Lesson {
  const part = (index: number | tf.Scalar) => mapTree(batch, (tensor) => rowOf(tensor, index)) as Batch;
  const first = learn(part(0), foldSeed(seed, 0), {});
  const { gradients, losses, statistics } = repeat(count - 1, (before, turn) => {
    const index = turn.add(tf.scalar(1, "int32")) as tf.Scalar;
    const next = learn(part(index), foldSeed(seed, index), before.statistics);
    return {
      gradients: addEach(before.gradients, next.gradients),
      losses: addEach(before.losses, next.losses),
      statistics: next.statistics,
    };
  }, first);
  const mean = (sums: NamedTensors) => mapTree(sums, (sum) => sum.div(count)) as NamedTensors;
  return { gradients: mean(gradients), losses: mean(losses), statistics };
}

function addEach(a: NamedTensors, b: NamedTensors): NamedTensors {
  return Object.fromEntries(Object.entries(a).map(([name, tensor]) => [name, tensor.add(b[name])]));
}

/** A tensor's row, without its first axis. */
function rowOf(tensor: tf.Tensor, index: number | tf.Scalar): tf.Tensor {
  const place = typeof index === "number" ? tf.scalar(index, "int32") : index;
  if (!isNative()) return tensor.gather(place);
  const attributes = {
    Tparams: { type: tensor.dtype },
    Tindices: { type: "int32" },
    Taxis: { type: "int32" },
    batch_dims: { int: 0 },
  } as const; // tfjs's gather reads the index, which a loop of the graph does not know
  return executeNative("GatherV2", attributes, [tensor, place, tf.scalar(0, "int32")], 1)[0];
}

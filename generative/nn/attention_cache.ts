import * as tf from "@tensorflow/tfjs";
import { hideUnless } from "./attention_bias.ts";
import { replaceRows } from "./embedding.ts";
import type { NamedTensors } from "./parameters.ts";

/**
 * Keys and values of the places that attention has seen, in buffers of a fixed length S: one compiled step serves all
 * positions. Place p lies in slot `p mod S`, so that beyond S the last S places are kept.
 */
export type AttentionCache = {
  /** `[B, H, S, headSize]`. */
  keys: tf.Tensor;
  /** `[B, H, S, headSize]`. */
  values: tf.Tensor;
};

/** The caches of blocks as tensors by name, `keys1`, `values1`, `keys2` and so on: a part of a recurrent state. */
export function cacheTensors(caches: readonly AttentionCache[]): NamedTensors {
  return Object.fromEntries(
    caches.flatMap(({ keys, values }, i) => [[`keys${i + 1}`, keys], [`values${i + 1}`, values]]),
  );
}

/** What {@link cacheTensors} named, among other tensors: the caches of so many blocks. */
export function cachesOf(tensors: NamedTensors, blocks: number): AttentionCache[] {
  return Array.from({ length: blocks }, (_, i) => ({
    keys: tensors[`keys${i + 1}`],
    values: tensors[`values${i + 1}`],
  }));
}

/**
 * Puts the keys and values of new places into a cache; the old one stays as it was.
 *
 * @param fresh Of N places, `[B, H, N, headSize]` each.
 * @param places int32 `[B, N]`: consecutive positions from 0.
 * @throws RangeError when N is more than the cache holds.
 */
export function writeCache(cache: AttentionCache, fresh: AttentionCache, places: tf.Tensor): AttentionCache {
  const [batch, heads, length, size] = cache.keys.shape;
  const count = places.shape[1]!;
  if (count > length) {
    throw new RangeError(
      `Cannot write to a cache of ${length} places: expected at most as many, got ${count}`,
    );
  }
  const slots = places.mod(tf.scalar(length, "int32")).toInt();
  const firstSlots = tf.range(0, batch * heads * length, length, "int32").reshape([batch, heads, 1]);
  const rows = firstSlots.add(slots.expandDims(1)).reshape<tf.Tensor1D>([-1]);
  const write = (old: tf.Tensor, added: tf.Tensor) =>
    replaceRows(old.reshape([-1, size]), rows, added.reshape([-1, size])).reshape(old.shape);
  return { keys: write(cache.keys, fresh.keys), values: write(cache.values, fresh.values) };
}

/**
 * How far behind each new place what lies in each slot was seen.
 *
 * @param places int32 `[B, N]`, the places that were written last.
 * @param length Slots of the cache, S.
 * @returns int32 `[B, N, S]`: below 0 is a later place; above the place's own number nothing was written yet.
 */
export function cachedDistances(places: tf.Tensor, length: number): tf.Tensor {
  const [batch, count] = places.shape as [number, number];
  const last = tf.slice2d(places as tf.Tensor2D, [0, count - 1], [batch, 1]);
  const slots = tf.range(0, length, 1, "int32");
  const ages = last.add(tf.scalar(length, "int32")).sub(slots).mod(tf.scalar(length, "int32")).toInt();
  return places.expandDims(2).sub(last.sub(ages).expandDims(1));
}

/**
 * What the newest place looks at, in the order in which it was seen.
 *
 * @param weights `[B, H, N, S]`, of what lies in each slot.
 * @param places int32 `[B, N]`, the places that were written last.
 * @returns `[B, H, S]`: the place itself comes last, and 0 where nothing was written.
 */
export function seenInOrder(weights: tf.Tensor, places: tf.Tensor): tf.Tensor {
  const [batch, heads, count, slots] = weights.shape;
  const newest = places.slice([0, count - 1], [-1, 1]);
  const ages = cachedDistances(newest, slots).reshape([batch, slots, 1]);
  const order = ages.equal(tf.range(slots - 1, -1, -1, "int32")).toFloat(); // [B, slot, rank]
  const seen = weights.slice([0, 0, count - 1, 0], [-1, -1, 1, -1]);
  return seen.reshape([batch, heads, slots]).matMul(order);
}

/**
 * Hides from each new place what is later than it and what was never written.
 *
 * @param distances int32 `[B, N, S]` from {@link cachedDistances}.
 * @param places int32 `[B, N]`.
 * @returns To be added to logits, `[B, 1, N, S]`: 0 or -1e9.
 */
export function cacheBias(distances: tf.Tensor, places: tf.Tensor): tf.Tensor {
  const past = distances.greaterEqual(tf.scalar(0, "int32"));
  const written = distances.lessEqual(places.expandDims(2));
  return hideUnless(past.logicalAnd(written)).expandDims(1);
}

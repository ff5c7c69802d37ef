import type * as tf from "@tensorflow/tfjs";
import { joinArrays } from "../../../core/join_arrays.ts";
import type { Dataset } from "../../data/dataset.ts";
import type { NamedTensors } from "../../nn/parameters.ts";
import { compile } from "../../runtime/compile.ts";
import { disposeTree } from "../../runtime/tree.ts";
import type { LatentAccess } from "../model.ts";
import { pictureBatch, unitPixels } from "../../data/picture_tensors.ts";

/** Latents of many pictures. */
export interface LatentCloud {
  /** Number of rows, N. */
  count: number;
  /** Numbers in a latent, Z. */
  size: number;
  /** `[N, Z]`. */
  mu: Float32Array;
  /** `[N, Z]`, where the model spreads them. */
  logVar?: Float32Array;
}

/** Pictures at a time. */
const BLOCK = 250;

/**
 * The latents of a data set's first pictures.
 *
 * @param limit How many at most.
 */
export async function encodePictures(
  encode: NonNullable<LatentAccess["encode"]>,
  { parameters, data, limit }: { parameters: NamedTensors; data: Dataset; limit: number },
): Promise<LatentCloud> {
  const count = Math.min(limit, data.count);
  const step = compile(
    (parameters: NamedTensors, bytes: tf.Tensor) => encode(parameters, unitPixels(bytes)),
    { name: "encode" },
  );
  const blocks: { mu: Float32Array; logVar?: Float32Array }[] = [];
  try {
    for (let first = 0; first < count; first += BLOCK) {
      const indices = Array.from({ length: Math.min(BLOCK, count - first) }, (_, i) => first + i);
      const bytes = pictureBatch(data, indices);
      const encoded = await step.run(parameters, bytes);
      const [mu, logVar] = [await encoded.mu.data(), await encoded.logVar?.data()];
      blocks.push({ mu: Float32Array.from(mu), logVar: logVar && Float32Array.from(logVar) });
      disposeTree([bytes, encoded]);
    }
  } finally {
    step.dispose();
  }
  return {
    count,
    size: blocks[0].mu.length / Math.min(BLOCK, count),
    mu: joinArrays(Float32Array, blocks.map(({ mu }) => mu)),
    logVar: blocks[0].logVar && joinArrays(Float32Array, blocks.map(({ logVar }) => logVar!)),
  };
}

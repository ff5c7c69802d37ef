import * as tf from "@tensorflow/tfjs";
import { frameTensor } from "../generative/data/picture_tensors.ts";
import type { NamedTensors } from "../generative/nn/parameters.ts";
import type { Compiled } from "../generative/runtime/compile.ts";
import type { NamedArrays } from "./experience.ts";

/** Options of {@link encodeInChunks}. */
export interface EncodeOptions {
  /** Frames a call of the compiled encoder. @default 256 */
  chunk?: number;
  /** Told after each chunk how many frames are encoded. */
  onProgress?: (frames: number) => void;
}

/**
 * Encodes frames in chunks of one size (the last is filled up), so that one compiled function serves them all.
 *
 * @param encoder Frames, int32 `[chunk, H, W, C]`, to tensors `[chunk, ..]` by name.
 * @param input `frames`: N of them, row-major; `shape`: that of one.
 * @returns `[N, ..]` by name.
 * @throws RangeError when `frames` does not hold whole frames.
 */
export async function encodeInChunks(
  encoder: Compiled<[NamedTensors, tf.Tensor], NamedTensors>,
  { parameters, frames, shape }: {
    parameters: NamedTensors;
    frames: Uint8Array;
    shape: readonly [height: number, width: number, channels: number];
  },
  { chunk = 256, onProgress }: EncodeOptions = {},
): Promise<NamedArrays> {
  const length = shape.reduce((product, size) => product * size, 1);
  const count = frames.length / length;
  if (!Number.isInteger(count)) {
    throw new RangeError(
      `Cannot encode frames: expected a multiple of ${length} bytes, got ${frames.length}`,
    );
  }
  const encoded: NamedArrays = {};
  for (let start = 0; start < count; start += chunk) {
    const some = Math.min(chunk, count - start);
    const batch = frameTensor(frames.subarray(start * length, (start + some) * length), [chunk, ...shape]);
    const tensors = await encoder.run(parameters, batch);
    for (const [name, tensor] of Object.entries(tensors)) {
      const size = tensor.size / chunk;
      encoded[name] ??= new Float32Array(count * size);
      encoded[name].set((await tensor.data() as Float32Array).subarray(0, some * size), start * size);
    }
    tf.dispose([batch, tensors]);
    onProgress?.(start + some);
  }
  return encoded;
}

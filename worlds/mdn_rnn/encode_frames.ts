import * as tf from "@tensorflow/tfjs";
import { frameTensor } from "../../generative/data/picture_tensors.ts";
import type { NamedTensors } from "../../generative/nn/parameters.ts";
import { compile, type Compiled } from "../../generative/runtime/compile.ts";
import { FRAME_LENGTH, FRAME_SIZE, type LatentDistribution, type Vision } from "./vision.ts";

/** What {@link encodeFrames} reads. */
export interface EncodeFramesInput {
  /** The parameters of vision; others may be among them. */
  parameters: NamedTensors;
  /** N frames, `[N, 64, 64, 3]` row-major. */
  frames: Uint8Array;
}

/** Options of {@link encodeFrames}. */
export interface EncodeFramesOptions {
  /** Frames a call of the compiled encoder. @default 256 */
  chunk?: number;
  /** Told after each chunk how many frames are encoded. */
  onProgress?: (frames: number) => void;
}

/** Latents of N frames, each `[N, Z]` row-major. */
export type EncodedFrames = {
  /** Means of the latents. */
  mu: Float32Array;
  /** Logarithms of the latents' variances. */
  logVar: Float32Array;
};

type Encoder = Compiled<[NamedTensors, tf.Tensor], { mu: tf.Tensor; logVar: tf.Tensor }>;
const encoders = new WeakMap<Vision, Encoder>();

/**
 * Encodes frames in chunks of one size (the last is filled up), so that one compiled function serves them all. It
 * is kept as long as `vision` is, or until {@link disposeEncoder}.
 *
 * @throws RangeError when `frames` does not hold whole frames.
 */
export async function encodeFrames(
  vision: Vision,
  input: EncodeFramesInput,
  options: EncodeFramesOptions = {},
): Promise<EncodedFrames> {
  const { frames } = input;
  const { chunk = 256, onProgress } = options;
  const count = frames.length / FRAME_LENGTH;
  if (!Number.isInteger(count)) {
    throw new RangeError(
      `Cannot encode frames: expected a multiple of ${FRAME_LENGTH} bytes, got ${frames.length}`,
    );
  }
  const parameters = pickParameters(input.parameters, vision);
  const encode = encoderOf(vision);
  const size = vision.latentSize;
  const encoded = { mu: new Float32Array(count * size), logVar: new Float32Array(count * size) };
  for (let start = 0; start < count; start += chunk) {
    const some = Math.min(chunk, count - start);
    const pixels = frames.subarray(start * FRAME_LENGTH, (start + some) * FRAME_LENGTH);
    const batch = frameTensor(pixels, [chunk, FRAME_SIZE, FRAME_SIZE, 3]);
    const { mu, logVar } = await encode.run(parameters, batch);
    encoded.mu.set((await mu.data() as Float32Array).subarray(0, some * size), start * size);
    encoded.logVar.set((await logVar.data() as Float32Array).subarray(0, some * size), start * size);
    tf.dispose([batch, mu, logVar]);
    onProgress?.(start + some);
  }
  return encoded;
}

/** Frees what {@link encodeFrames} keeps for a vision; it may be used again. */
export function disposeEncoder(vision: Vision): void {
  encoders.get(vision)?.dispose();
  encoders.delete(vision);
}

/** The parameters that a module declares, out of more. */
export function pickParameters(parameters: NamedTensors, module: { parameters: object }): NamedTensors {
  return Object.fromEntries(Object.keys(module.parameters).map((name) => [name, parameters[name]]));
}

function encoderOf(vision: Vision): Encoder {
  let encoder = encoders.get(vision);
  if (!encoder) {
    encoder = compile(
      (parameters: NamedTensors, frames: tf.Tensor): LatentDistribution & Record<string, tf.Tensor> => ({
        ...vision.encode(parameters, frames),
      }),
      { name: "encode" },
    );
    encoders.set(vision, encoder);
  }
  return encoder;
}

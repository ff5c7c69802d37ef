import type * as tf from "@tensorflow/tfjs";
import type { NamedTensors } from "../../generative/nn/parameters.ts";
import { compile, type Compiled } from "../../generative/runtime/compile.ts";
import { encodeInChunks, type EncodeOptions } from "../encode_in_chunks.ts";
import { FRAME_SIZE, type LatentDistribution, type Vision } from "./vision.ts";

/** What {@link encodeFrames} reads. */
export interface EncodeFramesInput {
  /** The parameters of vision; others may be among them. */
  parameters: NamedTensors;
  /** N frames, `[N, 64, 64, 3]` row-major. */
  frames: Uint8Array;
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
  options: EncodeOptions = {},
): Promise<EncodedFrames> {
  const { frames } = input;
  const parameters = pickParameters(input.parameters, vision);
  const shape = [FRAME_SIZE, FRAME_SIZE, 3] as const;
  const encoded = await encodeInChunks(encoderOf(vision), { parameters, frames, shape }, options);
  return encoded as EncodedFrames;
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

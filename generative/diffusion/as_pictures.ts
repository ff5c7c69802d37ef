import * as tf from "@tensorflow/tfjs";
import type { Picture } from "../../core/pictures/picture.ts";
import { toPictures } from "../data/picture_tensors.ts";
import type { NamedTensors } from "../nn/mod.ts";
import type { Diffusion } from "./diffusion.ts";

/** What a network sees as pictures. @param x `[B, H, W, C]`; is freed. */
export async function asPictures(
  diffusion: Diffusion,
  parameters: NamedTensors,
  x: tf.Tensor,
): Promise<Picture[]> {
  const pixels = tf.tidy(() => diffusion.options.scale.invert(parameters, x).clipByValue(0, 1));
  try {
    return await toPictures(pixels);
  } finally {
    tf.dispose([x, pixels]);
  }
}

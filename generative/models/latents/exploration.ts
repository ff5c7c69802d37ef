import * as tf from "@tensorflow/tfjs";
import type { Picture } from "../../../core/pictures/picture.ts";
import type { RandomStream } from "../../../core/random_stream.ts";
import type { PictureData } from "../../data/dataset.ts";
import type { NamedTensors } from "../../nn/parameters.ts";
import type { LatentAccess } from "../model.ts";
import { toPictures } from "../../data/picture_tensors.ts";
import type { LatentCloud } from "./encode_pictures.ts";
import type { LatentPlane } from "./latent_plane.ts";

/** Latents `[N, Z]` to N pictures. */
export type Decode = (latents: ArrayLike<number>) => Promise<Picture[]>;

/** What pictures of a latent space are made from. */
export interface Exploration {
  /** Pictures that were not learned from. */
  data: PictureData;
  /** The latents of the first of them. */
  cloud: LatentCloud;
  /** The plane that they are drawn in. */
  plane: LatentPlane;
  /** Draws latents. */
  decode: Decode;
  /** The only source of chance; each picture forks it. */
  random: RandomStream;
}

/** Decoding with a model's parameters. */
export function decodeTo({ size, decode }: LatentAccess, parameters: NamedTensors): Decode {
  return async (latents) => {
    const count = latents.length / size;
    const pixels = tf.tidy(() => decode(parameters, tf.tensor2d(Float32Array.from(latents), [count, size])));
    const pictures = await toPictures(pixels);
    pixels.dispose();
    return pictures;
  };
}

/** Latents `[Z]` of an example: the mean where they are spread. */
export function latentsOf({ mu, size }: LatentCloud, example: number): Float32Array {
  return mu.subarray(example * size, (example + 1) * size);
}

/** An example of the data as a picture. */
export function pictureOf(data: PictureData, example: number): Picture {
  const { width, height, channels, pictures } = data;
  const length = width * height;
  const rgb = new Uint8Array(length * 3);
  for (let i = 0; i < rgb.length; i++) {
    const pixel = example * length + Math.floor(i / 3);
    rgb[i] = pictures[channels === 1 ? pixel : pixel * channels + i % 3];
  }
  return { width, height, data: rgb };
}

/** How much small pictures are enlarged on sheets: to about 64 pixels. */
export function sheetScale({ width }: Picture): number {
  return Math.max(1, Math.floor(64 / width));
}

import * as tf from "@tensorflow/tfjs";
import type { Pixels } from "../data/fit_pictures.ts";
import { frameTensor } from "../data/picture_tensors.ts";
import type { NamedTensors } from "../nn/mod.ts";
import type { Diffusion } from "./diffusion.ts";
import type { DrawSamplesOptions } from "./draw_samples.ts";
import type { KeptPart, SamplingOptions } from "./sampling_options.ts";

/** How often each step is done where a part of a picture is kept. */
const REPEATS = 4;

/**
 * What the sampling options `picture`, `keep` and `strength` mean for samples: a picture under some noise to start from
 * (SDEdit: Meng et al., 2021), or a part of it that they hold (RePaint: Lugmayr et al., 2022).
 *
 * @returns Tensors that belong to the caller.
 * @throws RangeError for a picture of another size, or options that make no sense together; SyntaxError for a file that is
 * no picture.
 */
export async function startingPicture(
  diffusion: Diffusion,
  parameters: NamedTensors,
  { options, shape }: { options: SamplingOptions; shape: readonly number[] },
): Promise<Pick<DrawSamplesOptions, "from" | "known">> {
  const { picture, keep = "nothing", strength = 1 } = options;
  if (!picture) {
    if (keep === "nothing") return {};
    throw new RangeError(`Cannot keep the ${keep} of a picture: expected one as --picture FILE, got none`);
  }
  const pixels = await readPicture(picture);
  const clean = tf.tidy(() =>
    diffusion.options.scale.apply(parameters, picturePixels(pixels, shape, picture))
  );
  if (keep === "nothing") return { from: { clean, time: strength } };
  const repeats = options.sampler === "ddim" || options.sampler === "ancestral" ? REPEATS : 1;
  return { known: { clean, mask: keptMask(keep, shape), repeats } };
}

/**
 * A picture as bytes that a model takes, int32 `[1, H, W, C]`.
 *
 * @param name Of the picture, for the error.
 * @throws RangeError for one of another size.
 */
export function picturePixels(pixels: Pixels, shape: readonly number[], name: string): tf.Tensor4D {
  const { height, width, channels: given, data } = pixels;
  const [rows, columns, channels] = shape;
  if (height !== rows || width !== columns) {
    throw new RangeError(
      `Cannot use the picture "${name}": expected ${columns}x${rows} pixels, as the model draws, got ${width}x${height}`,
    );
  }
  const bytes = given === channels ? data : Uint8Array.from(
    { length: rows * columns * channels },
    (_, i) => channels === 1 ? grey(data, 3 * i) : data[Math.floor(i / channels)],
  );
  return frameTensor(bytes, [1, rows, columns, channels]);
}

/** 1 where a part of a picture is kept, `[1, H, W, 1]`: a half, or all but the middle half of each side. */
export function keptMask(keep: Exclude<KeptPart, "nothing">, shape: readonly number[]): tf.Tensor4D {
  const [height, width] = shape;
  const within = (at: number, size: number) => at >= size / 4 && at < size - size / 4;
  const kept: Record<typeof keep, (x: number, y: number) => boolean> = {
    left: (x) => x < width / 2,
    right: (x) => x >= width / 2,
    top: (_x, y) => y < height / 2,
    bottom: (_x, y) => y >= height / 2,
    border: (x, y) => !(within(x, width) && within(y, height)),
  };
  const mask = Float32Array.from(
    { length: height * width },
    (_, i) => Number(kept[keep](i % width, Math.floor(i / width))),
  );
  return tf.tensor4d(mask, [1, height, width, 1]);
}

/** The brightness of a pixel (Rec. 601). */
function grey(data: Uint8Array, at: number): number {
  return Math.round(0.299 * data[at] + 0.587 * data[at + 1] + 0.114 * data[at + 2]);
}

/** Reads a picture file; by an address that no bundle for the page follows, since the page has no files. */
async function readPicture(path: string): Promise<Pixels> {
  if (!("Deno" in globalThis)) {
    throw new RangeError(
      `Cannot read the picture "${path}": expected files, got a page that has none; use deno task sample`,
    );
  }
  const address = new URL("../data/read_picture.ts", import.meta.url).href;
  const { readPicture } = await import(address) as typeof import("../data/read_picture.ts");
  return await readPicture(path);
}

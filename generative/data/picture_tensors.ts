import * as tf from "@tensorflow/tfjs";
import type { Picture } from "../../core/pictures/picture.ts";
import type { Dataset, DataShape, PictureData } from "./dataset.ts";

/**
 * The data as square pictures.
 *
 * @throws TypeError naming the model when they are something else, or of a side or channels that do not fit.
 */
export function expectPictures<D extends Dataset | DataShape>(
  data: D,
  { model, multipleOf = 1, channels }: { model: string; multipleOf?: number; channels?: number },
): Extract<D, { kind: "pictures" }> {
  const fits = data.kind === "pictures" && data.height === data.width && data.height % multipleOf === 0 &&
    (channels === undefined || data.channels === channels);
  if (fits) return data as Extract<D, { kind: "pictures" }>;
  const side = multipleOf > 1 ? ` with a side that is a multiple of ${multipleOf} (set --size)` : "";
  const wanted = `square pictures${side}${channels ? `, ${channels} channel(s)` : ""}`;
  const got = data.kind === "pictures" ? `${data.height}x${data.width}x${data.channels}` : data.kind;
  throw new TypeError(`Cannot train ${model} on "${data.name}": expected ${wanted}, got ${got}`);
}

/**
 * Frames of bytes as int32 `[B, H, W, C]`, 0 .. 255, which {@link unitPixels} makes 0 .. 1: in the step that reads them,
 * so that the division is compiled with it.
 *
 * @param bytes Row-major. Frames that are missing at the end are 0: a compiled step takes batches of one size.
 * @throws RangeError for more bytes than the shape holds, or parts of a frame.
 */
export function frameTensor(
  bytes: Uint8Array | Uint8ClampedArray,
  shape: readonly [batch: number, height: number, width: number, channels: number],
): tf.Tensor4D {
  const [batch, height, width, channels] = shape;
  const length = height * width * channels;
  if (bytes.length > batch * length || bytes.length % length !== 0) {
    throw new RangeError(
      `Cannot make a tensor of frames: expected at most ${batch} times ${length} bytes, got ${bytes.length}`,
    );
  }
  const values = new Int32Array(batch * length);
  values.set(bytes);
  return tf.tensor4d(values, [batch, height, width, channels], "int32");
}

/** The pictures of some examples as bytes, int32 `[B, H, W, C]`, 0 .. 255. */
export function pictureBatch(data: Dataset, indices: ArrayLike<number>): tf.Tensor4D {
  const { pictures, height, width, channels } = data as PictureData;
  const length = height * width * channels;
  const bytes = new Uint8Array(indices.length * length);
  for (let i = 0; i < indices.length; i++) {
    bytes.set(pictures.subarray(indices[i] * length, (indices[i] + 1) * length), i * length);
  }
  return frameTensor(bytes, [indices.length, height, width, channels]);
}

/** Bytes to 0 .. 1. */
export function unitPixels(bytes: tf.Tensor): tf.Tensor {
  return bytes.toFloat().div(255);
}

/**
 * Tensors of pictures to pictures; grey becomes colour.
 *
 * @param pixels `[B, H, W, C]`, 0 .. 1 (what is outside is clipped); stays the caller's.
 */
export async function toPictures(pixels: tf.Tensor): Promise<Picture[]> {
  const [count, height, width, channels] = pixels.shape;
  const values = await pixels.data();
  const length = height * width;
  return Array.from({ length: count }, (_, n) => {
    const data = new Uint8ClampedArray(length * 3);
    for (let i = 0; i < data.length; i++) {
      const at = n * length + Math.floor(i / 3);
      data[i] = 255 * values[channels === 1 ? at : at * channels + i % 3];
    }
    return { width, height, data };
  });
}

import * as tf from "@tensorflow/tfjs";
import type { NamedTensors } from "../../nn/parameters.ts";
import { readTensors, toTensors } from "../../train/tensor_arrays.ts";
import type { NamedArray } from "../../train/safetensors.ts";
import type { GenerativeModel, LatentAccess } from "../model.ts";
import { pictureBatch, unitPixels } from "../../data/picture_tensors.ts";
import type { ModelChecker } from "./model_checker.ts";

/** Latents that are decoded, and pictures that are encoded. */
const COUNT = 2;
/** Largest difference between backends, as a share of the largest value. */
const TOLERANCE = 1e-3;

/**
 * Latents are encoded and decoded by tfjs's own kernels as they are by this backend's: the viewer does so in the
 * browser.
 */
export async function checkBrowser(
  check: ModelChecker,
  { latents }: GenerativeModel,
  parameters: NamedTensors,
): Promise<void> {
  const backend = tf.getBackend();
  if (!latents) return;
  const arrays = await readTensors(parameters);
  const coded = () =>
    check.leaves("encode() and decode()", () => code(check, latents, arrays), () => undefined);
  const here = await coded();
  checkLatents(check, latents, here);
  let there: typeof here;
  await tf.setBackend("cpu");
  try {
    there = await coded();
  } catch (error) {
    check.expect(false, "encode() and decode() to run in the browser (backend cpu)", String(error));
  } finally {
    await tf.setBackend(backend);
  }
  for (const [name, { data }] of Object.entries(here)) {
    const difference = largestDifference(data, there[name].data);
    const wanted = `the same ${name} from the backends ${backend} and cpu, to ${TOLERANCE}`;
    check.expect(difference <= TOLERANCE, wanted, `a difference of ${difference}`);
  }
}

/** As a share of the largest value, or of 1. */
function largestDifference(first: NamedArray["data"], second: NamedArray["data"]): number {
  let [difference, scale] = [0, 1];
  for (let i = 0; i < first.length; i++) {
    difference = Math.max(difference, Math.abs(first[i] - second[i]));
    scale = Math.max(scale, Math.abs(first[i]));
  }
  return difference / scale;
}

/** Decodes some latents and encodes some pictures on the backend that is set. */
async function code(
  { trial: { held, random } }: ModelChecker,
  { size, encode, decode }: LatentAccess,
  arrays: Record<string, NamedArray>,
): Promise<Record<string, NamedArray>> {
  const parameters = toTensors(arrays);
  const draw = random.fork("latents");
  const values = Float32Array.from({ length: COUNT * size }, () => draw.normal());
  const results = tf.tidy(() => {
    const pictures = decode(parameters, tf.tensor2d(values, [COUNT, size]));
    if (!encode || held.kind !== "pictures") return { pictures };
    const { mu, logVar } = encode(parameters, unitPixels(pictureBatch(held, [0, 1])));
    return { pictures, mu, ...logVar && { logVar } };
  }) as NamedTensors;
  const read = await readTensors(results);
  tf.dispose([results, parameters]);
  return read;
}

/** Latents are `[B, Z]`, pictures `[B, H, W, C]` of the data's shape, 0 .. 1. */
function checkLatents(check: ModelChecker, { size }: LatentAccess, coded: Record<string, NamedArray>): void {
  const { held } = check.trial;
  for (const [name, { shape, data }] of Object.entries(coded)) {
    check.expect(data.every(Number.isFinite), `finite ${name}`, "others");
    if (name !== "pictures") {
      check.expect(`${shape}` === `${COUNT},${size}`, `${name} of shape [${COUNT},${size}]`, `[${shape}]`);
    } else if (held.kind === "pictures") {
      const wanted = `${COUNT},${held.height},${held.width},${held.channels}`;
      check.expect(`${shape}` === wanted, `decoded pictures of shape [${wanted}]`, `[${shape}]`);
      check.expect(data.every((value) => value >= 0 && value <= 1), "decoded pictures in 0 .. 1", "others");
    }
  }
}

import * as tf from "@tensorflow/tfjs";
import type { NamedTensors } from "../nn/parameters.ts";
import type { NamedArray } from "./safetensors.ts";

/** Tensors, or arrays that never were tensors, by name. */
export type Savable = NamedTensors | Record<string, NamedArray>;

/** Reads what are tensors into plain arrays; what are arrays already stays as it is. */
export async function toArrays(values: Savable): Promise<Record<string, NamedArray>> {
  const arrays: Record<string, NamedArray> = {};
  for (const [name, value] of Object.entries(values)) {
    arrays[name] = "dataId" in value ? (await readTensors({ [name]: value }))[name] : value;
  }
  return arrays;
}

/** Reads tensors into plain arrays (float32, int32 or bool, which becomes bytes). */
export async function readTensors(tensors: NamedTensors): Promise<Record<string, NamedArray>> {
  const arrays: Record<string, NamedArray> = {};
  for (const [name, tensor] of Object.entries(tensors)) {
    arrays[name] = { shape: tensor.shape, data: await tensor.data() };
  }
  return arrays;
}

/**
 * Makes tensors of plain arrays: int32 of whole numbers, bool of bytes, float32 of all others.
 *
 * @returns Tensors that belong to the caller.
 */
export function toTensors(arrays: Record<string, NamedArray>): NamedTensors {
  const tensors: NamedTensors = {};
  for (const [name, { shape, data }] of Object.entries(arrays)) {
    if (data instanceof Int32Array) tensors[name] = tf.tensor(data, shape, "int32");
    else if (data instanceof Uint8Array) tensors[name] = tf.tensor(data, shape, "bool");
    else tensors[name] = tf.tensor(Float32Array.from(data), shape, "float32");
  }
  return tensors;
}

/**
 * Checks that tensors are those that a model declares.
 *
 * @throws TypeError naming the first that is missing, superfluous or of another shape.
 */
export function checkShapes(
  arrays: Record<string, { shape: number[] }>,
  wanted: Record<string, { shape: number[] }>,
  { what = "parameters" }: {
    /** What errors call them. */
    what?: string;
  } = {},
): void {
  for (const [name, { shape }] of Object.entries(wanted)) {
    if (!(name in arrays)) {
      throw new TypeError(`Cannot restore ${what}: expected "${name}" in the checkpoint, got none`);
    }
    if (`${arrays[name].shape}` !== `${shape}`) {
      throw new TypeError(
        `Cannot restore ${what}: expected "${name}" of shape [${shape}], got [${
          arrays[name].shape
        }] in the checkpoint`,
      );
    }
  }
  for (const name of Object.keys(arrays)) {
    if (!(name in wanted)) {
      throw new TypeError(`Cannot restore ${what}: expected no "${name}", got one in the checkpoint`);
    }
  }
}

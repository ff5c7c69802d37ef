import type { RandomStream } from "../core/random_stream.ts";

/** The set of values that an observation or an action may take. */
export interface Space {
  /** Shape of one value, `[3]` for three numbers, `[96, 96, 3]` for a picture. */
  readonly shape: readonly number[];
  /** How values are stored. */
  readonly dtype: "uint8" | "float32" | "int32";
  /** One sentence of error text when the value does not belong, `undefined` when it does. */
  explain(value: ArrayLike<number>): string | undefined;
  /** Draws a value uniformly. */
  sample(random: RandomStream): Float32Array | Uint8Array | Int32Array;
}

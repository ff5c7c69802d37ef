import type { RandomStream } from "../../core/random_stream.ts";

/** Makes the first values of a parameter. */
export type Initialiser = (shape: number[], random: RandomStream) => Float32Array;

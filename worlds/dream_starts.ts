import type { RandomStream } from "../core/random_stream.ts";

/** Where dreams begin. */
export interface DreamStarts {
  /**
   * Draws a start.
   *
   * @returns A row of a state's tensors by name; those left out begin as `WorldModel.initial` has them.
   */
  draw(random: RandomStream): Record<string, Float32Array>;
}

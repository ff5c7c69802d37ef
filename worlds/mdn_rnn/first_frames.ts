import type { RandomStream } from "../../core/random_stream.ts";
import type { DreamStarts } from "../dream.ts";
import type { EncodedFrames } from "./encode_frames.ts";

/** Real first frames as vision sees them. A dream begins with z ~ N(mu, exp(logVar)) of one of them, and no memory. */
export class FirstFrames implements DreamStarts {
  /**
   * Starts of S frames.
   *
   * @param encoded `[S, Z]` each.
   * @param size Z.
   * @throws RangeError when the arrays do not hold latents.
   */
  constructor(readonly encoded: EncodedFrames, readonly size: number) {
    const { mu, logVar } = encoded;
    if (!(mu.length >= size) || mu.length % size || logVar.length !== mu.length) {
      throw new RangeError(
        `Cannot start a dream: expected mu and logVar of [S, ${size}], got ${mu.length} and ${logVar.length} numbers`,
      );
    }
  }

  /** Draws a frame and its latents. */
  draw(random: RandomStream): { latents: Float32Array } {
    const { encoded: { mu, logVar }, size } = this;
    const from = random.integer(0, mu.length / size) * size;
    const latents = new Float32Array(size);
    for (let z = 0; z < size; z++) {
      latents[z] = mu[from + z] + Math.exp(logVar[from + z] / 2) * random.normal();
    }
    return { latents };
  }
}

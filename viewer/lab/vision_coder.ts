import * as tf from "@tensorflow/tfjs";
import type { NamedTensors } from "../../generative/nn/mod.ts";
import { compile, type Compiled } from "../../generative/runtime/compile.ts";
import { disposeEncoder, encodeFrames } from "../../worlds/mdn_rnn/encode_frames.ts";
import { FRAME_LENGTH, type Vision } from "../../worlds/mdn_rnn/vision.ts";
import { blockSize, padRows } from "./blocks.ts";
import type { Encoded } from "./ability.ts";
import type { Pause } from "./model_kinds.ts";

/** Frames that are encoded at once. */
const ENCODE_BLOCK = 64;
/** Frames that are decoded at once: 65 ms on WASM, which is as long as other calls may wait. */
export const DECODE_BLOCK = 16;

/** Turns batches of any size into latents and back, in blocks. */
export class VisionCoder {
  readonly #draw: Compiled<[NamedTensors, tf.Tensor], tf.Tensor>;

  /**
   * @param parameters Those of vision; others may be among them. They stay the caller's.
   */
  constructor(readonly vision: Vision, readonly parameters: NamedTensors, readonly pause: Pause) {
    this.#draw = compile(
      (parameters: NamedTensors, latents: tf.Tensor): tf.Tensor =>
        vision.decode(parameters, latents).mul(255).round().cast("int32"),
      { name: "picture" },
    );
  }

  /** Frames `[N, 64, 64, 3]` to their distributions, `[N, Z]`. @throws RangeError for parts of frames. */
  async encode(frames: Uint8Array): Promise<Encoded> {
    const count = rowsIn(frames, FRAME_LENGTH, "encode frames");
    const size = this.vision.latentSize;
    const encoded = { mu: new Float32Array(count * size), logVar: new Float32Array(count * size) };
    for (let from = 0; from < count; from += ENCODE_BLOCK) {
      if (from > 0) await this.pause();
      const some = frames.subarray(from * FRAME_LENGTH, (from + ENCODE_BLOCK) * FRAME_LENGTH);
      const chunk = blockSize(some.length / FRAME_LENGTH, ENCODE_BLOCK);
      const block = await encodeFrames(this.vision, { parameters: this.parameters, frames: some }, { chunk });
      encoded.mu.set(block.mu, from * size);
      encoded.logVar.set(block.logVar, from * size);
    }
    return encoded;
  }

  /** Latents `[N, Z]` to frames `[N, 64, 64, 3]`. @throws RangeError for parts of latents. */
  async decode(latents: Float32Array): Promise<Uint8Array<ArrayBuffer>> {
    const size = this.vision.latentSize;
    const count = rowsIn(latents, size, "decode latents");
    const frames = new Uint8Array(count * FRAME_LENGTH);
    for (let from = 0; from < count; from += DECODE_BLOCK) {
      if (from > 0) await this.pause();
      const some = latents.subarray(from * size, (from + DECODE_BLOCK) * size);
      const rows = blockSize(some.length / size, DECODE_BLOCK);
      const input = tf.tensor(padRows(some, { count: some.length / size, rows }), [rows, size]);
      const drawn = await this.#draw.run(this.parameters, input);
      const pixels = await drawn.data();
      frames.set(pixels.subarray(0, some.length / size * FRAME_LENGTH), from * FRAME_LENGTH);
      tf.dispose([input, drawn]);
    }
    return frames;
  }

  /** Frees compiled functions. */
  dispose(): void {
    this.#draw.dispose();
    disposeEncoder(this.vision);
  }
}

/** How many rows of a size an array holds. */
export function rowsIn(values: ArrayLike<number>, size: number, what: string): number {
  const rows = values.length / size;
  if (Number.isInteger(rows)) return rows;
  throw new RangeError(`Cannot ${what}: expected rows of ${size} numbers, got ${values.length} numbers`);
}

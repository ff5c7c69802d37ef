import * as tf from "@tensorflow/tfjs";
import { frameTensor, unitPixels } from "../../generative/data/picture_tensors.ts";
import type { LatentAccess } from "../../generative/models/model.ts";
import type { NamedTensors } from "../../generative/nn/mod.ts";
import { compile } from "../../generative/runtime/compile.ts";
import { disposeTree } from "../../generative/runtime/tree.ts";
import { blockSize, checkFrameCount, DRAW_BLOCK as BLOCK, padRows, rowsIn } from "./blocks.ts";
import type { Encoded } from "./ability.ts";
import type { Pause } from "./model_kinds.ts";

/** Turns batches of any size into latents and back, in blocks; frames are RGB, whatever the model's channels are. */
export class LatentCoder {
  readonly #draw;
  readonly #read;

  /** @param own The parameters stay the caller's. */
  constructor(
    readonly latents: LatentAccess,
    readonly own: {
      parameters: NamedTensors;
      pixels: readonly [height: number, width: number, channels: number];
      pause: Pause;
    },
  ) {
    const { encode } = latents;
    const channels = own.pixels[2];
    this.#draw = compile((parameters: NamedTensors, latents: tf.Tensor): tf.Tensor => {
      const pictures = this.latents.decode(parameters, latents).clipByValue(0, 1).mul(255).round().cast(
        "int32",
      );
      return channels === 1 ? pictures.tile([1, 1, 1, 3]) : pictures;
    }, { name: "picture" });
    this.#read = encode && compile((parameters: NamedTensors, frames: tf.Tensor) => {
      const pictures = unitPixels(frames);
      return encode(parameters, channels === 1 ? pictures.mean(3, true) : pictures);
    }, { name: "latents" });
  }

  /** Frames `[N, H, W, 3]` to their distributions, `[N, Z]`; a model without a spread has hardly any. */
  async encode(frames: Uint8Array): Promise<Encoded> {
    const { parameters, pixels: [height, width], pause } = this.own;
    const length = height * width * 3;
    const count = rowsIn(frames, length, "encode frames");
    const size = this.latents.size;
    const encoded = { mu: new Float32Array(count * size), logVar: new Float32Array(count * size).fill(-20) };
    for (let from = 0; from < count; from += BLOCK) {
      if (from > 0) await pause();
      const some = frames.subarray(from * length, (from + BLOCK) * length);
      const rows = blockSize(some.length / length, BLOCK);
      const input = frameTensor(some, [rows, height, width, 3]);
      const read = await this.#read!.run(parameters, input);
      const used = some.length / length * size;
      encoded.mu.set((await read.mu.data()).subarray(0, used), from * size);
      if (read.logVar) encoded.logVar.set((await read.logVar.data()).subarray(0, used), from * size);
      disposeTree([input, read]);
    }
    return encoded;
  }

  /** Latents `[N, Z]` to frames `[N, H, W, 3]`. */
  async decode(latents: Float32Array): Promise<Uint8Array<ArrayBuffer>> {
    const { parameters, pixels: [height, width], pause } = this.own;
    const size = this.latents.size;
    const length = height * width * 3;
    const count = rowsIn(latents, size, "decode latents");
    checkFrameCount(Math.max(count, 1), "decode latents");
    const frames = new Uint8Array(count * length);
    for (let from = 0; from < count; from += BLOCK) {
      if (from > 0) await pause();
      const some = latents.subarray(from * size, (from + BLOCK) * size);
      const rows = blockSize(some.length / size, BLOCK);
      const input = tf.tensor(padRows(some, { count: some.length / size, rows }), [rows, size]);
      const drawn = await this.#draw.run(parameters, input);
      frames.set((await drawn.data()).subarray(0, some.length / size * length), from * length);
      disposeTree([input, drawn]);
    }
    return frames;
  }

  /** Frees compiled functions. */
  dispose(): void {
    this.#draw.dispose();
    this.#read?.dispose();
  }
}

import * as tf from "@tensorflow/tfjs";
import { FRAME_LENGTH } from "../../worlds/mdn_rnn/vision.ts";
import { checkFrameCount } from "./blocks.ts";
import { checkTurn, DreamStepper, freePosition } from "./dream_stepper.ts";
import type { DreamRequest, Dreamt } from "./lab.ts";
import { DECODE_BLOCK } from "./vision_coder.ts";
import { checkLength, type WorldParts } from "./world_parts.ts";

/** Dreams with the networks of a run. */
export class Dreamer {
  readonly #stepper: DreamStepper;

  /** For the networks of a run. */
  constructor(readonly parts: WorldParts) {
    this.#stepper = new DreamStepper(parts);
  }

  /** See {@link Lab.dream}. @throws RangeError for arrays that do not fit and numbers out of range. */
  async dream(request: DreamRequest): Promise<Dreamt> {
    const started = performance.now();
    const { count, seeds, actions, decision, temperature } = request;
    const { networks: { worldModel }, actionSize, toOutputs, pause } = this.parts;
    const dreams = seeds.length;
    checkTurn(request);
    checkFrameCount(dreams * count, "dream");
    if (actions) checkLength(actions, [count, actionSize], "dream by actions");
    const outputs = actions && toOutputs(actions);
    const outputsAt = (t: number) =>
      outputs?.subarray(t * worldModel.actionSize, (t + 1) * worldModel.actionSize);
    const dreamt = this.#empty(dreams * count);
    const block = Math.max(1, Math.floor(DECODE_BLOCK / dreams));
    const rows: tf.Tensor[] = [];
    let position = this.#stepper.place(request.from, dreams);
    try {
      for (let from = 0; from < count; from += block) {
        if (from > 0) await pause();
        const to = Math.min(from + block, count);
        for (let t = from; t < to; t++) {
          const turn = { decision: decision + t, seeds, temperature, outputs: outputsAt(t) };
          const next = await this.#stepper.advance(position, turn);
          rows.push(next.rows);
          position = next.position;
        }
        await this.#note(dreamt, await readAll(rows), { from, dreams, count });
        rows.length = 0;
      }
      for (let s = 0; actions && s < dreams; s++) dreamt.actions.set(actions, s * actions.length);
      const { latents, state: { hidden, cell } } = position;
      const to = { latents: await copyOf(latents), hidden: await copyOf(hidden), cell: await copyOf(cell) };
      return { ...dreamt, to, milliseconds: performance.now() - started };
    } finally {
      tf.dispose(rows);
      freePosition(position);
    }
  }

  /** Frees compiled functions. */
  dispose(): void {
    this.#stepper.dispose();
  }

  #empty(rows: number): Omit<Dreamt, "to" | "milliseconds"> {
    return {
      frames: new Uint8Array(rows * FRAME_LENGTH),
      latents: new Float32Array(rows * this.parts.networks.worldModel.latentSize),
      rewards: new Float32Array(rows),
      done: new Float32Array(rows),
      actions: new Float32Array(rows * this.parts.actionSize),
    };
  }

  /** Draws a block and writes it down: blocks come with time first, results with dreams first. */
  async #note(
    dreamt: Omit<Dreamt, "to" | "milliseconds">,
    block: Float32Array,
    { from, dreams, count }: { from: number; dreams: number; count: number },
  ): Promise<void> {
    const { coder, actionSize, toActions, networks: { worldModel: { latentSize } } } = this.parts;
    const size = this.#stepper.rowSize;
    const rows = Array.from(
      { length: block.length / size },
      (_, i) => this.#stepper.readRow(block.subarray(i * size, (i + 1) * size)),
    );
    const all = new Float32Array(rows.length * latentSize);
    rows.forEach(({ latents }, i) => all.set(latents, i * latentSize));
    const frames = await coder.decode(all);
    rows.forEach(({ latents, reward, done, outputs }, i) => {
      const at = (i % dreams) * count + from + Math.floor(i / dreams);
      dreamt.latents.set(latents, at * latentSize);
      dreamt.rewards[at] = reward;
      dreamt.done[at] = done;
      dreamt.actions.set(toActions(outputs), at * actionSize);
      const frame = frames.subarray(i * FRAME_LENGTH, (i + 1) * FRAME_LENGTH);
      dreamt.frames.set(frame, at * FRAME_LENGTH);
    });
  }
}

/** The values of tensors one after the other, read at once; the tensors are used up. */
async function readAll(tensors: tf.Tensor[]): Promise<Float32Array> {
  const whole = tf.concat(tensors);
  tf.dispose(tensors);
  const values = await copyOf(whole);
  whole.dispose();
  return values;
}

/** The values of a tensor in an array of its own: the tensor may share its with the backend. */
async function copyOf(tensor: tf.Tensor): Promise<Float32Array> {
  return Float32Array.from(await tensor.data());
}

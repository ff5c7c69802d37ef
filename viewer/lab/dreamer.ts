import * as tf from "@tensorflow/tfjs";
import type { NamedTensors } from "../../generative/nn/mod.ts";
import type { Compiled } from "../../generative/runtime/compile.ts";
import { disposeTree } from "../../generative/runtime/tree.ts";
import { compilePicture } from "../../worlds/compile_picture.ts";
import { frameLength, type WorldState } from "../../worlds/world_model.ts";
import { blockSize, checkFrameCount } from "./blocks.ts";
import { checkTurn, DreamStepper, type DreamtStep } from "./dream_stepper.ts";
import type { DreamRequest, Dreamt, LabState } from "./lab.ts";
import { stateRows, stateTensors } from "./state_arrays.ts";
import { DECODE_BLOCK } from "./vision_coder.ts";
import { checkLength, type WorldParts } from "./world_parts.ts";

/** Dreams with the networks of a run. */
export class Dreamer {
  readonly #stepper: DreamStepper;
  readonly #picture: Compiled<[NamedTensors, WorldState], tf.Tensor>;
  /** A state of one row: the names and shapes of all. */
  readonly #like: WorldState;

  /** For the networks of a run. */
  constructor(readonly parts: WorldParts) {
    const { networks: { worldModel } } = parts;
    this.#stepper = new DreamStepper(parts);
    this.#like = tf.tidy(() => worldModel.initial(1));
    this.#picture = compilePicture(worldModel);
  }

  /** See {@link Lab.dream}. @throws RangeError for arrays that do not fit and numbers out of range. */
  async dream(request: DreamRequest): Promise<Dreamt> {
    const started = performance.now();
    const { count, seeds, actions, decision, temperature } = request;
    const { networks: { policy }, actionSize, toOutputs, pause } = this.parts;
    const dreams = seeds.length;
    checkTurn(request);
    checkFrameCount(dreams * count, "dream");
    if (actions) checkLength(actions, [count, actionSize], "dream by actions");
    const outputs = actions && toOutputs(actions);
    const outputsAt = (t: number) => outputs?.subarray(t * policy.actionSize, (t + 1) * policy.actionSize);
    const dreamt = this.#empty(dreams * count);
    const block = Math.max(1, Math.floor(DECODE_BLOCK / dreams));
    let state = stateTensors(request.from, this.#like, { count: dreams });
    let steps: DreamtStep[] = [];
    try {
      for (let from = 0; from < count; from += block) {
        if (from > 0) await pause();
        const to = Math.min(from + block, count);
        for (let t = from; t < to; t++) {
          const turn = { decision: decision + t, seeds, temperature, outputs: outputsAt(t) };
          steps.push(await this.#stepper.advance(steps.at(-1)?.state ?? state, turn));
        }
        await this.#note(dreamt, steps, { from, dreams, count });
        disposeTree([state, ...steps.slice(0, -1), steps.at(-1)!.rows]);
        state = steps.at(-1)!.state;
        steps = [];
      }
      for (let s = 0; actions && s < dreams; s++) dreamt.actions.set(actions, s * actions.length);
      return { ...dreamt, to: await readState(state), milliseconds: performance.now() - started };
    } finally {
      disposeTree([state, ...steps]);
    }
  }

  /** Frees compiled functions. */
  dispose(): void {
    this.#stepper.dispose();
    this.#picture.dispose();
    disposeTree(this.#like);
  }

  #empty(rows: number): Omit<Dreamt, "to" | "milliseconds"> {
    const { networks: { worldModel }, actionSize } = this.parts;
    return {
      frames: new Uint8Array(rows * frameLength(worldModel)),
      states: Object.fromEntries(
        Object.entries(this.#like).map(([name, { size }]) => [name, new Float32Array(rows * size)]),
      ),
      rewards: new Float32Array(rows),
      done: new Float32Array(rows),
      actions: new Float32Array(rows * actionSize),
    };
  }

  /** Draws a block and writes it down: blocks come with time first, results with dreams first. */
  async #note(
    dreamt: Omit<Dreamt, "to" | "milliseconds">,
    steps: readonly DreamtStep[],
    { from, dreams, count }: { from: number; dreams: number; count: number },
  ): Promise<void> {
    const { actionSize, toActions, networks: { policy } } = this.parts;
    const rows = steps.length * dreams;
    const states = await readState(tf.tidy(() => joinStates(steps.map(({ state }) => state))), true);
    const numbers = await readState(
      tf.tidy(() => ({ rows: tf.concat(steps.map(({ rows }) => rows)) })),
      true,
    );
    const frames = await this.#draw(states, rows);
    const copy = <A extends Float32Array | Uint8Array>(into: A, source: A, i: number, at: number) => {
      const size = source.length / rows;
      into.set(source.subarray(i * size, (i + 1) * size), at * size);
    };
    for (let i = 0; i < rows; i++) {
      const at = (i % dreams) * count + from + Math.floor(i / dreams);
      copy(dreamt.frames, frames, i, at);
      for (const name of Object.keys(states)) copy(dreamt.states[name], states[name], i, at);
      const [reward, done, ...outputs] = numbers.rows.subarray(i * (2 + policy.actionSize));
      dreamt.rewards[at] = reward;
      dreamt.done[at] = done;
      const action = toActions(Float32Array.from(outputs.slice(0, policy.actionSize)));
      dreamt.actions.set(action, at * actionSize);
    }
  }

  /** The pictures of states, `[count, H, W, C]`, in blocks. */
  async #draw(states: LabState, count: number): Promise<Uint8Array> {
    const { networks: { worldModel }, world, pause } = this.parts;
    const length = frameLength(worldModel);
    const frames = new Uint8Array(count * length);
    for (let from = 0; from < count; from += DECODE_BLOCK) {
      if (from > 0) await pause();
      const to = Math.min(from + DECODE_BLOCK, count);
      const rows = blockSize(to - from, DECODE_BLOCK);
      const some = stateTensors(stateRows(states, { from, to, of: count }), this.#like, {
        count: to - from,
        rows,
      });
      const drawn = await this.#picture.run(world, some);
      frames.set((await drawn.data()).subarray(0, (to - from) * length), from * length);
      disposeTree([some, drawn]);
    }
    return frames;
  }
}

/** States one after the other. */
function joinStates(states: readonly WorldState[]): WorldState {
  return Object.fromEntries(
    Object.keys(states[0]).map((name) => [name, tf.concat(states.map((state) => state[name]))]),
  );
}

/** The values of tensors in arrays of their own: a tensor may share its with the backend. `use` frees the tensors. */
async function readState(state: WorldState, use = false): Promise<LabState> {
  const entries = Object.entries(state).map(async ([name, tensor]) => {
    return [name, Float32Array.from(await tensor.data())] as const;
  });
  const arrays = Object.fromEntries(await Promise.all(entries));
  if (use) disposeTree(state);
  return arrays;
}

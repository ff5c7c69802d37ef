import * as tf from "@tensorflow/tfjs";
import type { NamedTensors } from "../../generative/nn/mod.ts";
import type { Compiled } from "../../generative/runtime/compile.ts";
import { disposeTree } from "../../generative/runtime/tree.ts";
import { compilePicture } from "../../worlds/compile_picture.ts";
import { frameLength, type WorldState } from "../../worlds/world_model.ts";
import { blockSize, checkFrameCount, DRAW_BLOCK } from "./blocks.ts";
import { checkTurn, DreamStepper, type DreamtStep, type Turn } from "./dream_stepper.ts";
import type { DreamRequest, Dreamt, Explained } from "./lab.ts";
import { joinStates, readState, stateTensors } from "./state_arrays.ts";
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
    const { count, seeds, actions } = request;
    const { pause } = this.parts;
    const dreams = seeds.length;
    const turnAt = this.#turns(request);
    const dreamt = this.#empty(dreams * count);
    const block = Math.max(1, Math.floor(DRAW_BLOCK / dreams));
    let state = stateTensors(request.from, this.#like, { count: dreams });
    let steps: DreamtStep[] = [];
    try {
      for (let from = 0; from < count; from += block) {
        if (from > 0) await pause();
        const to = Math.min(from + block, count);
        for (let t = from; t < to; t++) {
          steps.push(await this.#stepper.advance(steps.at(-1)?.state ?? state, turnAt(t)));
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

  /** See {@link Lab.explain}. @throws RangeError as {@link Dreamer.dream} does, and for several dreams at once. */
  async explain(request: DreamRequest): Promise<Explained> {
    const { count, seeds } = request;
    if (seeds.length !== 1) throw new RangeError(`Cannot explain a dream: expected one, got ${seeds.length}`);
    const turnAt = this.#turns(request);
    const { worldModel } = this.parts.networks;
    if (!worldModel.pictureMoments && !worldModel.attention) {
      return { moments: new Uint8Array(0), foreseen: new Uint8Array(0) };
    }
    let state = stateTensors(request.from, this.#like, { count: 1 });
    try {
      for (let t = 0; t < count - 1; t++) {
        const step = await this.#stepper.advance(state, turnAt(t));
        disposeTree([state, step.rows]);
        state = step.state;
      }
      const { moments, foreseen, attention } = await this.#stepper.explain(state, turnAt(count - 1));
      const explained: Explained = {
        moments: Uint8Array.from(await moments?.data() ?? []),
        foreseen: Uint8Array.from(await foreseen?.data() ?? []),
        ...attention && {
          attention: {
            values: Float32Array.from(await attention.data()),
            shape: attention.shape.slice(1) as [number, number, number, number],
          },
        },
      };
      tf.dispose([moments ?? [], foreseen ?? [], attention ?? []]);
      return explained;
    } finally {
      disposeTree(state);
    }
  }

  /** Frees compiled functions. */
  dispose(): void {
    this.#stepper.dispose();
    this.#picture.dispose();
    disposeTree(this.#like);
  }

  /** The decisions that are asked for, from 0; checked. */
  #turns({ count, seeds, actions, decision, temperature }: DreamRequest): (t: number) => Turn {
    const { networks: { policy: { actionSize: size } }, actionSize, toOutputs } = this.parts;
    checkTurn({ decision, seeds, temperature });
    checkFrameCount(seeds.length * count, "dream");
    if (actions) checkLength(actions, [count, actionSize], "dream by actions");
    const outputs = actions && toOutputs(actions);
    return (t) => ({
      decision: decision + t,
      seeds,
      temperature,
      outputs: outputs?.subarray(t * size, (t + 1) * size),
    });
  }

  #empty(rows: number): Omit<Dreamt, "to" | "milliseconds"> {
    const { networks: { worldModel }, actionSize } = this.parts;
    return {
      frames: new Uint8Array(rows * frameLength(worldModel)),
      features: new Float32Array(rows * worldModel.featureSize),
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
    const { actionSize, toActions, networks: { worldModel, policy } } = this.parts;
    const rows = steps.length * dreams;
    const frames = await this.#draw(steps.map(({ state }) => state), rows);
    const joined = tf.tidy(() => tf.concat(steps.map(({ rows }) => rows)));
    const numbers = await joined.data() as Float32Array;
    const width = numbers.length / rows;
    const length = frameLength(worldModel);
    for (let i = 0; i < rows; i++) {
      const at = (i % dreams) * count + from + Math.floor(i / dreams);
      const outputs = i * width + 2, features = outputs + policy.actionSize;
      dreamt.frames.set(frames.subarray(i * length, (i + 1) * length), at * length);
      [dreamt.rewards[at], dreamt.done[at]] = numbers.subarray(i * width, outputs);
      dreamt.actions.set(toActions(numbers.slice(outputs, features)), at * actionSize);
      dreamt.features.set(numbers.subarray(features, (i + 1) * width), at * worldModel.featureSize);
    }
    joined.dispose();
  }

  /** The pictures of states, `[rows, H, W, C]`. */
  async #draw(states: readonly WorldState[], rows: number): Promise<Uint8Array> {
    const { networks: { worldModel }, world } = this.parts;
    const joined = tf.tidy(() => joinStates(states, blockSize(rows, Infinity)));
    const drawn = await this.#picture.run(world, joined);
    const frames = Uint8Array.from((await drawn.data()).subarray(0, rows * frameLength(worldModel)));
    disposeTree([joined, drawn]);
    return frames;
  }
}

import * as tf from "@tensorflow/tfjs";
import { RandomStream } from "../core/random_stream.ts";
import type { NamedTensors } from "../generative/nn/parameters.ts";
import { compile, type Compiled } from "../generative/runtime/compile.ts";
import { disposeTree } from "../generative/runtime/tree.ts";
import { spaceSize } from "../envs/spaces.ts";
import { compilePicture } from "./compile_picture.ts";
import { streamNoise } from "./noise.ts";
import type { WorldModel, WorldState } from "./world_model.ts";

/** Where dreams begin. */
export interface DreamStarts {
  /**
   * Draws a start.
   *
   * @returns A row of a state's tensors by name; those left out begin as {@link WorldModel.initial} has them.
   */
  draw(random: RandomStream): Record<string, Float32Array>;
}

/** What every dream needs. */
export interface DreamOptions {
  /** The model that is dreamt with. */
  worldModel: WorldModel;
  /** Its parameters; they stay the caller's. */
  parameters: NamedTensors;
  /** Each episode starts from one of these, drawn by its seed. */
  starts: DreamStarts;
  /** Sharpness of the samples. @default 1 */
  temperature?: number;
  /** How an episode ends: drawn with the head's probability, or as soon as that exceeds one half. @default "sampled" */
  ending?: "sampled" | "cut";
  /** Steps after which an episode is truncated. @default 1000 */
  maxSteps?: number;
}

/** All that dreams' futures depend on, their streams apart: plain values. */
export interface DreamState {
  /** The world model's state by name, `[N, ...]` row-major. */
  world: Record<string, Float32Array | Int32Array>;
  /** `[N]`, 0 or 1: reset at least once. */
  started: Uint8Array;
  /** `[N]`, 0 or 1. */
  terminated: Uint8Array;
  /** `[N]`, 0 or 1. */
  truncated: Uint8Array;
  /** `[N]`, steps since the last reset. */
  steps: Int32Array;
}

/** What one step of all dreams gives; the arrays are reused by the next. */
export interface DreamStep {
  /** `[N]`. */
  rewards: Float64Array;
  /** `[N]`, 0 or 1. */
  terminated: Uint8Array;
  /** `[N]`, 0 or 1. */
  truncated: Uint8Array;
}

type StepInput = { state: WorldState; action: tf.Tensor; active: tf.Tensor; noise: NamedTensors };
type StepOutput = { state: WorldState; reward: tf.Tensor; doneLogit: tf.Tensor };

/**
 * N dreams in lock-step, without pictures: what {@link DreamEnv} and {@link DreamVectorEnv} are made of.
 *
 * Each dream draws all its noise from a stream of its own, so that its course depends on its seed and actions, not
 * on how many dream beside it. A dream that has ended rests until it is reset.
 */
export class Dream {
  /** Dreams side by side, N. */
  readonly count: number;
  /** The rewards of the last step, `[N]`; reused. */
  readonly rewards: Float64Array;
  /** 1 where the last step ended a dream, `[N]`; reused. */
  readonly terminated: Uint8Array;
  /** 1 where the last step cut a dream, `[N]`; reused. */
  readonly truncated: Uint8Array;
  /** `[N]`, steps since the last reset. */
  readonly steps: Int32Array;
  #options: Required<DreamOptions>;
  #state: WorldState;
  #streams: (RandomStream | undefined)[];
  #step: Compiled<[NamedTensors, StepInput], StepOutput>;
  #choose: Compiled<[tf.Tensor, WorldState, WorldState], WorldState>;
  #picture: Compiled<[NamedTensors, WorldState], tf.Tensor>;

  /**
   * Dreams that wait for their first reset.
   *
   * @param count N.
   * @throws RangeError when an option is out of range.
   */
  constructor(count: number, options: DreamOptions) {
    this.count = count;
    this.#options = { temperature: 1, ending: "sampled", maxSteps: 1000, ...options };
    const { worldModel, temperature, maxSteps } = this.#options;
    if (!(temperature >= 0) || !(maxSteps >= 1)) {
      throw new RangeError(
        `Cannot start a dream: expected temperature >= 0 and maxSteps >= 1, got ${temperature} and ${maxSteps}`,
      );
    }
    this.rewards = new Float64Array(count);
    this.terminated = new Uint8Array(count);
    this.truncated = new Uint8Array(count);
    this.steps = new Int32Array(count);
    this.#streams = new Array(count);
    this.#state = worldModel.initial(count);
    this.#step = compile(
      (parameters: NamedTensors, input: StepInput) =>
        stepActive(worldModel, { parameters, ...input, temperature }),
      { name: "dream step" },
    );
    this.#choose = compile(chooseRows, { name: "dream reset" });
    this.#picture = compilePicture(worldModel);
  }

  /** Where the dreams stand, N rows. The tensors stay the dream's and go with its next call. */
  get world(): WorldState {
    return this.#state;
  }

  /** Whether dream `i` was ever reset. */
  started(i: number): boolean {
    return this.#streams[i] !== undefined;
  }

  /** Whether dream `i` waits for a reset. */
  ended(i: number): boolean {
    return this.terminated[i] === 1 || this.truncated[i] === 1;
  }

  /** Starts episodes: dream `indices[k]` draws from `streams[k]`, the others go on as they are. */
  reset(indices: ArrayLike<number>, streams: readonly RandomStream[]): void {
    const { worldModel, starts } = this.#options;
    const rows = new Map<number, Record<string, Float32Array>>();
    const kept = new Float32Array(this.count).fill(1);
    for (let k = 0; k < indices.length; k++) {
      const [i, stream] = [indices[k], streams[k]];
      rows.set(i, starts.draw(stream));
      this.#streams[i] = stream;
      kept[i] =
        this.rewards[i] =
        this.terminated[i] =
        this.truncated[i] =
        this.steps[i] =
          0;
    }
    const flags = tf.tensor(kept);
    const fresh = tf.tidy(() => withRows(worldModel.initial(this.count), rows));
    this.#replace(this.#choose(flags, this.#state, fresh));
    disposeTree([flags, fresh]);
  }

  /** Steps all dreams that have not ended with `actions`, `[N, A]` row-major. */
  step(actions: Float32Array): DreamStep {
    const input = this.#prepare(actions);
    const output = this.#step(this.#options.parameters, input);
    return this.#accept(input, output, output.reward.dataSync(), output.doneLogit.dataSync());
  }

  /** The same off the event loop. */
  async stepAsync(actions: Float32Array): Promise<DreamStep> {
    const input = this.#prepare(actions);
    const output = await this.#step.run(this.#options.parameters, input);
    return this.#accept(input, output, await output.reward.data(), await output.doneLogit.data());
  }

  /** Draws all dreams into `target`, `[N, H, W, C]`. */
  draw(target: Uint8Array): Uint8Array {
    const frames = this.#picture(this.#options.parameters, this.#state);
    target.set(frames.dataSync());
    frames.dispose();
    return target;
  }

  /** The same off the event loop. */
  async drawAsync(target: Uint8Array): Promise<Uint8Array> {
    const frames = await this.#picture.run(this.#options.parameters, this.#state);
    target.set(await frames.data());
    frames.dispose();
    return target;
  }

  /** A copy of where all dreams stand. */
  getState(): DreamState {
    const world: DreamState["world"] = {};
    for (const [name, tensor] of Object.entries(this.#state)) {
      world[name] = (tensor.dataSync() as Float32Array | Int32Array).slice();
    }
    return {
      world,
      started: Uint8Array.from(this.#streams, (stream) => stream ? 1 : 0),
      terminated: this.terminated.slice(),
      truncated: this.truncated.slice(),
      steps: this.steps.slice(),
    };
  }

  /**
   * Goes on from a state of dreams of as many and of the same world model.
   *
   * @param streams `[N]`, what each dream draws from; not used where it was not started.
   * @throws TypeError when the state is of other dreams.
   */
  setState(saved: DreamState, streams: readonly RandomStream[]): void {
    const next = tf.tidy(() => {
      const state: WorldState = {};
      for (const [name, tensor] of Object.entries(this.#state)) {
        state[name] = restored(name, tensor, saved.world[name]);
      }
      return state;
    });
    this.#replace(next);
    this.#streams = streams.map((stream, i) => saved.started[i] ? stream : undefined);
    this.rewards.fill(0);
    this.terminated.set(saved.terminated);
    this.truncated.set(saved.truncated);
    this.steps.set(saved.steps);
  }

  /** Frees tensors and compiled functions. */
  dispose(): void {
    disposeTree(this.#state);
    this.#step.dispose();
    this.#choose.dispose();
    this.#picture.dispose();
  }

  #prepare(actions: Float32Array): StepInput {
    const { worldModel } = this.#options;
    const active = Float32Array.from(this.terminated, (_, i) => this.ended(i) || !this.started(i) ? 0 : 1);
    return {
      state: this.#state,
      action: tf.tensor(actions, [this.count, spaceSize(worldModel.actions)]),
      active: tf.tensor(active),
      noise: streamNoise(
        worldModel.noise.imagine,
        this.#streams.map((stream, i) => active[i] ? stream : undefined),
      ),
    };
  }

  #accept(
    input: StepInput,
    output: StepOutput,
    rewards: ArrayLike<number>,
    doneLogits: ArrayLike<number>,
  ): DreamStep {
    const { ending, maxSteps } = this.#options;
    for (let i = 0; i < this.count; i++) {
      const stream = this.#streams[i];
      this.rewards[i] = 0;
      if (this.ended(i) || !stream) continue;
      this.rewards[i] = rewards[i];
      const threshold = ending === "sampled" ? stream.uniform() : 0.5;
      this.terminated[i] = 1 / (1 + Math.exp(-doneLogits[i])) > threshold ? 1 : 0;
      this.truncated[i] = ++this.steps[i] >= maxSteps ? 1 : 0;
    }
    tf.dispose([input.action, input.active, input.noise, output.reward, output.doneLogit]);
    this.#replace(output.state);
    return { rewards: this.rewards, terminated: this.terminated, truncated: this.truncated };
  }

  #replace(state: WorldState): void {
    disposeTree(this.#state);
    this.#state = state;
  }
}

/** A tensor like the present one with saved values. */
function restored(
  name: string,
  { shape, size, dtype }: tf.Tensor,
  values: Float32Array | Int32Array | undefined,
): tf.Tensor {
  if (values?.length === size) return tf.tensor(values.slice(), shape, dtype);
  const got = values ? `${values.length}` : "none";
  throw new TypeError(`Cannot set the state of a dream: expected ${size} values of "${name}", got ${got}`);
}

/** One step; dreams that are not active stay where they are. */
function stepActive(
  worldModel: WorldModel,
  options: StepInput & { parameters: NamedTensors; temperature: number },
): StepOutput {
  const { parameters, state, action, active, noise, temperature } = options;
  const next = worldModel.imagine(parameters, state, action, noise, { temperature });
  return { state: chooseRows(active, next.state, state), reward: next.reward, doneLogit: next.doneLogit };
}

/** Rows of `one` where `flags` `[N]` is 1, of `other` where it is 0. */
function chooseRows(flags: tf.Tensor, one: WorldState, other: WorldState): WorldState {
  const choose = (a: tf.Tensor, b: tf.Tensor) =>
    tf.where(flags.reshape([-1, ...a.shape.slice(1).fill(1)]).cast("bool"), a, b);
  return Object.fromEntries(Object.keys(one).map((name) => [name, choose(one[name], other[name])]));
}

/** A state with some rows of some tensors replaced. */
function withRows(state: WorldState, rows: ReadonlyMap<number, Record<string, Float32Array>>): WorldState {
  const names = new Set([...rows.values()].flatMap((row) => Object.keys(row)));
  const changed = { ...state };
  for (const name of names) {
    const { shape } = state[name];
    const values = state[name].dataSync().slice() as Float32Array;
    rows.forEach((row, i) => row[name] && values.set(row[name], i * values.length / shape[0]));
    changed[name] = tf.tensor(values, shape);
  }
  return changed;
}

import * as tf from "@tensorflow/tfjs";
import { RandomStream } from "../core/random_stream.ts";
import type { NamedTensors } from "../generative/nn/parameters.ts";
import { compile, type Compiled } from "../generative/runtime/compile.ts";
import { disposeTree, type Tree } from "../generative/runtime/tree.ts";
import type { WorldModel, WorldPosition } from "./world_model.ts";

/** Real first frames as vision sees them: what dreams begin with. */
export interface DreamStarts {
  /** `[S, Z]` row-major. */
  mu: Float32Array;
  /** `[S, Z]`. */
  logVar: Float32Array;
}

/** What every dream needs. */
export interface DreamOptions {
  /** The model that is dreamt with. */
  worldModel: WorldModel;
  /** Its parameters; they stay the caller's. */
  parameters: NamedTensors;
  /** Each episode starts from one of these, drawn by its seed, with z ~ N(mu, exp(logVar)). */
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
  /** `[N, Z]`. */
  latents: Float32Array;
  /** The model's memory by name, row-major. */
  memory: Record<string, Float32Array | Int32Array>;
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

type StepInput = { position: WorldPosition; action: tf.Tensor; active: tf.Tensor; noise: NamedTensors };
type StepOutput = { position: WorldPosition; reward: tf.Tensor; doneLogit: tf.Tensor };

/**
 * N dreams in lock-step, in latents: what {@link DreamEnv} and {@link DreamVectorEnv} are made of.
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
  #position: WorldPosition;
  #streams: (RandomStream | undefined)[];
  #step: Compiled<[NamedTensors, StepInput], StepOutput>;
  #choose: Compiled<[tf.Tensor, WorldPosition, WorldPosition], WorldPosition>;
  #decode: Compiled<[NamedTensors, tf.Tensor], tf.Tensor>;

  /**
   * Dreams that wait for their first reset.
   *
   * @param count N.
   * @throws RangeError when the starts do not hold latents, or an option is out of range.
   */
  constructor(count: number, options: DreamOptions) {
    this.count = count;
    this.#options = { temperature: 1, ending: "sampled", maxSteps: 1000, ...options };
    const { worldModel, starts, temperature, maxSteps } = this.#options;
    const size = worldModel.latentSize;
    if (!(starts.mu.length >= size) || starts.mu.length % size || starts.logVar.length !== starts.mu.length) {
      throw new RangeError(
        `Cannot start a dream: expected mu and logVar of [S, ${size}], got ${starts.mu.length} and ${starts.logVar.length} numbers`,
      );
    }
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
    this.#position = { latents: tf.zeros([count, size]), state: worldModel.initialState(count) };
    this.#step = compile(
      (parameters: NamedTensors, input: StepInput) =>
        stepActive(worldModel, { parameters, ...input, temperature }),
      { name: "dream step" },
    );
    this.#choose = compile(choosePosition, { name: "dream reset" });
    this.#decode = compile(
      (parameters: NamedTensors, latents: tf.Tensor): tf.Tensor =>
        worldModel.decode(parameters, latents).mul(255).round().cast("int32"),
      { name: "dream picture" },
    );
  }

  /** Where the dreams stand: latents `[N, Z]` and state. The tensors stay the dream's and go with its next call. */
  get position(): WorldPosition {
    return this.#position;
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
    const size = worldModel.latentSize;
    const latents = new Float32Array(this.count * size);
    const kept = new Float32Array(this.count).fill(1);
    for (let k = 0; k < indices.length; k++) {
      const [i, stream] = [indices[k], streams[k]];
      const start = stream.integer(0, starts.mu.length / size) * size;
      for (let j = 0; j < size; j++) {
        latents[i * size + j] = starts.mu[start + j] +
          Math.exp(starts.logVar[start + j] / 2) * stream.normal();
      }
      this.#streams[i] = stream;
      kept[i] =
        this.rewards[i] =
        this.terminated[i] =
        this.truncated[i] =
        this.steps[i] =
          0;
    }
    const flags = tf.tensor(kept);
    const fresh = {
      latents: tf.tensor(latents, [this.count, size]),
      state: worldModel.initialState(this.count),
    };
    this.#replace(this.#choose(flags, this.#position, fresh));
    disposeTree([flags, positionTree(fresh)]);
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

  /** Draws all dreams into `target`, `[N, 64, 64, 3]`. */
  draw(target: Uint8Array): Uint8Array {
    const frames = this.#decode(this.#options.parameters, this.#position.latents);
    target.set(frames.dataSync());
    frames.dispose();
    return target;
  }

  /** The same off the event loop. */
  async drawAsync(target: Uint8Array): Promise<Uint8Array> {
    const frames = await this.#decode.run(this.#options.parameters, this.#position.latents);
    target.set(await frames.data());
    frames.dispose();
    return target;
  }

  /** A copy of where all dreams stand. */
  getState(): DreamState {
    const { latents, state } = this.#position;
    const memory: DreamState["memory"] = {};
    for (const [name, tensor] of Object.entries(state)) {
      memory[name] = (tensor.dataSync() as Float32Array | Int32Array).slice();
    }
    return {
      latents: (latents.dataSync() as Float32Array).slice(),
      memory,
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
    const { latents, state: memory } = this.#position;
    const next = tf.tidy(() => {
      const state: NamedTensors = {};
      for (const [name, tensor] of Object.entries(memory)) {
        state[name] = restored(name, tensor, saved.memory[name]);
      }
      return { latents: restored("latents", latents, saved.latents), state };
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
    disposeTree(positionTree(this.#position));
    this.#step.dispose();
    this.#choose.dispose();
    this.#decode.dispose();
  }

  #prepare(actions: Float32Array): StepInput {
    const { worldModel } = this.#options;
    const active = Float32Array.from(this.terminated, (_, i) => this.ended(i) || !this.started(i) ? 0 : 1);
    const noise: NamedTensors = {};
    for (const [name, { size, kind }] of Object.entries(worldModel.noise)) {
      const values = new Float32Array(this.count * size);
      for (let i = 0; i < this.count; i++) {
        const stream = this.#streams[i];
        if (!active[i] || !stream) continue;
        for (let j = i * size; j < (i + 1) * size; j++) {
          values[j] = kind === "normal" ? stream.normal() : stream.uniform();
        }
      }
      noise[name] = tf.tensor(values, [this.count, size]);
    }
    return {
      position: this.#position,
      action: tf.tensor(actions, [this.count, worldModel.actionSize]),
      active: tf.tensor(active),
      noise,
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
    this.#replace(output.position);
    return { rewards: this.rewards, terminated: this.terminated, truncated: this.truncated };
  }

  #replace(position: WorldPosition): void {
    disposeTree(positionTree(this.#position));
    this.#position = position;
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
  const { parameters, position, action, active, noise, temperature } = options;
  const next = worldModel.step(parameters, { ...position, action }, noise, { temperature });
  return {
    position: choosePosition(active, next, position),
    reward: next.reward,
    doneLogit: next.doneLogit,
  };
}

/** Rows of `one` where `flags` `[N]` is 1, of `other` where it is 0. */
function choosePosition(flags: tf.Tensor, one: WorldPosition, other: WorldPosition): WorldPosition {
  const choose = (a: tf.Tensor, b: tf.Tensor) =>
    tf.where(flags.reshape([-1, ...a.shape.slice(1).fill(1)]).cast("bool"), a, b);
  const state: NamedTensors = {};
  for (const name of Object.keys(one.state)) state[name] = choose(one.state[name], other.state[name]);
  return { latents: choose(one.latents, other.latents), state };
}

function positionTree({ latents, state }: WorldPosition): Tree {
  return [latents, state];
}

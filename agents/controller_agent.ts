import * as tf from "@tensorflow/tfjs";
import type { RandomStream } from "../core/random_stream.ts";
import { frameTensor, unitPixels } from "../generative/data/picture_tensors.ts";
import type { NamedTensors } from "../generative/nn/mod.ts";
import { compile, foldSeed, normal, seedTensor } from "../generative/runtime/mod.ts";
import type { WorldModel } from "../worlds/mod.ts";
import { type Agent, rowsToReset } from "./agent.ts";
import type { Policy } from "./policy.ts";
import type { SmoothNoise } from "./smooth_noise.ts";

/** How a {@link ControllerAgent} decides. */
export interface ControllerAgentOptions {
  /** Draws seeds for sampled latents and actions. Each `act` takes one seed from it. */
  random: RandomStream;
  /** What vision hands on: its mean, or a draw as the memory saw in training. @default `mean` */
  latents?: "mean" | "sample";
  /** Draw actions from the policy's distribution, instead of its mean. @default false */
  sample?: boolean;
  /** Noise that is added to the actions (and limited to their range); the memory knows of it. @default none */
  noise?: SmoothNoise;
  /** What the noise is multiplied by. @default 0.5 */
  noiseScale?: number;
}

/** What vision made of the last observations; the arrays are new for every decision. */
export interface Encoding {
  /** `[N, Z]` row-major. */
  mu: Float32Array;
  /** `[N, Z]` row-major. */
  logVar: Float32Array;
}

/**
 * The dreamer awake: sees through vision, keeps the memory's state, decides by a policy. One compiled step
 * serves all decisions.
 */
export class ControllerAgent implements Agent {
  /** Numbers in an action, A. */
  readonly actionSize: number;
  readonly #step: ReturnType<typeof compileDecision>;
  #count = 0;
  #state: NamedTensors | undefined;
  #encoding: Encoding | undefined;

  /**
   * An agent without memory yet: `reset` comes first.
   *
   * @param model Vision and memory.
   * @param policy What decides.
   * @param world The parameters of vision and memory; read at each decision, the caller's.
   * @param weights The policy's parameters; read at each decision, the caller's.
   */
  constructor(
    readonly model: WorldModel,
    readonly policy: Policy,
    readonly world: NamedTensors,
    readonly weights: NamedTensors,
    readonly options: ControllerAgentOptions,
  ) {
    this.actionSize = policy.actionSize;
    this.#step = compileDecision(model, policy, options);
  }

  /** What vision made of the last observations. @throws TypeError before the first decision. */
  get encoding(): Encoding {
    if (!this.#encoding) throw new TypeError("Cannot read an encoding: expected a decision before, got none");
    return this.#encoding;
  }

  /** Starts episodes: the memory of these rows is wiped. */
  reset(count: number, indices?: ArrayLike<number>): void {
    const rows = rowsToReset(count, this.#count, indices);
    this.options.noise?.reset(count, indices);
    this.#count = count;
    const old = this.#state;
    this.#state = tf.tidy(() => {
      const fresh = this.model.initialState(count);
      if (indices === undefined || !old) return fresh;
      const kept = new Float32Array(count).fill(1);
      for (const row of rows) kept[row] = 0;
      const keep = tf.tensor2d(kept, [count, 1]);
      const blended = Object.entries(fresh).map(([name, start]) => {
        return [name, old[name].mul(keep).add(start.mul(tf.sub(1, keep)))];
      });
      return Object.fromEntries(blended) as NamedTensors;
    });
    tf.dispose(old);
  }

  /**
   * Decides for every row.
   *
   * @throws TypeError before the first reset; RangeError when the observations are not `count` pictures.
   */
  async act(observations: Uint8Array): Promise<Float32Array> {
    const state = this.#state;
    if (!state) throw new TypeError("Cannot act: expected reset() before, got a new agent");
    const count = this.#count;
    if (observations.length !== count * 64 * 64 * 3) {
      const wanted = `[${count}, 64, 64, 3]`;
      throw new RangeError(
        `Cannot act: expected observations of shape ${wanted}, got ${observations.length} bytes`,
      );
    }
    const { noise, noiseScale = 0.5 } = this.options;
    const added = noise ? noise.next(noiseScale) : new Float32Array(count * this.actionSize);
    const inputs = {
      frames: frameTensor(observations, [count, 64, 64, 3]),
      noise: tf.tensor(added, [count, this.actionSize]),
      seed: seedTensor(this.options.random.seedPair()),
    };
    const result = await this.#step.run(this.world, this.weights, state, inputs);
    const [action, mu, logVar] = await Promise.all(
      [result.action, result.mu, result.logVar].map((tensor) => tensor.data() as Promise<Float32Array>),
    );
    tf.dispose([inputs, state, result.action, result.mu, result.logVar]);
    this.#state = result.state;
    this.#encoding = { mu, logVar };
    return action;
  }

  /** Frees the recurrent state and the compiled step. */
  close(): void {
    tf.dispose(this.#state);
    this.#state = undefined;
    this.#step.dispose();
  }
}

type Inputs = { frames: tf.Tensor; noise: tf.Tensor; seed: tf.Tensor };

/** One decision: pictures and state in, action and the next state out. */
function compileDecision(model: WorldModel, policy: Policy, options: ControllerAgentOptions) {
  const step = (
    world: NamedTensors,
    weights: NamedTensors,
    state: NamedTensors,
    { frames, noise, seed }: Inputs,
  ) => {
    const { mu, logVar } = model.encode(world, unitPixels(frames));
    const spread = () => logVar.div(2).exp().mul(normal(mu.shape, foldSeed(seed, 0)));
    const latents = options.latents === "sample" ? mu.add(spread()) : mu;
    const input = { latents, hidden: state.hidden };
    const decided = policy.act(weights, input, foldSeed(seed, 1), { sample: options.sample });
    const moved = decided.add(noise);
    const action = moved.maximum(tf.tensor1d([...policy.low])).minimum(tf.tensor1d([...policy.high]));
    const next = model.step(world, { latents, state, action }, foldSeed(seed, 2), { temperature: 1 });
    return { action, mu, logVar, state: next.state };
  };
  return compile(step, { name: "decide" });
}

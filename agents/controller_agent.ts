import * as tf from "@tensorflow/tfjs";
import type { RandomStream } from "../core/random_stream.ts";
import { frameTensor } from "../generative/data/picture_tensors.ts";
import type { NamedTensors } from "../generative/nn/mod.ts";
import { compile, foldSeed, seedTensor } from "../generative/runtime/mod.ts";
import { frameLength, type Observed, seededNoise, type WorldModel, type WorldState } from "../worlds/mod.ts";
import { type Agent, rowsToReset, type Seen } from "./agent.ts";
import type { Policy } from "./policy.ts";
import type { SmoothNoise } from "./smooth_noise.ts";

/** How a {@link ControllerAgent} decides. */
export interface ControllerAgentOptions {
  /** Draws seeds for sampled observations and actions. Each `act` takes one seed from it. */
  random: RandomStream;
  /** Draw what is seen, as in the world model's training, instead of taking the most likely. @default false */
  sampleObservations?: boolean;
  /** Draw actions from the policy's distribution, instead of its mean. @default false */
  sampleActions?: boolean;
  /** Noise that is added to the actions (and limited to their range); the world model knows of it. @default none */
  noise?: SmoothNoise;
  /** What the noise is multiplied by: in all rows the same, or in each its own, `[N]`. @default 0.5 */
  noiseScale?: number | readonly number[];
}

/** The dreamer awake: its world model follows the episode, a policy decides. One compiled step serves all decisions. */
export class ControllerAgent implements Agent {
  /** Numbers in an action, A. */
  readonly actionSize: number;
  readonly #step: ReturnType<typeof compileDecision>;
  #count = 0;
  #state: WorldState | undefined;
  /** The last actions, `[N, A]`. */
  #action: tf.Tensor | undefined;
  /** `[N]`, 1 where the next observation is the first of an episode. */
  #first = new Float32Array(0);

  /**
   * An agent that has seen nothing yet: `reset` comes first.
   *
   * @param policy What decides.
   * @param world The parameters of the model; read at each decision, the caller's.
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

  /**
   * Where the world model stood at the last decision, N rows. The tensors stay the agent's and go with its next call.
   *
   * @throws TypeError before the first reset.
   */
  get state(): WorldState {
    if (!this.#state) throw new TypeError("Cannot read a state: expected reset() before, got a new agent");
    return this.#state;
  }

  /** Starts episodes: these rows begin anew with their next observation. */
  reset(count: number, indices?: ArrayLike<number>): void {
    const rows = rowsToReset(count, this.#count, indices);
    this.options.noise?.reset(count, indices);
    if (count !== this.#count) {
      this.#dispose();
      this.#count = count;
      this.#state = tf.tidy(() => this.model.initial(count));
      this.#action = tf.zeros([count, this.actionSize]);
      this.#first = new Float32Array(count);
    }
    for (const row of rows) this.#first[row] = 1;
  }

  /**
   * Decides for every row.
   *
   * @throws TypeError before the first reset; RangeError when the observations are not `count` frames, or the rewards
   * not as many.
   */
  async act({ observations, rewards }: Seen): Promise<Float32Array> {
    const [state, taken, count] = [this.#state, this.#action, this.#count];
    if (!state || !taken) throw new TypeError("Cannot act: expected reset() before, got a new agent");
    const wanted = [count, ...this.model.frames] as const;
    if (observations.length !== count * frameLength(this.model)) {
      throw new RangeError(
        `Cannot act: expected observations of shape [${wanted.join(", ")}], got ${observations.length} bytes`,
      );
    }
    if (rewards.length !== count) {
      throw new RangeError(`Cannot act: expected a reward for each of ${count} rows, got ${rewards.length}`);
    }
    const { noise, noiseScale = 0.5 } = this.options;
    const added = noise ? noise.next(noiseScale) : new Float32Array(count * this.actionSize);
    const inputs = {
      frames: frameTensor(observations, wanted),
      action: taken,
      reward: tf.tensor1d(Float32Array.from(rewards)),
      first: tf.tensor(this.#first),
      noise: tf.tensor(added, [count, this.actionSize]),
      seed: seedTensor(this.options.random.seedPair()),
    };
    const result = await this.#step.run(this.world, this.weights, state, inputs);
    const action = await result.action.data() as Float32Array;
    tf.dispose([inputs, state]);
    this.#state = result.state;
    this.#action = result.action;
    this.#first.fill(0);
    return action.slice(); // the tensor may share its values
  }

  /** Frees the recurrent state and the compiled step. */
  close(): void {
    this.#dispose();
    this.#step.dispose();
  }

  #dispose(): void {
    tf.dispose([this.#state ?? {}, this.#action ?? []]);
    this.#state = this.#action = undefined;
    this.#count = 0;
  }
}

type Inputs = Observed & { noise: tf.Tensor; seed: tf.Tensor };

/** One decision: what was known, done and is seen now in, action and what is known now out. */
function compileDecision(model: WorldModel, policy: Policy, options: ControllerAgentOptions) {
  const { observe } = model.noise;
  const labels = Object.keys(observe).length; // of the seed, which the noise takes
  const step = (
    world: NamedTensors,
    weights: NamedTensors,
    before: WorldState,
    { noise, seed, ...observed }: Inputs,
  ) => {
    const rows = noise.shape[0];
    const drawn = options.sampleObservations ? seededNoise(observe, seed, { rows }) : undefined;
    const state = model.observe(world, before, observed, drawn);
    const features = model.features(world, state);
    const decided = policy.act(weights, features, foldSeed(seed, labels), { sample: options.sampleActions });
    const moved = decided.add(noise);
    const action = moved.maximum(tf.tensor1d([...policy.low])).minimum(tf.tensor1d([...policy.high]));
    return { action, state };
  };
  return compile(step, { name: "decide" });
}

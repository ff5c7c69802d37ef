import * as tf from "@tensorflow/tfjs";
import * as v from "valibot";
import { RandomStream } from "../../core/random_stream.ts";
import type { Observation, VectorEnv } from "../../envs/env.ts";
import { pack } from "../../envs/recordings/pack.ts";
import { unpack } from "../../envs/recordings/unpack.ts";
import { sameSpace, spaceSize } from "../../envs/spaces.ts";
import type { Statistics } from "../../envs/wrappers/running_statistics.ts";
import { frameTensor } from "../../generative/data/picture_tensors.ts";
import { countParameters, type NamedTensors } from "../../generative/nn/mod.ts";
import { compile, type Compiled, disposeTree, seedTensor } from "../../generative/runtime/mod.ts";
import {
  adamW,
  createTrainStep,
  disposeTrainState,
  initialiseTrainState,
  type Json,
  restoreStateGroups,
  schedules,
  stateGroups,
  type TrainState,
  type TrainStep,
} from "../../generative/train/mod.ts";
import { distributionFor } from "../distributions/distribution_for.ts";
import { Episodes, type SavedEpisodes } from "../episodes.ts";
import type { AgentSpaces, Learner, LoadedLearner, SavedLearner } from "../learner_kind.ts";
import { generalisedAdvantages } from "./advantages.ts";
import type { PPOConfig } from "./fields.ts";
import { ObservationNormaliser } from "./observation_normaliser.ts";
import { type Mind, PolicyAgent } from "./policy_agent.ts";
import { type Minibatch, PolicyNetwork } from "./policy_network.ts";
import { RewardScaler, type SavedRewardScaler } from "./reward_scaler.ts";
import { Rollout } from "./rollout.ts";

/** The group of a checkpoint that holds the network. */
const GROUP = "policy";

/** What a checkpoint says beside tensors: rounds that are done, and the statistics of what was observed. */
const ProgressSchema = v.object({
  rounds: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
  observations: v.nullable(v.custom<Statistics>((value) => typeof value === "object" && value !== null)),
});

/** Where the environments stand, and what depends on them. */
interface Standing {
  episodes: SavedEpisodes;
  rewards: SavedRewardScaler | null;
}

/**
 * Proximal policy optimisation (Schulman et al. 2017) in the form that is used today (Huang et al. 2022, The 37
 * Implementation Details of Proximal Policy Optimization): environments side by side, generalised advantages that tell
 * cut episodes from those that ended, and everything normalised.
 */
export class PPO implements Learner, Mind {
  /** Policy and value. */
  readonly network: PolicyNetwork;
  readonly #pictures: boolean;
  readonly #random: RandomStream;
  readonly #rollout: Rollout;
  readonly #actor: PolicyAgent;
  readonly #value: Compiled<[NamedTensors, tf.Tensor], tf.Tensor>;
  readonly #judge: Compiled<
    [NamedTensors, Pick<Minibatch, "observations" | "choices">],
    { logProbability: tf.Tensor; value: tf.Tensor }
  >;
  readonly #step: TrainStep<Minibatch>;
  #state: TrainState;
  #rounds = 0;
  #normaliser: ObservationNormaliser | undefined;
  #scaler: RewardScaler | undefined;
  #episodes: Episodes | undefined;
  /** What was restored, for environments that are yet to come. */
  #standing: Standing | undefined;

  /**
   * A learner that has learned nothing.
   *
   * @throws RangeError for minibatches that do not divide a round; TypeError for actions that it cannot take.
   */
  constructor(readonly config: PPOConfig, readonly spaces: AgentSpaces) {
    const { environments: count, roundDecisions: decisions, epochs, minibatches } = config;
    const size = decisions * count;
    if (size % minibatches !== 0) {
      throw new RangeError(
        `Cannot set --minibatches: expected a divisor of the ${size} decisions in a round, got ${minibatches}`,
      );
    }
    const { observations, actions } = spaces;
    const observationSize = spaceSize(observations);
    this.#pictures = observations.dtype === "uint8" && observations.shape.length === 3;
    const distribution = distributionFor(actions, config);
    const shape = this.#pictures ? observations.shape : [observationSize];
    const network = this.network = new PolicyNetwork({ ...config, shape, distribution });
    const optimiser = adamW({
      learningRate: schedules.linear({
        from: config.learningRate,
        to: 0,
        steps: Math.ceil(config.decisions / size) * epochs * minibatches,
      }),
      epsilon: 1e-5,
      clipNorm: config.clipNorm,
    });
    this.#random = new RandomStream(config.seed);
    this.#state = initialiseTrainState(network, optimiser, this.#random.fork("parameters"));
    this.#step = createTrainStep(network, optimiser, { name: "ppo" });
    this.#value = compile(
      (parameters: NamedTensors, observations: tf.Tensor) => network.value(parameters, observations),
      { name: "value" },
    );
    this.#judge = compile(
      (parameters: NamedTensors, decided: Pick<Minibatch, "observations" | "choices">) =>
        network.judge(parameters, decided),
      { name: "judge" },
    );
    this.#normaliser = this.#makeNormaliser();
    const { choiceSize } = distribution;
    this.#rollout = new Rollout({ decisions, count, observationSize, choiceSize, bytes: this.#pictures });
    this.#actor = new PolicyAgent(this);
  }

  /** Numbers of policy and value. */
  get parameterCount(): number {
    return countParameters(this.network.parameters);
  }

  /** Decisions that were learned from. */
  get decisions(): number {
    return this.#rounds * this.#rollout.size;
  }

  /** The parameters by now; the learner's. */
  get parameters(): NamedTensors {
    return this.#state.parameters;
  }

  /** See {@link Mind.perceive}. */
  perceive(observations: Observation): Observation {
    return this.#normaliser?.apply(observations) ?? observations;
  }

  /** See {@link Mind.tensor}. @throws RangeError for observations of another size. */
  tensor(perceived: Observation, rows: number): tf.Tensor {
    const size = spaceSize(this.spaces.observations);
    if (perceived.length !== rows * size) {
      throw new RangeError(
        `Cannot act: expected observations of ${rows} rows of ${size} numbers, got ${perceived.length} numbers`,
      );
    }
    if (perceived instanceof Uint8Array && this.#pictures) {
      const [height, width, channels] = this.spaces.observations.shape;
      return frameTensor(perceived, [rows, height, width, channels]);
    }
    return tf.tensor2d(Float32Array.from(perceived), [rows, size]);
  }

  /** See {@link Learner.learn}. @throws RangeError or TypeError for environments that do not fit. */
  async learn(env: VectorEnv<Observation>): Promise<Record<string, number>> {
    const episodes = await this.#follow(env);
    await this.#rollout.collect({
      episodes,
      agent: this.#actor,
      random: this.#random.fork("decide").fork(this.#rounds),
      values: (observations) => this.#valuesOf(observations),
      see: (observations) => this.#normaliser?.see(observations),
      scaler: this.#scaler,
    });
    const losses = await this.#improve();
    this.#rounds++;
    this.#normaliser?.settle();
    return { ...episodes.recent(), ...losses };
  }

  /** See {@link Learner.agent}. */
  agent({ sample = false }: { sample?: boolean } = {}): PolicyAgent {
    return new PolicyAgent(this, sample ? this.#random.fork("agent") : undefined);
  }

  /** See {@link Learner.save}. */
  async save(): Promise<SavedLearner> {
    const standing: Standing | undefined = this.#episodes
      ? { episodes: await this.#episodes.save(), rewards: this.#scaler?.save() ?? null }
      : this.#standing;
    const packed = standing && pack(standing);
    const progress: v.InferOutput<typeof ProgressSchema> = {
      rounds: this.#rounds,
      observations: this.#normaliser?.save() ?? null,
    };
    return {
      tensors: {
        ...stateGroups(GROUP, this.#state),
        episodes: packed && { packed: { shape: [packed.length], data: packed } },
      },
      data: progress as unknown as Json,
    };
  }

  /** See {@link Learner.restore}. @throws TypeError for what another learner saved. */
  restore({ arrays, data }: LoadedLearner): void {
    const progress = v.safeParse(ProgressSchema, data);
    if (!progress.success) {
      throw new TypeError(
        "Cannot restore PPO: expected its rounds and statistics in the checkpoint, got others",
      );
    }
    this.#state = restoreStateGroups(GROUP, this.#state, arrays);
    const { rounds, observations } = progress.output;
    this.#rounds = rounds;
    if (this.#normaliser) this.#normaliser = this.#makeNormaliser(observations ?? undefined);
    this.#episodes = undefined;
    this.#standing = arrays.episodes && unpack(arrays.episodes.packed.data as Uint8Array) as Standing;
  }

  /** See {@link Learner.dispose}. */
  dispose(): void {
    disposeTrainState(this.#state);
    this.#actor.close();
    for (const compiled of [this.#step, this.#value, this.#judge]) compiled.dispose();
  }

  #makeNormaliser(saved?: Statistics): ObservationNormaliser | undefined {
    if (this.#pictures || !this.config.normaliseObservations) return undefined;
    return new ObservationNormaliser(spaceSize(this.spaces.observations), saved);
  }

  /** The episodes of some environments: those of the last round, or where they were saved, or new ones. */
  async #follow(env: VectorEnv<Observation>): Promise<Episodes> {
    if (this.#episodes?.env === env) return this.#episodes;
    this.#checkFits(env);
    const standing = this.#standing;
    const random = this.#random.fork("episodes").fork(env.id);
    const { gamma, normaliseRewards } = this.config;
    this.#episodes = standing
      ? await Episodes.resume(env, random, standing.episodes)
      : await Episodes.begin(env, random);
    this.#standing = undefined;
    this.#scaler = normaliseRewards
      ? new RewardScaler(env.count, gamma, standing?.rewards ?? undefined)
      : undefined;
    return this.#episodes;
  }

  #checkFits({ id, count, observationSpace, actionSpace }: VectorEnv<Observation>): void {
    const { environments } = this.config;
    if (count !== environments) {
      throw new RangeError(`Cannot learn in ${id}: expected ${environments} environments, got ${count}`);
    }
    const { observations, actions } = this.spaces;
    for (
      const [what, wanted, got] of [["observations", observations, observationSpace], [
        "actions",
        actions,
        actionSpace,
      ]] as const
    ) {
      if (sameSpace(wanted, got)) continue;
      const describe = ({ dtype, shape }: typeof wanted) => `${dtype} of shape [${shape.join(", ")}]`;
      throw new TypeError(
        `Cannot learn in ${id}: expected ${what} ${describe(wanted)} as the learner knows them, got ${
          describe(got)
        }`,
      );
    }
  }

  /** The values of what is observed in all environments, `[N]`. */
  async #valuesOf(observations: Observation): Promise<Float32Array> {
    const tensor = this.tensor(this.perceive(observations), this.config.environments);
    const values = this.#value(this.parameters, tensor);
    const numbers = (await values.data()).slice() as Float32Array;
    tf.dispose([tensor, values]);
    return numbers;
  }

  /** Learns from the round: some passes over it in minibatches. @returns The losses of the last one. */
  async #improve(): Promise<Record<string, number>> {
    const { epochs, minibatches } = this.config;
    const { size } = this.#rollout;
    const decided = await this.#prepare();
    const random = this.#random.fork("minibatches").fork(this.#rounds);
    const order = Int32Array.from({ length: size }, (_, place) => place);
    const seed = seedTensor([0, 0]); // nothing of the loss is drawn
    let losses: NamedTensors = {};
    try {
      for (let part = 0; part < epochs * minibatches; part++) {
        const at = (part % minibatches) * size / minibatches;
        if (at === 0) random.shuffle(order);
        const indices = tf.tensor1d(order.slice(at, at + size / minibatches), "int32");
        disposeTree(losses);
        losses = {};
        const result = await this.#step.runInPlace(this.#state, { ...decided, indices }, seed);
        indices.dispose();
        ({ state: this.#state, losses } = result);
      }
      return await this.#read(losses);
    } finally {
      tf.dispose([decided, seed, losses]);
    }
  }

  /** The round as tensors, with advantages, and what values are to be. */
  async #prepare(): Promise<Omit<Minibatch, "indices">> {
    const rollout = this.#rollout, { size } = rollout;
    const observations = this.tensor(rollout.observations, size);
    const choices = tf.tensor2d(rollout.choices.slice(), [size, rollout.shape.choiceSize]);
    const judged = await this.#judge.run(this.parameters, { observations, choices });
    const values = await judged.value.data() as Float32Array;
    const advantages = generalisedAdvantages({ ...rollout, values, count: rollout.shape.count }, this.config);
    const returns = tf.tensor1d(Float32Array.from(advantages, (advantage, i) => advantage + values[i]));
    judged.value.dispose();
    return {
      observations,
      choices,
      logProbability: judged.logProbability,
      advantages: tf.tensor1d(Float32Array.from(advantages)),
      returns,
    };
  }

  /** @throws Error when the loss is not finite. */
  async #read(losses: NamedTensors): Promise<Record<string, number>> {
    const values: Record<string, number> = {};
    for (const [name, tensor] of Object.entries(losses)) values[name] = (await tensor.data())[0];
    if (Number.isFinite(values.loss) && Number.isFinite(values.gradientNorm)) return values;
    throw new Error(
      `Cannot go on learning: expected a finite loss in round ${
        this.#rounds + 1
      }, got ${values.loss} (gradient ` +
        `${values.gradientNorm}); the checkpoint before it stays (try a lower learningRate)`,
    );
  }
}

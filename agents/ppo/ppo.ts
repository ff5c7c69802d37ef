import * as tf from "@tensorflow/tfjs";
import * as v from "valibot";
import { RandomStream } from "../../core/random_stream.ts";
import type { Observation, VectorEnv } from "../../envs/env.ts";
import { pack } from "../../envs/recordings/pack.ts";
import { unpack } from "../../envs/recordings/unpack.ts";
import { sameSpace, type Space } from "../../envs/spaces.ts";
import { countParameters, type NamedTensors } from "../../generative/nn/mod.ts";
import { compile, type Compiled, disposeTree, seedTensor } from "../../generative/runtime/mod.ts";
import { adamW } from "../../generative/train/adamw.ts";
import { disposeTrainState, type TrainState } from "../../generative/train/model.ts";
import { restoreStateGroups, stateGroups } from "../../generative/train/restore_state.ts";
import { linear } from "../../generative/train/schedules.ts";
import { createTrainStep, initialiseTrainState, type TrainStep } from "../../generative/train/train_step.ts";
import { OBSERVATIONS_GROUP, POLICY_GROUP } from "../checkpoint_groups.ts";
import { Episodes, type SavedEpisodes } from "../episodes.ts";
import type { AgentSpaces, LoadedLearner, OnlineLearner, SavedLearner } from "../learner_kind.ts";
import { generalisedAdvantages } from "./advantages.ts";
import type { PPOConfig } from "./fields.ts";
import { Mind } from "./mind.ts";
import { PolicyAgent } from "./policy_agent.ts";
import type { Minibatch } from "./policy_network.ts";
import { RewardScaler, type SavedRewardScaler } from "./reward_scaler.ts";
import { Rollout } from "./rollout.ts";

/** What a checkpoint says beside tensors. */
const ProgressSchema = v.object({ rounds: v.pipe(v.number(), v.safeInteger(), v.minValue(0)) });

/** Where the environments stand, and what depends on them: plain values. */
interface Standing {
  episodes: SavedEpisodes;
  rewards: SavedRewardScaler | null;
}

type Decisions = Pick<Minibatch, "observations" | "choices" | "firsts">;

/**
 * Proximal policy optimisation (Schulman et al. 2017) in the form that is used today (Huang et al. 2022, The 37
 * Implementation Details of Proximal Policy Optimization): environments side by side, generalised advantages that tell
 * cut episodes from those that ended, and everything normalised.
 */
export class PPO implements OnlineLearner {
  readonly #mind: Mind;
  readonly #random: RandomStream;
  readonly #rollout: Rollout;
  readonly #actor: PolicyAgent;
  readonly #judge: Compiled<[NamedTensors, Decisions], { logProbability: tf.Tensor; value: tf.Tensor }>;
  readonly #step: TrainStep<Minibatch>;
  #state!: TrainState;
  #rounds = 0;
  #scaler: RewardScaler | undefined;
  #episodes: Episodes | undefined;
  /** What was restored, for environments that are yet to come. */
  #standing: Standing | undefined;

  /**
   * A learner that has learned nothing.
   *
   * @throws RangeError for minibatches that do not divide a round; TypeError for actions that it cannot take.
   */
  constructor(readonly config: PPOConfig, spaces: AgentSpaces) {
    const { environments: count, roundDecisions: decisions, epochs, minibatches } = config;
    const size = decisions * count;
    if (size % minibatches !== 0) {
      throw new RangeError(
        `Cannot set --minibatches: expected a divisor of the ${size} decisions in a round, got ${minibatches}`,
      );
    }
    const mind = this.#mind = new Mind(config, spaces);
    const { network } = mind;
    if (network.remembers && count % minibatches !== 0) {
      throw new RangeError(
        `Cannot set --minibatches: expected a divisor of the ${count} --environments for a policy that remembers, got ` +
          minibatches,
      );
    }
    const updates = Math.ceil(config.decisions / size) * epochs * minibatches;
    const optimiser = adamW({
      learningRate: linear({ from: config.learningRate, to: 0, steps: updates }),
      epsilon: 1e-5,
      clipNorm: config.clipNorm,
    });
    this.#random = new RandomStream(config.seed);
    this.#take(initialiseTrainState(network, optimiser, this.#random.fork("parameters")));
    this.#step = createTrainStep(network, optimiser, { name: "ppo" });
    this.#judge = compile(
      (parameters: NamedTensors, decided: Decisions) => network.judge(parameters, decided),
      { name: "judge" },
    );
    this.#rollout = new Rollout({
      decisions,
      count,
      observationSize: mind.perception.size,
      choiceSize: network.options.distribution.choiceSize,
      bytes: mind.perception.seesPictures,
    });
    this.#actor = new PolicyAgent(mind);
  }

  /** Numbers of policy and value. */
  get parameterCount(): number {
    return countParameters(this.#mind.network.parameters);
  }

  /** Decisions that were learned from. */
  get steps(): number {
    return this.#rounds * this.#rollout.size;
  }

  /** See {@link OnlineLearner.learn}. @throws RangeError or TypeError for environments that do not fit. */
  async learn(env: VectorEnv<Observation>): Promise<Record<string, number>> {
    const episodes = await this.#follow(env);
    const { normaliser } = this.#mind.perception;
    await this.#rollout.collect({
      episodes,
      agent: this.#actor,
      random: this.#random.fork("decide").fork(this.#rounds),
      see: (observations) => normaliser?.see(observations),
      scaler: this.#scaler,
    });
    const losses = await this.#improve();
    this.#rounds++;
    normaliser?.settle();
    return { ...episodes.recent(), ...losses };
  }

  /** See {@link OnlineLearner.agent}. */
  agent({ random }: { random?: RandomStream } = {}): PolicyAgent {
    return new PolicyAgent(this.#mind, { random });
  }

  /** See {@link OnlineLearner.save}. */
  async save(): Promise<SavedLearner> {
    const standing: Standing | undefined = this.#episodes
      ? { episodes: await this.#episodes.save(), rewards: this.#scaler?.save() ?? null }
      : this.#standing;
    const packed = standing && pack(standing);
    const progress: v.InferOutput<typeof ProgressSchema> = { rounds: this.#rounds };
    return {
      tensors: {
        ...stateGroups(POLICY_GROUP, this.#state),
        [OBSERVATIONS_GROUP]: this.#mind.perception.save(),
        episodes: packed && { packed: { shape: [packed.length], data: packed } },
      },
      data: progress,
    };
  }

  /** See {@link OnlineLearner.restore}. @throws TypeError for what another learner saved. */
  restore({ arrays, data }: LoadedLearner): void {
    const progress = v.safeParse(ProgressSchema, data);
    if (!progress.success) {
      throw new TypeError("Cannot restore PPO: expected its rounds in the checkpoint, got something else");
    }
    this.#take(restoreStateGroups(POLICY_GROUP, this.#state, arrays));
    this.#mind.perception.restore(arrays[OBSERVATIONS_GROUP]);
    this.#rounds = progress.output.rounds;
    this.#episodes = undefined;
    this.#standing = arrays.episodes && unpack(arrays.episodes.packed.data as Uint8Array) as Standing;
  }

  /** See {@link OnlineLearner.dispose}. */
  dispose(): void {
    disposeTrainState(this.#state);
    this.#actor.close();
    for (const compiled of [this.#step, this.#judge]) compiled.dispose();
  }

  #take(state: TrainState): void {
    this.#state = state;
    this.#mind.parameters = state.parameters;
  }

  /** The episodes of some environments: those of the last round, or where they were saved, or new ones. */
  async #follow(env: VectorEnv<Observation>): Promise<Episodes> {
    if (this.#episodes?.env === env) return this.#episodes;
    this.#checkFits(env);
    const standing = this.#standing;
    this.#standing = undefined;
    const random = this.#random.fork("episodes").fork(env.id);
    this.#episodes = standing
      ? await Episodes.resume(env, random, standing.episodes)
      : await Episodes.begin(env, random);
    const { gamma, normaliseRewards } = this.config;
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
    const { observations, actions } = this.#mind.spaces;
    const check = (what: string, wanted: Space, got: Space) => {
      if (sameSpace(wanted, got)) return;
      const describe = ({ dtype, shape }: Space) => `${dtype} of shape [${shape.join(", ")}]`;
      throw new TypeError(
        `Cannot learn in ${id}: expected ${what} as the learner knows them, ${describe(wanted)}, got ${
          describe(got)
        }`,
      );
    };
    check("observations", observations, observationSpace);
    check("actions", actions, actionSpace);
  }

  /** Learns from the round: some passes over it in minibatches. @returns The losses of the last one. */
  async #improve(): Promise<Record<string, number>> {
    const { epochs, minibatches } = this.config;
    const { network } = this.#mind;
    const size = network.remembers ? this.#rollout.shape.count : this.#rollout.size; // of what minibatches are made
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
        const result = await this.#step.runInPlace(this.#state, { ...decided, indices }, seed);
        indices.dispose();
        disposeTree(losses);
        losses = result.losses;
        this.#take(result.state);
      }
      return await this.#read(losses);
    } finally {
      tf.dispose([decided, seed, losses]);
    }
  }

  /** The round as tensors, with advantages, and what values are to be. */
  async #prepare(): Promise<Omit<Minibatch, "indices">> {
    const rollout = this.#rollout, { size } = rollout;
    const { choiceSize, count } = rollout.shape;
    const observations = this.#mind.perception.tensor(rollout.observations, size);
    const choices = tf.tensor2d(rollout.choices.slice(), [size, choiceSize]);
    const firsts = tf.tensor1d(rollout.firsts.slice());
    const judged = await this.#judge.run(this.#state.parameters, { observations, choices, firsts });
    const values = await judged.value.data() as Float32Array;
    const advantages = generalisedAdvantages({ ...rollout, values, count }, this.config);
    const returns = Float32Array.from(advantages, (advantage, i) => advantage + values[i]);
    judged.value.dispose();
    return {
      observations,
      choices,
      firsts,
      logProbability: judged.logProbability,
      advantages: tf.tensor1d(Float32Array.from(advantages)),
      returns: tf.tensor1d(returns),
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

import * as tf from "@tensorflow/tfjs";
import * as v from "valibot";
import { crc32 } from "../../core/crc32.ts";
import { RandomStream } from "../../core/random_stream.ts";
import type { Observation } from "../../envs/env.ts";
import { countParameters, type NamedTensors } from "../../generative/nn/mod.ts";
import { disposeTree, seedTensor, type Tree } from "../../generative/runtime/mod.ts";
import { adamW } from "../../generative/train/adamw.ts";
import { disposeTrainState, type Model, type TrainState } from "../../generative/train/model.ts";
import { restoreStateGroups, stateGroups } from "../../generative/train/restore_state.ts";
import type { NamedArray } from "../../generative/train/safetensors.ts";
import { constant, warmUp } from "../../generative/train/schedules.ts";
import { createTrainStep, initialiseTrainState, type TrainStep } from "../../generative/train/train_step.ts";
import type { Agent } from "../agent.ts";
import { OBSERVATIONS_GROUP, POLICY_GROUP } from "../checkpoint_groups.ts";
import type { LoadedLearner, OfflineLearner, RecordedEpisode, SavedLearner } from "../learner_kind.ts";
import type { Perception } from "../perception/perception.ts";
import type { SupervisedConfig } from "./fields.ts";

/** Updates of a round, between two of which a training can be stopped. */
const ROUND = 25;

/** What a checkpoint says beside tensors. */
const ProgressSchema = v.object({
  updates: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
  checksum: v.number(),
});

/** What is learned, and what from. */
export interface Lesson<Batch extends Tree> {
  /** What it is called in profiles. */
  name: string;
  /** What is learned. */
  model: Model<Batch>;
  /** How it sees, by what is in the episodes. */
  perception: Perception;
  /** What it is learned from. */
  episodes: readonly RecordedEpisode[];
  /** What else its agents need, as groups of the checkpoint. @default nothing */
  groups?: Record<string, Record<string, NamedArray>>;
  /** The examples of an update, as tensors that the learner frees. */
  draw(random: RandomStream): Batch;
  /** What acts by the parameters as they are when it decides. */
  agent(parameters: () => NamedTensors): Agent<Observation>;
}

/**
 * Learns a policy from recordings by gradient descent. An update depends on the seed and its number alone, so that a longer
 * run begins as a shorter one did.
 */
export class SupervisedLearner<Batch extends Tree> implements OfflineLearner {
  readonly #random: RandomStream;
  readonly #step: TrainStep<Batch>;
  readonly #checksum: number;
  #state: TrainState;
  #updates = 0;

  /** A learner that has learned nothing. */
  constructor(readonly config: SupervisedConfig, readonly lesson: Lesson<Batch>) {
    const { learningRate, warmUpUpdates, weightDecay, clipNorm } = config;
    const { model, name, episodes } = lesson;
    const optimiser = adamW({
      learningRate: warmUp(warmUpUpdates, constant(learningRate)),
      weightDecay,
      clipNorm,
    });
    this.#random = new RandomStream(config.seed);
    this.#state = initialiseTrainState(model, optimiser, this.#random.fork("parameters"));
    this.#step = createTrainStep(model, optimiser, { name });
    this.#checksum = checksumOf(episodes);
  }

  /** Numbers of the network. */
  get parameterCount(): number {
    return countParameters(this.lesson.model.parameters);
  }

  /** Updates so far. */
  get steps(): number {
    return this.#updates;
  }

  /** See {@link OfflineLearner.learn}. @returns The means of the losses of the round's updates. */
  async learn(): Promise<Record<string, number>> {
    const first = this.#updates, last = Math.min(first + ROUND, Math.max(this.config.updates, first + 1));
    const sums: Record<string, number> = {};
    while (this.#updates < last) {
      const losses = await this.#update();
      for (const [name, value] of Object.entries(losses)) sums[name] = (sums[name] ?? 0) + value;
    }
    return Object.fromEntries(Object.entries(sums).map(([name, sum]) => [name, sum / (last - first)]));
  }

  /** See {@link OfflineLearner.agent}. */
  agent(): Agent<Observation> {
    return this.lesson.agent(() => this.#state.parameters);
  }

  /** See {@link OfflineLearner.save}. */
  save(): Promise<SavedLearner> {
    const progress: v.InferOutput<typeof ProgressSchema> = {
      updates: this.#updates,
      checksum: this.#checksum,
    };
    return Promise.resolve({
      tensors: {
        ...stateGroups(POLICY_GROUP, this.#state),
        [OBSERVATIONS_GROUP]: this.lesson.perception.save(),
        ...this.lesson.groups,
      },
      data: progress,
    });
  }

  /** See {@link OfflineLearner.restore}. @throws TypeError for what was learned from other recordings. */
  restore({ arrays, data }: LoadedLearner): void {
    const progress = v.safeParse(ProgressSchema, data);
    if (!progress.success) {
      throw new TypeError(
        "Cannot go on learning: expected the updates in the checkpoint, got something else",
      );
    }
    if (progress.output.checksum !== this.#checksum) {
      throw new TypeError(
        "Cannot go on learning: expected the recordings that the run began with, got others",
      );
    }
    this.#state = restoreStateGroups(POLICY_GROUP, this.#state, arrays);
    this.#updates = progress.output.updates;
  }

  /** See {@link OfflineLearner.dispose}. */
  dispose(): void {
    disposeTrainState(this.#state);
    this.#step.dispose();
  }

  /** @throws Error when the loss is not finite. */
  async #update(): Promise<Record<string, number>> {
    const random = this.#random.fork("updates").fork(this.#updates);
    const batch = this.lesson.draw(random);
    const seed = seedTensor(random.fork("dropout").seedPair());
    let losses: NamedTensors = {};
    try {
      const result = await this.#step.runInPlace(this.#state, batch, seed);
      this.#state = result.state;
      losses = result.losses;
      this.#updates++;
      const values: Record<string, number> = {};
      for (const [name, tensor] of Object.entries(losses)) values[name] = (await tensor.data())[0];
      if (Number.isFinite(values.loss) && Number.isFinite(values.gradientNorm)) return values;
      throw new Error(
        `Cannot go on learning: expected a finite loss in update ${this.#updates}, got ${values.loss} (gradient ` +
          `${values.gradientNorm}); the checkpoint before it stays (try a lower learningRate)`,
      );
    } finally {
      disposeTree(batch);
      tf.dispose([seed, losses]);
    }
  }
}

/** Tells recordings from others: by what was done in them and what it earned. */
function checksumOf(episodes: readonly RecordedEpisode[]): number {
  const sums = episodes.flatMap(({ actions, rewards }) =>
    [actions, rewards].map(({ buffer, byteOffset, byteLength }) =>
      crc32(new Uint8Array(buffer, byteOffset, byteLength))
    )
  );
  return crc32(new Uint8Array(Uint32Array.from(sums).buffer));
}

import * as v from "valibot";
import { type Config, type Field, field, type FieldTable } from "../core/fields/field.ts";
import { count } from "../core/fields/value_schemas.ts";
import type { RandomStream } from "../core/random_stream.ts";
import { CAR_CONTROL_FIELDS } from "../envs/car_racing/control_fields.ts";
import type { Observation, VectorEnv } from "../envs/env.ts";
import type { Space } from "../envs/spaces.ts";
import type { Json } from "../generative/train/checkpoint.ts";
import type { NamedArray } from "../generative/train/safetensors.ts";
import type { Savable } from "../generative/train/tensor_arrays.ts";
import type { Agent } from "./agent.ts";

/** What an agent sees and does in one environment. */
export interface AgentSpaces {
  /** What it observes. */
  observations: Space;
  /** What it decides. */
  actions: Space;
}

/** What a checkpoint keeps of a learner. */
export interface SavedLearner {
  /** Tensors and arrays by group and name. */
  tensors: Record<string, Savable | undefined>;
  /** The rest. */
  data: Json;
}

/** What a checkpoint gives back of a {@link SavedLearner}. */
export interface LoadedLearner {
  /** Arrays by group and name. */
  arrays: Record<string, Record<string, NamedArray>>;
  /** The rest. */
  data: Json;
}

/** What is learned, and goes on by rounds: see {@link OnlineLearner} and {@link OfflineLearner}. */
export interface Learner {
  /** How many numbers are learned. */
  readonly parameterCount: number;
  /** How far it has learned, in what {@link stepsOption} counts: decisions or updates. */
  readonly steps: number;
  /**
   * What acts as the learner would by now. It reads the learner's parameters at each decision, and is the caller's to
   * close before the learner is disposed of.
   *
   * @param options `random`: draws the actions, in learners whose policy has a distribution, instead of taking the likeliest.
   */
  agent(options?: { random?: RandomStream }): Agent<Observation>;
  /** What a checkpoint needs to go on with the same numbers, the environments' states among it. */
  save(): Promise<SavedLearner>;
  /**
   * Goes on from what {@link Learner.save} gave.
   *
   * @throws TypeError naming the first tensor that is missing or of another shape.
   */
  restore(saved: LoadedLearner): void;
  /** Frees tensors and compiled functions; the environments stay. */
  dispose(): void;
}

/** What learns from environments alone: real ones, dreams (`DreamVectorEnv`), or first one and then the other. */
export interface OnlineLearner extends Learner {
  /**
   * Acts for a while and learns from it: a round. Its steps are decisions, those of all environments together.
   *
   * @param env Environments with the learner's spaces that rest when an episode ends; they go on where the last round
   * left them, or begin anew where they are others.
   * @returns Measures by name; `return` and `length` are means of the last episodes that ended.
   * @throws Error when what is learned is not finite any more.
   */
  learn(env: VectorEnv<Observation>): Promise<Record<string, number>>;
}

/** What learns from recorded episodes alone. */
export interface OfflineLearner extends Learner {
  /**
   * Some updates: a round.
   *
   * @returns Measures by name, `loss` among them.
   * @throws Error when what is learned is not finite any more.
   */
  learn(): Promise<Record<string, number>>;
}

/** An episode as an agent would have seen and acted in it, T decisions. */
export interface RecordedEpisode {
  /** What was seen before each decision, `[T, ...]` row-major. */
  observations: Observation;
  /** `[T, A]`. */
  actions: Float32Array;
  /** What each decision earned, `[T]`. */
  rewards: Float64Array;
}

/** The options that every agent has. */
export interface LearnerConfig {
  /** Seed of all that is drawn at random. */
  seed: number;
  /** Id of the environment. */
  environment: string;
  /** Simulator steps that a decision is held for. */
  frameSkip: number;
  /** Whether pictures are shown in grey. */
  grayscale: boolean;
  /** How many of the last observations are seen at once. */
  frameStack: number;
  /** Places of the numbers that are not shown to it. */
  mask: readonly number[];
  /** See `CAR_CONTROL_FIELDS`. */
  gasLimit: number;
  /** Episodes of the test at the end. */
  testEpisodes: number;
}

/** The options of what learns from environments. */
export interface OnlineConfig extends LearnerConfig {
  /** Environments side by side. */
  environments: number;
  /** Decisions to learn from, those of all environments together. */
  decisions: number;
  /** Episodes that are recorded on the way. */
  recordEpisodes: number;
}

/** The options of what learns from recordings. */
export interface OfflineConfig extends LearnerConfig {
  /** Folders of recordings, and runs that have some, separated by commas. */
  recordings: string;
  /** Updates of the parameters. */
  updates: number;
}

/** The option that says how long an agent learns, and so what its steps are. */
export function stepsOption(config: object): "decisions" | "updates" {
  return "recordings" in config ? "updates" : "decisions";
}

/** A field for each option. */
export type FieldsOf<C> = { [K in keyof C]: Field<C[K]> };

/** Makes the options that every learner from environments has. */
export function onlineFields(
  { environment, environments, decisions }: Pick<OnlineConfig, "environment" | "environments" | "decisions">,
): FieldsOf<OnlineConfig> {
  return {
    ...learnerFields(environment),
    environments: field(count(), "Environments side by side.", environments),
    decisions: field(
      count(),
      "Decisions to learn from, of all environments together. A larger number goes on from a finished run, by the " +
        "schedules of the longer run.",
      decisions,
    ),
    recordEpisodes: field(
      count(0),
      "Episodes to record on the way, at even distances: recordings of growing skill, with actions drawn from the " +
        "policy, which other agents can learn from (--recordings RUN).",
      0,
      { absent: 0 },
    ),
  };
}

/** Makes the options that every learner from recordings has. */
export function offlineFields(
  { environment, updates }: Pick<OfflineConfig, "environment" | "updates">,
): FieldsOf<OfflineConfig> {
  return {
    recordings: field(
      v.string(),
      "What to learn from: a folder of recordings, or a run that recorded episodes (--record-episodes); or several, " +
        "separated by commas. They say which environment it is.",
      "",
    ),
    ...learnerFields(environment),
    updates: field(
      count(),
      "Updates of the parameters. A larger number goes on from a finished run.",
      updates,
    ),
  };
}

function learnerFields(environment: string): FieldsOf<LearnerConfig> {
  return {
    seed: field(count(0), "Seed of all that is drawn at random. The same seed gives the same run.", 1),
    environment: field(v.string(), "Environment to learn: its id.", environment),
    frameSkip: field(
      count(),
      "Frames of the simulator for which an action is held. Together they are one decision.",
      1,
    ),
    grayscale: field(v.boolean(), "Show pictures in grey, in environments that have pictures.", true),
    frameStack: field(count(), "How many of the last observations are seen at once.", 1),
    mask: field(
      v.array(count(0)),
      "Places of the numbers, from 0, that the agent sees as 0, in environments that show numbers: the velocities of " +
        "CartPole-v1 are 1,3, that of Pendulum-v1 is 2.",
      [],
      { absent: [] },
    ),
    ...CAR_CONTROL_FIELDS,
    testEpisodes: field(count(), "Real episodes at the end, from seeds that training never draws.", 100),
  };
}

/** What all ways to learn have, whatever they learn from. */
export interface LearnerKindCommon<C extends LearnerConfig> {
  /** What tells it from models and world models. */
  family: "agents";
  /** The name that commands take, such as `ppo`. */
  name: string;
  /** "Proximal policy optimisation". */
  title: string;
  /** Authors, year and title of the paper. */
  paper: string;
  /** How it learns, in a sentence or two for newcomers. */
  notes: string;
  /** Its options: `onlineFields` or `offlineFields`, and its own. */
  fields: FieldTable<C>;
  /** What the preset `smoke` changes, for tests: seconds, and a score that means nothing. */
  smoke: Partial<C>;
  /** What is better otherwise in some environments, by their ids. */
  environments: Readonly<Record<string, Partial<C>>>;
  /**
   * What its agents may be asked for, as options of `deno task evaluate`. @default nothing
   *
   * @param arrays As for {@link LearnerKindCommon.load}: defaults may depend on what was learned.
   */
  acting?(arrays: LoadedLearner["arrays"]): FieldTable;
  /**
   * What acts by what a checkpoint keeps of a learner, taking the likeliest actions. Its `close` frees all that it read.
   * It runs in the browser as well, without a file system.
   *
   * @param arrays By group and name, as {@link Learner.save} gave them; what only learning needs may be missing.
   * @param acting Options of {@link LearnerKindCommon.acting}. @default their defaults
   * @throws TypeError naming the first tensor that is missing or of another shape; RangeError for options that make no
   * sense.
   */
  load(config: C, spaces: AgentSpaces, arrays: LoadedLearner["arrays"], acting?: Config): Agent<Observation>;
}

/** A way to learn from environments by name: `deno task train NAME --environment ID`. */
export interface OnlineKind<C extends LearnerConfig = OnlineConfig> extends LearnerKindCommon<C> {
  /** What tells it from {@link OfflineKind}. */
  learnsFrom: "environments";
  /**
   * Makes a learner that has learned nothing.
   *
   * @throws RangeError or TypeError for options that do not fit each other, and spaces that it cannot learn in.
   */
  create(config: C, spaces: AgentSpaces): OnlineLearner;
}

/** A way to learn from recordings by name: `deno task train NAME --recordings FOLDER`. */
export interface OfflineKind<C extends LearnerConfig = OfflineConfig> extends LearnerKindCommon<C> {
  /** What tells it from {@link OnlineKind}. */
  learnsFrom: "recordings";
  /**
   * Makes a learner that has learned nothing.
   *
   * @param episodes What it learns from, one at least.
   * @throws RangeError or TypeError for options that do not fit each other, and spaces that it cannot learn in.
   */
  create(config: C, spaces: AgentSpaces, episodes: readonly RecordedEpisode[]): OfflineLearner;
}

/** A way to learn by name. */
// deno-lint-ignore no-explicit-any -- each kind has a configuration of its own; schemas check them
export type LearnerKind<C extends LearnerConfig = any> = OnlineKind<C> | OfflineKind<C>;

/**
 * The presets of a kind for an environment.
 *
 * @param environment Its id. @default the kind's own
 */
export function learnerPresets<C extends LearnerConfig>(
  { fields, smoke, environments }: LearnerKind<C>,
  environment: string = fields.defaults.environment,
): { default: C; smoke: C } {
  const standard = { ...fields.defaults, ...environments[environment], environment };
  return { default: standard, smoke: { ...standard, ...smoke } };
}

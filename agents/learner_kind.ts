import * as v from "valibot";
import { type Field, field, type FieldTable } from "../core/fields/field.ts";
import { count } from "../core/fields/value_schemas.ts";
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

/** What learns from environments alone: real ones, dreams (`DreamVectorEnv`), or first one and then the other. */
export interface Learner {
  /** How many numbers are learned. */
  readonly parameterCount: number;
  /** Decisions that it has taken, those of all environments together. */
  readonly decisions: number;
  /**
   * Acts for a while and learns from it: a round.
   *
   * @param env Environments with the learner's spaces that rest when an episode ends; they go on where the last round
   * left them, or begin anew where they are others.
   * @returns Measures by name; `return` and `length` are means of the last episodes that ended.
   * @throws Error when what is learned is not finite any more.
   */
  learn(env: VectorEnv<Observation>): Promise<Record<string, number>>;
  /**
   * What acts as the learner would by now. It reads the learner's parameters at each decision, and is the caller's to
   * close before the learner is disposed of.
   *
   * @param options `sample`: whether it draws its actions, by a stream of the learner's, instead of taking the likeliest.
   */
  agent(options?: { sample?: boolean }): Agent<Observation>;
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

/** The options that every learner has. */
export interface LearnerConfig {
  /** Seed of all that is drawn at random. */
  seed: number;
  /** Id of the environment. */
  environment: string;
  /** Environments side by side. */
  environments: number;
  /** Simulator steps that a decision is held for. */
  frameSkip: number;
  /** Whether pictures are shown in grey. */
  grayscale: boolean;
  /** How many of the last observations are seen at once. */
  frameStack: number;
  /** See `CAR_CONTROL_FIELDS`. */
  gasLimit: number;
  /** Decisions to learn from, those of all environments together. */
  decisions: number;
  /** Episodes of the test at the end. */
  testEpisodes: number;
}

/** What differs between learners in the options that they all have. */
export type LearnerDefaults = Pick<LearnerConfig, "environment" | "environments" | "decisions">;

/** Makes the options that every learner has. */
export function learnerFields(
  { environment, environments, decisions }: LearnerDefaults,
): { [K in keyof LearnerConfig]: Field<LearnerConfig[K]> } {
  return {
    seed: field(count(0), "Seed of all that is drawn at random. The same seed gives the same run.", 1),
    environment: field(v.string(), "Environment to learn: its id.", environment),
    environments: field(count(), "Environments side by side.", environments),
    frameSkip: field(
      count(),
      "Frames of the simulator for which an action is held. Together they are one decision.",
      1,
    ),
    grayscale: field(v.boolean(), "Show pictures in grey, in environments that have pictures.", true),
    frameStack: field(count(), "How many of the last observations are seen at once.", 1),
    ...CAR_CONTROL_FIELDS,
    decisions: field(
      count(),
      "Decisions to learn from, of all environments together. A larger number goes on from a finished run, by the " +
        "schedules of the longer run.",
      decisions,
    ),
    testEpisodes: field(count(), "Real episodes at the end, from seeds that training never draws.", 100),
  };
}

/** A way to learn by name: `deno task train NAME --environment ID`. */
// deno-lint-ignore no-explicit-any -- each kind has a configuration of its own; schemas check them
export interface LearnerKind<C extends LearnerConfig = any> {
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
  /** Its options: `learnerFields`, and its own. */
  fields: FieldTable<C>;
  /** What the preset `smoke` changes, for tests: seconds, and a score that means nothing. */
  smoke: Partial<C>;
  /** What is better otherwise in some environments, by their ids. */
  environments: Readonly<Record<string, Partial<C>>>;
  /**
   * Makes a learner that has learned nothing.
   *
   * @throws RangeError or TypeError for options that do not fit each other, and spaces that it cannot learn in.
   */
  create(config: C, spaces: AgentSpaces): Learner;
  /**
   * What acts by what a checkpoint keeps of a learner, taking the likeliest actions. Its `close` frees all that it read.
   * It runs in the browser as well, without a file system.
   *
   * @param arrays By group and name, as {@link Learner.save} gave them; what only learning needs may be missing.
   * @throws TypeError naming the first tensor that is missing or of another shape.
   */
  load(config: C, spaces: AgentSpaces, arrays: LoadedLearner["arrays"]): Agent<Observation>;
}

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

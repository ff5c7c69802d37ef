import type { Config, Field } from "../core/fields/field.ts";
import type { Space } from "../envs/spaces.ts";
import type { Component } from "./component.ts";
import type { Baseline, TrainableWorldModel } from "./trainable_world_model.ts";

/** The course of a run, as far as learning depends on it. */
export interface RunCourse {
  /** Rounds in all. */
  rounds: number;
  /** Decisions of each environment in a rollout of the first collection. */
  firstDecisions: number;
  /** Decisions of each environment in a later round's rollout. */
  roundDecisions: number;
}

/** What a world model has to fit. */
export interface WorldSpaces {
  /** The controller's outputs. */
  actions: Space;
}

/** A world model and its parts that are trained by themselves. */
export interface World {
  /** The parts joined. */
  model: TrainableWorldModel;
  /** What is trained, in this order. Their parameters together are the model's. */
  components: readonly Component[];
  /** Models that show a policy less of the same dream. */
  baselines: readonly Baseline[];
  /** Expected milliseconds of a decision in one of many dreams, on two cores of 2026, for the plan. @default 0.033 */
  dreamMilliseconds?: number;
}

/** A kind of world model that `train-world-model` can train. */
export interface WorldKind<C = Config> {
  /** What tells it from models and agents. */
  family: "world models";
  /** Its name on the command line: `--world NAME`. */
  name: string;
  /** Its name in full. */
  title: string;
  /** Where it was published. */
  paper: string;
  /** Its own options by name; they must not be named like those of the pipeline. */
  fields: { readonly [K in keyof C]: Field<C[K]> };
  /**
   * Presets by name, `default` and `smoke` among them: values of its own options, and of the pipeline's where they differ
   * from the pipeline's own.
   */
  presets: Readonly<Record<string, Partial<C> & Config>>;
  /** What it is made of, as a sentence for a model card, without the full stop. */
  describe(config: C): string;
  /** Checks what its options mean together. @throws RangeError naming the option. */
  check?(config: C & RunCourse): void;
  /** Makes what a configuration describes, without parameters. */
  create(config: C & RunCourse, spaces: WorldSpaces): World;
}

/** Checks that a rollout of the first collection holds a training sequence. @throws RangeError naming the option. */
export function checkSequenceLength(flag: string, length: number, { firstDecisions }: RunCourse): void {
  if (length <= firstDecisions) return;
  throw new RangeError(
    `Cannot set --${flag}: expected at most --first-decisions, ${firstDecisions}, got ${length}`,
  );
}

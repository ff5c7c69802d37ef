import type { NamedTensors } from "../../generative/nn/mod.ts";
import type { Json, NamedArray, Savable } from "../../generative/train/mod.ts";
import type { Networks } from "./assemble_networks.ts";
import type { WorldModelEvent } from "./events.ts";
import type { Replay, TrainableWorldModel } from "../../worlds/mod.ts";

/** What learns, and the model that it learns in. */
export interface LearnerNetworks {
  worldModel: TrainableWorldModel;
  policy: Networks["policy"];
}

/** What a controller learns from. */
export interface Lesson {
  /** Named in events. */
  name: string;
  /** The world model's parameters; the caller's. */
  world: NamedTensors;
  /** Where dreams start; its states are this model's. */
  replay: Replay;
  /** Updates (or generations) that are done in all before, and after. */
  startStep: number;
  steps: number;
  onEvent: (event: WorldModelEvent) => void;
  /** The time in milliseconds. */
  now: () => number;
  signal?: AbortSignal;
  /** Called now and then by learners that take long, after so many updates in all. */
  save?: (step: number) => Promise<void>;
}

/** How a controller learns inside the dream. */
export interface ControllerLearner {
  /** What drives by now; the tensors stay the learner's. */
  readonly parameters: NamedTensors;
  /** Learns until `steps` updates (or generations) are done in all. */
  learn(lesson: Lesson): Promise<void>;
  /** What a checkpoint needs to go on with the same numbers. */
  save(): { tensors: Record<string, Savable | undefined>; data: Json };
  /** Goes on from what {@link ControllerLearner.save} gave. */
  restore(arrays: Record<string, Record<string, NamedArray>>, data: Json): void;
  /** Frees tensors and compiled functions. */
  dispose(): void;
}

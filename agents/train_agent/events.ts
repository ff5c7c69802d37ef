import type { CheckpointEvent, EndEvent, ProgressEvent, StartEvent } from "../../generative/train/events.ts";

/** What is about to be trained. */
export interface AgentPlanEvent {
  /** A training is about to begin. */
  type: "plan";
  /** How it learns. */
  name: string;
  /** Where. */
  environment: string;
  /** What it learns from: environments side by side, or recorded episodes and their decisions. */
  from: { environments: number } | RecordedSource;
  /** Numbers that are learned. */
  parameters: number;
  /** How long it learns, what is done included, in what `unit` says. */
  steps: number;
  /** What steps are. */
  unit: "decisions" | "updates";
}

/** Recordings to learn from. */
export interface RecordedSource {
  /** Episodes that are learned from. */
  episodes: number;
  /** Recordings that are not. */
  leftOut: number;
  /** Decisions of the episodes. */
  decisions: number;
  /** Their least, mean and highest return. */
  returns: [least: number, mean: number, highest: number];
}

/** What an agent came to in the test episodes. */
export interface AgentTest {
  /** Episodes. */
  episodes: number;
  /** Mean return. */
  mean: number;
  /** Standard deviation over all episodes. */
  deviation: number;
  /** Mean length, decisions. */
  length: number;
  /** Share of decisions at full cost (`EnvSpec.cost`); absent where there is none. */
  failures?: number;
}

/** What `trainAgent` reports. */
export type AgentEvent =
  | AgentPlanEvent
  | StartEvent
  | ProgressEvent
  | CheckpointEvent
  | EndEvent
  /** Recordings are read, or episodes of the test come to their end. */
  | { type: "work"; name: "read" | "test" | "record"; done: number; of: number }
  /** The test is done. */
  | { type: "test"; report: AgentTest };

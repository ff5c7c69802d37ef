import type { CheckpointEvent, EndEvent, ProgressEvent, StartEvent } from "../../generative/train/events.ts";

/** What is about to be trained. */
export interface AgentPlanEvent {
  /** A training is about to begin. */
  type: "plan";
  /** How it learns. */
  name: string;
  /** Where. */
  environment: string;
  /** Environments side by side. */
  environments: number;
  /** Numbers that are learned. */
  parameters: number;
  /** Decisions to learn from, those before included. */
  decisions: number;
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

/** What `trainAgent` reports; its steps are decisions. */
export type AgentEvent =
  | AgentPlanEvent
  | StartEvent
  | ProgressEvent
  | CheckpointEvent
  | EndEvent
  /** Episodes of the test come to their end. */
  | { type: "work"; name: "test" | "record"; done: number; of: number }
  /** The test is done. */
  | { type: "test"; report: AgentTest };

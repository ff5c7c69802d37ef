/** Training begins (or goes on, when `step` is above 0). */
export interface StartEvent {
  /** What happened. */
  type: "start";
  /** What is trained. */
  name: string;
  /** Steps done before. */
  step: number;
  /** Steps to do in all. */
  steps: number;
}

/** Where training stands; comes every `logEvery` steps. */
export interface ProgressEvent {
  /** What happened. */
  type: "progress";
  /** What is trained. */
  name: string;
  /** Steps done. */
  step: number;
  /** Steps to do in all. */
  steps: number;
  /** The losses of the latest step, by name. */
  losses: Record<string, number>;
  /** Steps a second since the last such event. */
  rate: number;
  /** Seconds to go, estimated from all steps of this session. */
  remainingSeconds: number;
}

/** An evaluation is done. */
export interface EvaluateEvent {
  /** What happened. */
  type: "evaluate";
  /** What is trained. */
  name: string;
  /** Steps done. */
  step: number;
  /** What was measured, by name. */
  metrics: Record<string, number>;
}

/** A checkpoint is on the disk. */
export interface CheckpointEvent {
  /** What happened. */
  type: "checkpoint";
  /** What is trained. */
  name: string;
  /** Steps that it holds. */
  step: number;
}

/** Training is done. */
export interface EndEvent {
  /** What happened. */
  type: "end";
  /** What is trained. */
  name: string;
  /** Steps done. */
  step: number;
  /** How long this session took. */
  seconds: number;
}

/** Lines of a `metrics.jsonl` cannot be used; they are kept apart from now on. */
export interface MetricsDamageEvent {
  /** What happened. */
  type: "damage";
  /** The file. */
  path: string;
  /** How many lines. */
  count: number;
  /** The place of the first one. */
  line: number;
  /** What is wrong with it. */
  reason: string;
  /** The file that they are in now. */
  kept: string;
}

/** What `train` reports while it works. */
export type TrainEvent = StartEvent | ProgressEvent | EvaluateEvent | CheckpointEvent | EndEvent;

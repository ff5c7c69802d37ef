import type { LearnerConfig } from "../learner_kind.ts";

/** What agents that learn from recordings do otherwise in some environments: as the agents do that are recorded there. */
export const OFFLINE_ENVIRONMENTS: Readonly<Record<string, Partial<LearnerConfig>>> = {
  "MountainCarContinuous-v0": { frameSkip: 8 },
  "CarRacing-v3": { frameSkip: 8, gasLimit: 0.3 },
};

import type { PPOConfig } from "./fields.ts";

/** What PPO does otherwise in some environments. Scores and times are in agents/README.md. */
export const PPO_ENVIRONMENTS: Readonly<Record<string, Partial<PPOConfig>>> = {
  "Pendulum-v1": {
    environments: 16,
    decisions: 400_000,
    gamma: 0.9,
    entropyWeight: 0,
  },
  "Acrobot-v1": {
    environments: 16,
    decisions: 150_000,
    gamma: 0.99,
  },
  "MountainCarContinuous-v0": {
    environments: 16,
    frameSkip: 8,
    roundDecisions: 125,
    decisions: 60_000,
    gamma: 0.99,
    entropyWeight: 0,
  },
  "CarRacing-v3": {
    environments: 16,
    frameSkip: 8,
    frameStack: 4,
    gasLimit: 0.3,
    roundDecisions: 125,
    decisions: 960_000,
    epochs: 5,
    minibatches: 16,
    learningRate: 3e-4,
    gamma: 0.99,
    clipRange: 0.1,
    entropyWeight: 0,
    continuous: "beta",
  },
};

import type { TrainWorldModelConfig } from "./config.ts";

/** A part of a run that is done as a whole; checkpoints stand between stages and inside the long ones. */
export interface Stage {
  /** The kind of work. */
  kind: "collect" | "vision" | "memory" | "controller" | "assess" | "test" | "pictures" | "baselines";
  /** 0 for what comes before the first round. */
  round: number;
  /** Optimiser steps, decisions or episodes. */
  amount: number;
  /** The unit that `amount` counts. */
  unit: "steps" | "decisions" | "generations" | "episodes";
  /** Expected minutes on two cores of 2026. */
  minutes: number;
}

/** Milliseconds that one unit takes on two cores; only the plan's expectations are made of them. */
const MILLISECONDS = {
  decision: 0.57,
  smallVisionStep: 80,
  paperVisionStep: 130,
  memoryDecision: 0.039,
  dreamDecision: 0.033,
  cmaDecision: 0.025,
  episode: 180,
  drive: 900,
};

/** Updates (or generations) of the controller from the first round's to this round's end. */
export function controllerStepsBy(round: number, config: TrainWorldModelConfig): number {
  if (config.controller === "cma-es") return round * config.generations;
  return round * config.controllerSteps + (round < config.rounds ? 0 : config.controllerFinalSteps);
}

/** Whether vision trains on what is collected in a round (0: the first collection). */
export function visionLearnsIn(round: number, config: TrainWorldModelConfig): boolean {
  return round === 0 || (config.visionRefreshSteps > 0 && round <= config.visionRefreshRounds);
}

/** The stages of a run, in order. */
export function planStages(config: TrainWorldModelConfig): Stage[] {
  const stages: Stage[] = [];
  const ms = MILLISECONDS;
  const add = (kind: Stage["kind"], round: number, amount: number, unit: Stage["unit"], each: number) => {
    if (amount > 0) stages.push({ kind, round, amount, unit, minutes: amount * each / 60_000 });
  };
  const visionStep = (config.vision === "small" ? ms.smallVisionStep : ms.paperVisionStep) *
    config.visionBatch /
    (config.vision === "small" ? 128 : 100);
  const memoryStep = ms.memoryDecision * config.memoryBatch * config.memoryLength;
  const decision = ms.decision * (config.frameSkip + 1) / 5;
  const controllerUnit = config.controller === "actor-critic" ? "steps" : "generations";
  const controllerStep = config.controller === "actor-critic"
    ? ms.dreamDecision * config.dreamBatch * config.dreamHorizon
    : ms.cmaDecision * config.population * config.dreamEpisodes * config.dreamDecisions;
  const collected = config.streams * config.firstDecisions * config.firstRollouts;

  add("collect", 0, collected, "decisions", decision);
  add("vision", 0, config.visionSteps, "steps", visionStep);
  for (let round = 1; round <= config.rounds; round++) {
    add("memory", round, round === 1 ? config.memorySteps : config.memoryRoundSteps, "steps", memoryStep);
    const updates = controllerStepsBy(round, config) - controllerStepsBy(round - 1, config);
    add("controller", round, updates, controllerUnit, controllerStep);
    add("assess", round, config.assessEpisodes, "episodes", ms.episode);
    if (round === config.rounds) break;
    add("collect", round, config.roundStreams * config.roundDecisions, "decisions", decision);
    if (visionLearnsIn(round, config)) add("vision", round, config.visionRefreshSteps, "steps", visionStep);
  }
  add("test", config.rounds, config.testEpisodes, "episodes", ms.episode);
  add("pictures", config.rounds, Math.min(3, config.testEpisodes), "episodes", ms.drive);
  const baselines = config.baselines ? 2 * controllerStepsBy(config.rounds, config) : 0;
  add("baselines", config.rounds, baselines, controllerUnit, controllerStep);
  return stages;
}

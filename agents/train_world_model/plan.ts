import { stepsIn } from "../../worlds/component.ts";
import type { Networks } from "./assemble_networks.ts";
import type { PipelineConfig } from "./config.ts";

/** A part of a run that is done as a whole; checkpoints stand between stages and inside the long ones. */
export interface Stage {
  /** The kind of work; `learn` trains a component of the world model. */
  kind: "collect" | "learn" | "controller" | "assess" | "test" | "pictures" | "baselines";
  /** What is worked on: the component that learns, else the kind. */
  name: string;
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
  dreamDecision: 0.033,
  cmaDecision: 0.025,
  episode: 180,
  drive: 900,
};

/** Updates (or generations) of the controller from the first round's to this round's end. */
export function controllerStepsBy(round: number, config: PipelineConfig): number {
  if (config.controller === "cma-es") return round * config.generations;
  return round * config.controllerSteps + (round < config.rounds ? 0 : config.controllerFinalSteps);
}

/** Whether a round is one of the last, of which the best one drives in the end. */
export function isChosenFrom(round: number, { rounds, chooseRounds }: PipelineConfig): boolean {
  return chooseRounds > 1 && round > rounds - chooseRounds;
}

/** The stages of a run, in order. */
export function planStages(
  config: PipelineConfig,
  { components, baselines, dreamMilliseconds }: Pick<
    Networks,
    "components" | "baselines" | "dreamMilliseconds"
  >,
): Stage[] {
  const stages: Stage[] = [];
  const ms = MILLISECONDS;
  type Work = Pick<Stage, "kind" | "round" | "amount" | "unit"> & { name?: string };
  const add = ({ name, ...work }: Work, each: number) => {
    const minutes = work.amount * each / 60_000;
    if (work.amount > 0) stages.push({ ...work, name: name ?? work.kind, minutes });
  };
  const decision = ms.decision * (config.frameSkip + 1) / 5;
  const unit = config.controller === "cma-es" ? "generations" : "steps";
  const controllerStep = config.controller === "cma-es"
    ? (dreamMilliseconds ?? ms.cmaDecision) * config.population * config.dreamEpisodes *
      config.dreamDecisions
    : (dreamMilliseconds ?? ms.dreamDecision) * config.dreamBatch * config.dreamHorizon;
  const collect = (round: number, amount: number) =>
    add({ kind: "collect", round, amount, unit: "decisions" }, decision);
  const drive = (kind: Stage["kind"], round: number, amount: number, each = ms.episode) =>
    add({ kind, round, amount, unit: "episodes" }, each);

  collect(0, config.streams * config.firstDecisions * config.firstRollouts);
  for (let round = 1; round <= config.rounds; round++) {
    for (const component of components) {
      const { name, milliseconds } = component;
      add({ kind: "learn", name, round, amount: stepsIn(component, round), unit: "steps" }, milliseconds);
    }
    const updates = controllerStepsBy(round, config) - controllerStepsBy(round - 1, config);
    add({ kind: "controller", round, amount: updates, unit }, controllerStep);
    drive("assess", round, isChosenFrom(round, config) ? config.chooseEpisodes : config.assessEpisodes);
    if (round < config.rounds) collect(round, config.roundStreams * config.roundDecisions);
  }
  const { rounds } = config;
  drive("test", rounds, config.testEpisodes);
  drive("pictures", rounds, Math.min(3, config.testEpisodes), ms.drive);
  const amount = config.baselines ? baselines.length * controllerStepsBy(rounds, config) : 0;
  add({ kind: "baselines", round: rounds, amount, unit }, controllerStep);
  return stages;
}

import * as v from "valibot";
import type { Json } from "../../generative/train/mod.ts";
import type { Component } from "../../worlds/component.ts";
import type { RoundReport, TestReport } from "./events.ts";

/** What a checkpoint keeps beside tensors. */
export interface SessionProgress {
  /** Stages that are done. */
  stage: number;
  /** Optimiser steps (or generations) that are done in all, by what is trained: the components of the world model, and `controller`. */
  steps: Record<string, number>;
  rounds: RoundReport[];
  tests: TestReport[];
  /** What the controller's learner keeps beside tensors. */
  learner: Json;
}

const count = v.pipe(v.number(), v.integer(), v.minValue(0));
// NaN, where infos tell of no road, is null in JSON.
const report = { mean: v.number(), deviation: v.number(), offRoad: v.nullable(v.number()) };

/**
 * Checks a {@link SessionProgress} that was read from a checkpoint; members that it does not know stay.
 *
 * @param components Of the run's world model.
 */
export function sessionProgressSchema(
  components: readonly Pick<Component, "name">[],
): v.GenericSchema<unknown, SessionProgress> {
  const trained = [...components.map(({ name }) => name), "controller"];
  return v.looseObject({
    stage: count,
    steps: v.object(Object.fromEntries(trained.map((name) => [name, count]))),
    rounds: v.array(v.looseObject({ round: count, dream: v.number(), reality: v.number() })),
    tests: v.array(v.looseObject({ driver: v.string(), episodes: count, ...report })),
    learner: v.unknown(),
  }) as unknown as v.GenericSchema<unknown, SessionProgress>;
}

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
  /** The round whose controller drives in the end, and its mean return when it was assessed; absent before the last rounds. */
  chosen?: { round: number; mean: number };
  /** What the controller's learner keeps beside tensors. */
  learner: Json;
}

const count = v.pipe(v.number(), v.integer(), v.minValue(0));

/** What a run trains, by the names of its steps and of the groups of its checkpoint that drive and dream. */
export function trainedNames(components: readonly Pick<Component, "name">[]): string[] {
  return [...components.map(({ name }) => name), "controller"];
}

/** Older runs call failures `offRoad`, and have NaN, which is null in JSON, where there are none. */
function renameFailures<R extends Record<string, unknown>>({ offRoad, ...report }: R): R {
  return (typeof offRoad === "number" ? { ...report, failures: offRoad } : report) as unknown as R;
}
const failures = v.optional(v.number());

/**
 * Checks a {@link SessionProgress} that was read from a checkpoint; members that it does not know stay.
 *
 * @param components Of the run's world model.
 */
export function sessionProgressSchema(
  components: readonly Pick<Component, "name">[],
): v.GenericSchema<unknown, SessionProgress> {
  return v.looseObject({
    stage: count,
    steps: v.object(Object.fromEntries(trainedNames(components).map((name) => [name, count]))),
    rounds: v.array(v.pipe(
      v.looseObject({ round: count, dream: v.number(), reality: v.number(), failures }),
      v.transform(renameFailures),
    )),
    tests: v.array(v.pipe(
      v.looseObject({
        driver: v.string(),
        episodes: count,
        mean: v.number(),
        deviation: v.number(),
        failures,
      }),
      v.transform(renameFailures),
    )),
    chosen: v.optional(v.object({ round: count, mean: v.number() })),
    learner: v.unknown(),
  }) as unknown as v.GenericSchema<unknown, SessionProgress>;
}

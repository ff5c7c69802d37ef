import * as tf from "@tensorflow/tfjs";
import { assert, assertAlmostEquals, assertEquals, assertRejects, assertThrows } from "@std/assert";
import type { NamedTensors } from "../../../generative/nn/mod.ts";
import { compile, seedTensor } from "../../../generative/runtime/mod.ts";
import {
  type AverageOptions,
  checkDecay,
  evaluationParameters,
  restoreStateGroups,
  restoreTrainState,
  startAverage,
  stateGroups,
  toArrays,
  type TrainState,
  updateAverage,
  withAverage,
} from "../../../generative/train/mod.ts";
import { onBackends } from "../support/on_backends.ts";

/** What an average that starts at 0 comes to after some steps at 1. */
function afterOnes(steps: number, options: AverageOptions): number {
  let average = startAverage({ a: tf.zeros([2]) });
  for (let t = 0; t < steps; t++) average = updateAverage(average, { a: tf.ones([2]) }, options);
  assertEquals(average["average/step"].dataSync()[0], steps);
  const [first, second] = average.a.dataSync();
  assertEquals(first, second);
  return first;
}

onBackends("an average has forgotten half of a change after its half-life", () => {
  for (const halfLife of [1, 7, 30]) {
    const decay = 0.5 ** (1 / halfLife);
    assertAlmostEquals(afterOnes(halfLife, { decay, warmUp: false }), 0.5, 1e-5);
    assertAlmostEquals(afterOnes(2 * halfLife, { decay, warmUp: false }), 0.75, 1e-5);
  }
});

onBackends("an average that warms up forgets its start, and ends with its own decay", () => {
  // the product of (1 + t) / (10 + t) over t < n is 1 / (n + 9 choose 9)
  let choose = 1;
  for (let n = 1; n <= 12; n++) {
    choose *= (n + 9) / n;
    assertAlmostEquals(afterOnes(n, { decay: 0.9999 }), 1 - 1 / choose, 1e-6);
  }
  // 1/10, 2/11 and 3/12 are below 0.3, all later steps keep 0.3
  const start = 1 / 10 * 2 / 11 * 3 / 12;
  for (const n of [3, 4, 6]) {
    assertAlmostEquals(afterOnes(n, { decay: 0.3 }), 1 - start * 0.3 ** (n - 3), 1e-6);
  }
});

/** A step that adds its batch to both parameters. */
const adding = () =>
  compile((state: TrainState, { by }: NamedTensors, _seed: tf.Tensor) => {
    const { a, b } = state.parameters;
    const parameters = { a: a.add(by), b: b.add(by) };
    return { state: { ...state, parameters }, losses: { loss: by.sum() } };
  });

onBackends(
  "withAverage() averages what the step made, in place as well, and leaves nothing behind",
  async () => {
    const before = tf.memory().numTensors;
    const step = withAverage(adding(), { decay: 0.5, warmUp: false });
    const batch = { by: tf.scalar(2) };
    const seed = seedTensor([1, 2]);
    const parameters = { a: tf.scalar(0), b: tf.scalar(10) };
    let state: TrainState = { parameters, optimiser: {}, average: startAverage({ a: parameters.a }) };
    for (let t = 0; t < 3; t++) {
      const { state: next, losses } = await step.runInPlace(state, batch, seed);
      tf.dispose(losses);
      state = next;
    }
    assertEquals(state.parameters.a.dataSync()[0], 6);
    assertEquals(state.average!.a.dataSync()[0], 4.25); // ((0 + 2) / 2 + 4) / 2 = 2.5, (2.5 + 6) / 2
    const taken = evaluationParameters(state);
    assertEquals(Object.keys(taken), ["a", "b"]);
    assert(
      taken.a === state.average!.a && taken.b === state.parameters.b,
      "what is not averaged is the newest",
    );
    await assertRejects(
      () => step.run({ parameters, optimiser: {} }, batch, seed),
      TypeError,
    );
    tf.dispose([state, batch, seed]);
    step.dispose();
    assertEquals(tf.memory().numTensors, before);
  },
);

Deno.test("without an average the newest parameters are taken", () => {
  const parameters = { a: 1, b: 2 };
  assertEquals(evaluationParameters({ parameters }), parameters);
});

Deno.test("a decay outside (0, 1) is refused", () => {
  for (const decay of [0, 1, -0.5, NaN]) {
    assertThrows(() => checkDecay({ decay }), RangeError, `expected a decay in (0, 1), got ${decay}`);
    assertThrows(() => withAverage(adding(), { decay }), RangeError, "expected a decay in (0, 1)");
  }
});

Deno.test("restoreTrainState() names what differs, and refuses averages among the optimiser's tensors", () => {
  const array = { shape: [2], data: Float32Array.of(1, 2) };
  const state = (): TrainState => ({
    parameters: { a: tf.zeros([2]) },
    optimiser: { "adamw/step": tf.zeros([2]) },
    average: { a: tf.zeros([2]) },
  });
  const saved = { parameters: { a: array }, optimiser: { "adamw/step": array }, average: { a: array } };
  const restored = restoreTrainState(state(), saved, "memory");
  assertEquals(Object.keys(restored), ["parameters", "optimiser", "average"]);
  assertEquals([...restored.average!.a.dataSync()], [1, 2]);
  const { average: _, ...without } = saved;
  assertThrows(
    () => restoreTrainState(state(), without, "memory"),
    TypeError,
    `Cannot restore memory's average: expected "a" in the checkpoint, got none`,
  );
  assertThrows(
    () => restoreTrainState(state(), { ...without, optimiser: { "ema/a": array } }, "memory"),
    TypeError,
    "Cannot restore memory: expected its averages as a group of the checkpoint, got them among the optimiser's tensors",
  );
});

Deno.test("stateGroups() holds each average once, and restoreStateGroups() opens older checkpoints that hold it twice", async () => {
  const state = (value: number): TrainState => ({
    parameters: { a: tf.fill([2], value), b: tf.fill([2], value + 1) },
    optimiser: { "adamw/step": tf.scalar(value + 2) },
    average: { "average/step": tf.scalar(value + 3), a: tf.fill([2], value + 4) },
  });
  const values = (groups: Record<string, NamedTensors>) =>
    Object.fromEntries(
      Object.entries(groups).map(([group, tensors]) => [
        group,
        Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [name, tensor.dataSync()[0]])),
      ]),
    );
  const groups = stateGroups("memory", state(1));
  assertEquals(values(groups), {
    memory: { a: 5, b: 2 },
    memoryOptimiser: { "adamw/step": 3 },
    memoryLearner: { a: 1 },
    memoryAverage: { "average/step": 4 },
  });
  const arrays = Object.fromEntries(
    await Promise.all(
      Object.entries(groups).map(async ([group, tensors]) => [group, await toArrays(tensors)]),
    ),
  );
  const older = {
    ...arrays,
    memoryLearner: await toArrays(state(1).parameters),
    memoryAverage: await toArrays(state(1).average!),
  };
  for (const saved of [arrays, older]) {
    assertEquals(values(restoreStateGroups("memory", state(0), saved)), values(state(1)));
  }

  const { average: _, ...plain } = state(1);
  const alone = stateGroups("vision", plain);
  assertEquals(Object.keys(alone), ["vision", "visionOptimiser"]);
  const { average: __, ...fresh } = state(0);
  const read = {
    vision: await toArrays(alone.vision),
    visionOptimiser: await toArrays(alone.visionOptimiser),
  };
  assertEquals(values(restoreStateGroups("vision", fresh, read)), values(plain));
});

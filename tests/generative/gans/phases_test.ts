import * as tf from "@tensorflow/tfjs";
import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import {
  type AdversarialTraining,
  createPhaseStep,
  type LossInputs,
  startPhases,
} from "../../../generative/gans/phases.ts";
import { Linear, type NamedTensors } from "../../../generative/nn/mod.ts";
import { seedTensor } from "../../../generative/runtime/mod.ts";
import { adamW, disposeTrainState, type TrainState } from "../../../generative/train/mod.ts";
import { backends } from "../support/finite_differences.ts";

const [a, b] = ["a", "b"].map((name) => new Linear(name, { inputs: 1, units: 1, bias: false }));
const adam = (name: string) => adamW({ learningRate: 0.1, name });
const value = ({ parameters }: Pick<LossInputs, "parameters">, name: string) =>
  parameters[`${name}/kernel`].sum();
const number = (tensor: tf.Tensor) => tensor.dataSync()[0];

/** A state with `a` and `b` at these values. */
function start(training: AdversarialTraining, values: { a: number; b: number }): TrainState {
  const parameters = { "a/kernel": tf.tensor2d([[values.a]]), "b/kernel": tf.tensor2d([[values.b]]) };
  return startPhases(parameters, training);
}

/** `a` falls; `b` falls where `a` is positive, and rises where it is negative. */
const PAIR: AdversarialTraining["phases"] = [
  { name: "first", network: a, optimiser: adam("a"), loss: (inputs) => ({ loss: value(inputs, "a") }) },
  {
    name: "second",
    network: b,
    optimiser: adam("b"),
    loss: (inputs) => {
      const product = value(inputs, "a").mul(value(inputs, "b"));
      return { loss: product, product };
    },
  },
];

for (const backend of backends) {
  Deno.test(`alternating phases begin where the one before ended, simultaneous ones where the step began (${backend})`, async () => {
    await tf.setBackend(backend);
    for (const [updates, change] of [["alternating", 0.1], ["simultaneous", -0.1]] as const) {
      const training = { phases: PAIR, updates };
      const step = createPhaseStep(training);
      const { state, losses } = step(start(training, { a: 0.05, b: 2 }), {}, seedTensor([1, 2]));
      assertAlmostEquals(number(state.parameters["a/kernel"]), -0.05, 1e-5);
      assertAlmostEquals(number(state.parameters["b/kernel"]), 2 + change, 1e-5);
      assertEquals(Object.keys(losses), ["loss", "first", "second", "product"]);
      assertAlmostEquals(number(losses.first), 0.05, 1e-6);
      assertAlmostEquals(number(losses.product), updates === "alternating" ? -0.1 : 0.1, 1e-5);
      assertAlmostEquals(number(losses.loss), number(losses.first) + number(losses.second), 1e-6);
      step.dispose();
    }
  });

  Deno.test(`a phase has a turn every so many steps, counts as often and reports its last one in between; a resumed state goes on (${backend})`, async () => {
    await tf.setBackend(backend);
    const training: AdversarialTraining = {
      phases: [
        { ...PAIR[0], repeats: 2 },
        {
          name: "lazy",
          network: b,
          optimiser: adam("b"),
          every: 3,
          loss: (inputs) => {
            const loss = value(inputs, "b");
            return { loss, same: loss, double: loss.mul(2) };
          },
        },
      ],
    };
    const before = tf.memory().numTensors;
    let state = start(training, { a: 1, b: 2 });
    const seen: NamedTensors[] = [];
    for (
      const ways of [["run", "runInPlace", "call"], ["runInPlace", "call", "runInPlace", "run"]] as const
    ) {
      const step = createPhaseStep(training); // as after a restart
      for (const way of ways) {
        const seed = seedTensor([1, 2]);
        const result = way === "call" ? step(state, {}, seed) : await step[way](state, {}, seed);
        if (way !== "runInPlace") disposeTrainState(state);
        seed.dispose();
        state = result.state;
        seen.push(result.losses);
        if (seen.length === 1) assertAlmostEquals(number(state.optimiser["b/mean/b/kernel"]), 0.1 * 3, 1e-6);
      }
      step.dispose();
    }
    const lazy = [2, 2, 2, 1.9, 1.9, 1.9, 1.8]; // Adam takes 0.1 a turn
    for (const [i, losses] of seen.entries()) {
      assertEquals(Object.keys(losses), ["loss", "first", "lazy", "same", "double"]);
      assertAlmostEquals(number(losses.lazy), lazy[i], 1e-3);
      assertAlmostEquals(number(losses.same), lazy[i], 1e-3);
      assertAlmostEquals(number(losses.double), 2 * lazy[i], 1e-3);
      assertAlmostEquals(number(losses.loss), number(losses.first) + number(losses.lazy), 1e-5);
    }
    assertEquals(number(state.optimiser["a/step"]), 14);
    assertEquals(number(state.optimiser["b/step"]), 3);
    assertEquals(number(state.optimiser["phases/step"]), 7);
    tf.dispose(seen);
    disposeTrainState(state);
    assertEquals(tf.memory().numTensors, before);
  });
}

Deno.test("a step needs a phase that is always due", () => {
  assertThrows(
    () => createPhaseStep({ phases: PAIR.map((phase) => ({ ...phase, every: 2 })) }),
    RangeError,
    "expected one with a turn in every step",
  );
});

Deno.test("phases of one network may share its optimiser", async () => {
  await tf.setBackend(backends[0]);
  const optimiser = adam("a");
  const training = { phases: [{ ...PAIR[0], optimiser }, { ...PAIR[0], optimiser, name: "again" }] };
  const step = createPhaseStep(training);
  const { state } = step(start(training, { a: 1, b: 2 }), {}, seedTensor([1, 2]));
  assertEquals(number(state.optimiser["a/step"]), 2);
  step.dispose();
  disposeTrainState(state);
});

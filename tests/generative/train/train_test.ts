import * as tf from "@tensorflow/tfjs";
import {
  assert,
  assertAlmostEquals,
  assertEquals,
  assertNotEquals,
  assertRejects,
  assertThrows,
} from "@std/assert";
import { RandomStream } from "../../../core/mod.ts";
import { MLP, type NamedTensors, Statistics } from "../../../generative/nn/mod.ts";
import {
  adamW,
  createTrainStep,
  disposeTrainState,
  evaluationParameters,
  initialiseTrainState,
  loadCheckpoint,
  type Model,
  restoreTrainState,
  saveCheckpoint,
  schedules,
  stackBatches,
  startAverage,
  train,
  type TrainEvent,
  type TrainOptions,
  type TrainState,
  withAverage,
} from "../../../generative/train/mod.ts";
import { disposeTree, mapTree, seedTensor } from "../../../generative/runtime/mod.ts";
import { onBackends } from "../support/on_backends.ts";

type Batch = { x: tf.Tensor; y: tf.Tensor };
const mlp = new MLP("net", { inputs: 2, hidden: [8], outputs: 1, activation: "tanh" });

/** Learns `x0 - 2 x1`; the seed takes part, so that a wrong one shows. */
const model: Model<Batch> = {
  parameters: mlp.parameters,
  loss(parameters, { x, y }, seed) {
    const error = tf.mean(tf.square(mlp.apply(parameters, x).sub(y)));
    const nudge = tf.mean(seed.toFloat()).mul(1e-12).mul(tf.mean(tf.square(parameters["net/output/kernel"])));
    return { loss: error.add(nudge), error };
  },
};
const optimiser = adamW({
  learningRate: schedules.cosine({ from: 0.02, to: 0.002, steps: 40 }),
  clipNorm: 1,
});

function batch(_step: number, random: RandomStream): Batch {
  const x = Array.from({ length: 16 }, () => [random.normal(), random.normal()]);
  return { x: tf.tensor2d(x), y: tf.tensor2d(x.map(([a, b]) => [a - 2 * b])) };
}

function options(events: TrainEvent[], state?: TrainState): TrainOptions<Batch> {
  const random = new RandomStream(3);
  return {
    name: "line",
    state: state ?? initialiseTrainState(model, optimiser, random.fork("start")),
    step: createTrainStep(model, optimiser),
    batch,
    steps: 40,
    random: random.fork("steps"),
    logEvery: 5,
    onEvent: (event) => events.push(event),
  };
}

/** The same with a buffer that counts, a statistic that remembers the count before, and an average of all. */
const counting: Model<Batch> = {
  parameters: {
    ...mlp.parameters,
    "seen/mean": { shape: [], initialiser: () => Float32Array.of(0), statistic: true },
  },
  buffers: { turns: { shape: [], initialiser: () => Float32Array.of(0) } },
  loss(parameters, batch, seed) {
    const statistics = new Statistics();
    statistics.update("turns", parameters.turns.add(1));
    statistics.update("seen/mean", parameters.turns.div(20).add(0.05)); // the new count by 20
    return { ...model.loss(parameters, batch, seed), ...statistics.parts };
  },
};

function averaging(events: TrainEvent[]): TrainOptions<Batch> {
  const all = options(events);
  disposeTrainState(all.state);
  const state = initialiseTrainState(counting, optimiser, new RandomStream(3).fork("start"));
  state.average = startAverage(state.parameters);
  return { ...all, state, step: withAverage(createTrainStep(counting, optimiser), { decay: 0.9 }) };
}

const curve = (events: TrainEvent[]) =>
  events.flatMap((event) => event.type === "progress" ? [[event.step, event.losses.loss]] : []);

const numbers = (tensors: NamedTensors) =>
  Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [name, [...tensor.dataSync()]]));

onBackends("train() learns, reports every logEvery steps and gives every tensor back", async () => {
  const before = tf.memory().numTensors;
  const events: TrainEvent[] = [];
  let time = 0;
  const state = await train({ ...options(events), now: () => time += 100 });
  assertEquals(curve(events).map(([step]) => step), [5, 10, 15, 20, 25, 30, 35, 40]);
  assertEquals(events.map(({ type }) => type).filter((type) => type !== "progress"), ["start", "end"]);
  const [first, last] = [curve(events)[0][1], curve(events)[7][1]];
  assert(last < first / 3, `loss ${first} -> ${last}`);
  const progress = events[1] as Extract<TrainEvent, { type: "progress" }>;
  assertEquals(progress.rate, 50);
  assertAlmostEquals(progress.remainingSeconds, 0.7);
  assertAlmostEquals(progress.losses.error, progress.losses.loss, 1e-2);
  assert(progress.losses.gradientNorm > 0 && progress.losses.learningRate < 0.02);
  disposeTrainState(state);
  assertEquals(tf.memory().numTensors, before);
});

onBackends(
  "train() killed and resumed from its checkpoint ends with the numbers of an unbroken run",
  async () => {
    const before = tf.memory().numTensors;
    const folder = await Deno.makeTempDir();
    const whole: TrainEvent[] = [];
    const unbroken = await train(averaging(whole));

    const save = (state: TrainState, step: number) =>
      saveCheckpoint(folder, { tensors: state, data: { step } });
    const first: TrainEvent[] = [];
    await assertRejects(
      () =>
        train({
          ...averaging(first),
          checkpoint: { every: 20, save },
          onEvent(event) { // after the checkpoint at 20: ten steps are lost
            first.push(event);
            if (event.type === "progress" && event.step === 30) throw new Error("killed");
          },
        }),
      Error,
      "killed",
    );
    const { arrays, data } = loadCheckpoint<{ step: number }>(folder);
    const second: TrainEvent[] = [];
    const fresh = averaging(second);
    const state = restoreTrainState(fresh.state, arrays, "line");
    const resumed = await train({ ...fresh, state, startStep: data.step });

    assertEquals(data.step, 20);
    assertEquals(curve(second), curve(whole).filter(([step]) => step > 20));
    assertEquals(Object.keys(resumed), ["parameters", "optimiser", "average", "buffers"]);
    for (const group of ["parameters", "optimiser", "average", "buffers"] as const) {
      assertEquals(numbers(resumed[group]!), numbers(unbroken[group]!), group);
    }
    assertEquals(numbers(resumed.buffers!), { turns: [40] });
    assertAlmostEquals(resumed.parameters["seen/mean"].dataSync()[0], 2, 1e-5);
    assertNotEquals(numbers(evaluationParameters(resumed)), numbers(resumed.parameters));
    disposeTrainState(unbroken);
    disposeTrainState(resumed);
    assertEquals(tf.memory().numTensors, before);
    await Deno.remove(folder, { recursive: true });
  },
);

/** Trains up to a step, where it is stopped in some way, and on from there. */
async function stopped(how: "signal" | "evaluate" | "emit") {
  const saves: number[] = [];
  const evaluations: [from: number, step: number][] = [];
  let kept: TrainState | undefined;
  const controller = new AbortController();
  const reason = new Error("stopped");
  const run = (startStep: number, state?: TrainState) =>
    train({
      ...options([], state),
      startStep,
      signal: controller.signal,
      evaluateEvery: 12,
      evaluate: (_state, step) => {
        if (how === "evaluate" && !controller.signal.aborted) {
          controller.abort(reason);
          throw reason;
        }
        evaluations.push([startStep, step]);
        return { step };
      },
      checkpoint: {
        every: 1000,
        save: (state, step) => {
          saves.push(step);
          kept = mapTree(state, (tensor) => tensor.mul(1)) as TrainState;
        },
      },
      onEvent: (event) => {
        if (how !== "evaluate" && event.type === "progress" && event.step === 10) controller.abort(reason);
        if (how === "emit") controller.signal.throwIfAborted();
      },
    });
  await assertRejects(() => run(0), Error, "stopped");
  const step = saves[0];
  const fresh = await train({
    ...options([], kept),
    startStep: step,
    evaluateEvery: 12,
    evaluate: (_state, at) => {
      evaluations.push([step, at]);
      return { step: at };
    },
  });
  const ended = numbers(fresh.parameters);
  disposeTrainState(fresh);
  return { saves, evaluations, step, ended };
}

onBackends(
  "train() that is stopped by its signal saves the step that it is at, and goes on there",
  async () => {
    const before = tf.memory().numTensors;
    const unbroken = await train(options([]));
    const expected = numbers(unbroken.parameters);
    disposeTrainState(unbroken);
    for (const how of ["signal", "emit"] as const) {
      const { saves, step, ended } = await stopped(how);
      assertEquals([saves, step], [[10], 10]);
      assertEquals(ended, expected);
    }
    assertEquals(tf.memory().numTensors, before);
  },
);

onBackends(
  "train() saves before it evaluates, and evaluates again where it was stopped meanwhile",
  async () => {
    const { saves, evaluations, step } = await stopped("evaluate");
    assertEquals([saves, step], [[12], 12]);
    assertEquals(evaluations, [12, 24, 36, 40].map((at) => [12, at]));
  },
);

onBackends(
  "train() notices a variance that has overflowed: its parameter would never move again, or is NaN natively",
  async () => {
    const before = tf.memory().numTensors;
    const steep: Model<Batch> = {
      ...model,
      loss: (p, b, s) => ({ loss: model.loss(p, b, s).loss.mul(1e25) }),
    };
    const unclipped = adamW({ learningRate: 1e-3 });
    const state = () => initialiseTrainState(steep, unclipped, new RandomStream(3));
    const sentences = tf.getBackend() === "tensorflow"
      ? ["a finite loss at step 40, got loss NaN", 'finite parameters at step 10, got "net/']
      : [40, 10].map((step) => `finite moments of the optimiser at step ${step}, got "adamw/variance/net/`);
    for (const [i, checkpoint] of [undefined, { every: 10, save: () => {} }].entries()) {
      await assertRejects(
        () =>
          train({
            ...options([], state()),
            step: createTrainStep(steep, unclipped),
            logEvery: 1000,
            checkpoint,
          }),
        Error,
        `expected ${sentences[i]}`,
      );
    }
    assertEquals(tf.memory().numTensors, before);
  },
);

onBackends("train() does not believe a number of steps that cannot be", async () => {
  for (const startStep of [-1, 2.5, NaN, 41, "7" as unknown as number]) {
    const before = tf.memory().numTensors;
    await assertRejects(
      () => train({ ...options([]), startStep }),
      RangeError,
      "Cannot go on training line: expected a whole number of steps from 0 to 40 to be done, got",
    );
    assertEquals(tf.memory().numTensors, before);
  }
});

onBackends("train() evaluates and saves when due, and after the last step", async () => {
  const events: TrainEvent[] = [];
  const saved: number[] = [];
  const state = await train({
    ...options(events),
    steps: 25,
    evaluate: (state, step) => ({ weights: Object.keys(state.parameters).length, step }),
    evaluateEvery: 10,
    checkpoint: { every: 10, save: (_state, step) => void saved.push(step) },
  });
  assertEquals(saved, [10, 20, 25]);
  assertEquals(
    events.flatMap((event) => event.type === "evaluate" ? [event.metrics] : []),
    [10, 20, 25].map((step) => ({ weights: 4, step })),
  );
  disposeTrainState(state);
});

onBackends("train() stops at a loss that is not finite and frees everything", async () => {
  const before = tf.memory().numTensors;
  const broken: Model<Batch> = { ...model, loss: (p, b, s) => ({ loss: model.loss(p, b, s).loss.div(0) }) };
  await assertRejects(
    () => train({ ...options([]), step: createTrainStep(broken, optimiser) }),
    Error,
    "Cannot go on training line: expected a finite loss at step 5, got loss NaN",
  );
  assertEquals(tf.memory().numTensors, before);
});

onBackends("train() saves no state that is not finite, and names the tensor", async () => {
  const saved: number[] = [];
  const broken = adamW({
    learningRate: (step) => step.greater(4).toFloat().mul(3e38).mul(10).add(0.01) as tf.Scalar,
  });
  await assertRejects(
    () =>
      train({
        ...options([]),
        step: createTrainStep(model, broken),
        logEvery: 1000,
        checkpoint: { every: 3, save: (_, step) => void saved.push(step) },
      }),
    Error,
    'expected finite parameters at step 6, got "',
  );
  assertEquals(saved, [3]);
});

onBackends("a training's numbers are those of its step alone, without train() and not in place", async () => {
  const start = options([]);
  let state = initialiseTrainState(model, optimiser, new RandomStream(3).fork("start"));
  for (let step = 0; step < 5; step++) {
    const random = start.random.fork(step);
    const inputs = [batch(step, random.fork("batch")), seedTensor(random.fork("seed").seedPair())] as const;
    const next = start.step(state, ...inputs);
    disposeTree([state, ...inputs, next.losses]);
    state = next.state;
  }
  const trained = await train({ ...start, steps: 5 });
  assertEquals(numbers(trained.parameters), numbers(state.parameters));
  assertEquals(numbers(trained.optimiser), numbers(state.optimiser));
  disposeTrainState(trained);
  disposeTrainState(state);
});

onBackends("createTrainStep() leaves parameters alone that are not trainable", async () => {
  const step = createTrainStep(model, optimiser, { trainable: (name) => name.startsWith("net/output") });
  const start = options([]);
  const old = numbers(start.state.parameters);
  const state = await train({ ...start, step, steps: 3 });
  const fresh = numbers(state.parameters);
  assertEquals(fresh["net/hidden1/kernel"], old["net/hidden1/kernel"]);
  assert(fresh["net/output/kernel"][0] !== old["net/output/kernel"][0]);
  disposeTrainState(state);
});

onBackends("mini-batches that are accumulated teach what the batch of all of them does", async () => {
  const before = tf.memory().numTensors;
  const start = options([]);
  const seed = seedTensor([1, 2]);
  const whole = batch(0, new RandomStream(5));
  const parts = tf.tidy(() => {
    const [x, y] = [tf.split(whole.x, 4), tf.split(whole.y, 4)];
    return stackBatches(x.map((part, i) => ({ x: part, y: y[i] }))) as Batch;
  });
  const still: Model<Batch> = { ...model, loss: (p, b) => model.loss(p, b, tf.zeros([2], "int32")) };
  const steps = [1, 4].map((accumulate) => createTrainStep(still, optimiser, { accumulate }));
  const [one, four] = [
    await steps[0].run(start.state, whole, seed),
    await steps[1].run(start.state, parts, seed),
  ];
  const compare = (actual: NamedTensors, expected: NamedTensors) => {
    assertEquals(Object.keys(actual).sort(), Object.keys(expected).sort());
    for (const [name, values] of Object.entries(numbers(actual))) {
      numbers(expected)[name].forEach((value, i) => assertAlmostEquals(values[i], value, 1e-5, name));
    }
  };
  compare(four.state.parameters, one.state.parameters);
  compare(four.losses, one.losses);
  disposeTree([start.state, seed, whole, parts, one, four]);
  for (const step of steps) step.dispose();
  assertEquals(tf.memory().numTensors, before);
});

onBackends("buffers and statistics pass from each accumulated mini-batch to the next", async () => {
  const state = initialiseTrainState(counting, optimiser, new RandomStream(1));
  const parts = stackBatches([1, 2, 3].map((i) => batch(0, new RandomStream(i)))) as Batch;
  const step = createTrainStep(counting, optimiser, { accumulate: 3 });
  const next = await step.runInPlace(state, parts, seedTensor([1, 2]));
  assertEquals(next.state.buffers!.turns.dataSync()[0], 3);
  assertAlmostEquals(next.state.parameters["seen/mean"].dataSync()[0], 0.15, 1e-6);
  step.dispose();
});

onBackends("train() ends after an evaluation that is enough", async () => {
  const events: TrainEvent[] = [];
  const all = { evaluateEvery: 10, evaluate: (_: TrainState, step: number) => ({ step }) };
  let last = 0;
  const state = await train({
    ...options(events),
    ...all,
    evaluate: (_, step) => ({ step: last = step }),
    enough: () => last === 20,
  });
  assertEquals(events.at(-1), { type: "end", name: "line", step: 20, seconds: 0 });
  const again = await train({ ...options([], state), ...all, startStep: 20, enough: () => true });
  assert(again === state, "it ends where it had ended");
  disposeTrainState(again);
});

Deno.test("createTrainStep() and initialiseTrainState() refuse what makes no sense", () => {
  assertThrows(
    () => createTrainStep(model, optimiser, { accumulate: 0 }),
    RangeError,
    "expected accumulate of 1 or more, got 0",
  );
  const twice = { ...model, buffers: mlp.parameters };
  assertThrows(() => initialiseTrainState(twice, optimiser, new RandomStream(1)), TypeError, "net/");
});

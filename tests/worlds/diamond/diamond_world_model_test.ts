import * as tf from "@tensorflow/tfjs";
import { assert, assertAlmostEquals, assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import { RandomStream } from "../../../core/random_stream.ts";
import { Box } from "../../../envs/spaces.ts";
import { initialiseParameters, type NamedTensors } from "../../../generative/nn/parameters.ts";
import { seedTensor, startBackend } from "../../../generative/runtime/mod.ts";
import { Denoiser } from "../../../worlds/diamond/denoiser.ts";
import { DiamondWorldModel } from "../../../worlds/diamond/diamond_world_model.ts";
import { OutcomeModel } from "../../../worlds/diamond/outcome_model.ts";
import type { Rollout } from "../../../worlds/experience.ts";
import { seededNoise } from "../../../worlds/noise.ts";
import type { WorldState } from "../../../worlds/world_model.ts";
import { checkGradients } from "../gradient_check.ts";

await startBackend();

const SHAPE = { size: 16, actionSize: 1 };
const PAST = 3;
const denoiser = new Denoiser({ ...SHAPE, past: PAST, channels: 4, turns: 2 });
const outcomes = new OutcomeModel({ ...SHAPE, codeSize: 5, units: 6, hiddenUnits: 4, endWeight: 3 });
const model = new DiamondWorldModel(denoiser, outcomes, new Box(-1, 1, { shape: [1] }));
const random = new RandomStream(3);
const numbers = (...shape: number[]) =>
  tf.tensor(Float32Array.from({ length: shape.reduce((a, b) => a * b) }, () => random.normal()), shape);
const parameters = initialiseParameters(model.parameters, new RandomStream(5));
for (
  const name of Object.keys(parameters).filter((name) => /(conv2|last|reward.output).kernel$/.test(name))
) {
  parameters[name] = numbers(...parameters[name].shape).mul(0.1); // they begin as zeros
}

const [STREAMS, DECISIONS, BEGINS] = [2, 10, 5];
const LENGTH = 64 * 64 * 3;
const rollout: Rollout = {
  streams: STREAMS,
  decisions: DECISIONS,
  actionSize: 1,
  actions: Float32Array.from({ length: STREAMS * DECISIONS }, () => random.uniform(-1, 1)),
  rewards: new Float32Array(STREAMS * DECISIONS),
  dones: new Float32Array(STREAMS * DECISIONS),
  resets: Float32Array.from(
    { length: STREAMS * DECISIONS },
    (_, i) => i < STREAMS || i === BEGINS * STREAMS + 1 ? 1 : 0,
  ),
  costs: new Float32Array(STREAMS * DECISIONS),
  seeds: new Int32Array(STREAMS * DECISIONS),
  frames: Uint8Array.from({ length: STREAMS * DECISIONS * LENGTH }, () => random.integer(0, 256)),
};

const close = (one: tf.Tensor, other: tf.Tensor, tolerance = 1e-4) => {
  assertEquals(one.shape, other.shape);
  const expected = other.dataSync();
  one.dataSync().forEach((value, i) => assertAlmostEquals(value, expected[i], tolerance));
};
const rowOf = (tree: NamedTensors, row: number) =>
  Object.fromEntries(Object.entries(tree).map(([name, x]) => [name, x.slice(row, 1)]));

/** The states of both streams before each decision, as an agent awake has them. */
function followed(): WorldState[] {
  const states: WorldState[] = [];
  let state: WorldState = model.initial(STREAMS);
  const at = (t: number, source: Float32Array) => source.slice(t * STREAMS, (t + 1) * STREAMS);
  for (let t = 0; t < DECISIONS; t++) {
    const size = STREAMS * LENGTH;
    state = model.observe(parameters, state, {
      frames: tf.tensor(rollout.frames!.slice(t * size, (t + 1) * size), [STREAMS, 64, 64, 3], "int32"),
      action: tf.tensor(at(Math.max(0, t - 1), rollout.actions), [STREAMS, 1]),
      reward: tf.zeros([STREAMS]),
      first: tf.tensor1d(at(t, rollout.resets)),
    });
    states.push(state);
  }
  return states;
}

Deno.test("a dream in the midst of an episode begins where an agent awake would stand, at its beginning and across resets as well", async () => {
  const states = followed();
  rollout.encodings = await model.encode(parameters, rollout.frames!);
  rollout.states = await model.unroll(parameters, rollout);
  for (const [t, n] of [[0, 0], [1, 1], [4, 1], [BEGINS, 1], [BEGINS + 1, 1], [BEGINS + 1, 0], [9, 1]]) {
    const start = model.startsAt(parameters, [{ rollout, t, n }]);
    for (const [name, tensor] of Object.entries(rowOf(states[t], n))) {
      close((start as NamedTensors)[name], tensor);
    }
  }
  const first = model.firstStarts(parameters, [{ rollout, t: BEGINS, n: 1 }]);
  for (const [name, tensor] of Object.entries(rowOf(states[BEGINS], 1))) {
    close((first as NamedTensors)[name], tensor);
  }
  const { frames } = states[BEGINS];
  const older = frames.slice([1, 0, 0, 0], [1, 16, 16, 3 * (PAST - 1)]);
  assertEquals(older.abs().max().dataSync()[0], 0);
});

Deno.test("what is foreseen is what the denoiser samples of the state's frames and actions, and becomes the newest frame", () => {
  const state = followed()[7];
  const action = tf.tensor2d([[0.5], [-1]]);
  const noise = seededNoise(model.noise.imagine, seedTensor([1, 1]), { rows: 2 });
  const next = model.imagine(parameters, state, action, noise).state;
  const frame = denoiser.sample(parameters, {
    frames: state.frames,
    actions: state.actions.concat(action, 1),
  }, noise.frame);
  close(next.frames, state.frames.slice([0, 0, 0, 3], [-1, -1, -1, -1]).concat(frame, 3));
  close(next.actions, state.actions.slice([0, 1], [-1, -1]).concat(action, 1));
  close(next.code, outcomes.code(parameters, frame));
  close(next.hidden, outcomes.advance(parameters, { hidden: state.hidden, code: state.code }, action));
  const picture = model.picture(parameters, next);
  assertEquals(picture.shape, [2, 64, 64, 3]);
  const corner = picture.slice([0, 0, 0, 0], [2, 1, 1, 3]).reshape([2, 3]);
  close(corner, frame.slice([0, 0, 0, 0], [2, 1, 1, 3]).reshape([2, 3]).add(1).div(2));
});

Deno.test("noise given, result given; at temperature 0 of any noise", () => {
  const state = followed()[3];
  const action = tf.tensor2d([[0.5], [-1]]);
  const step = (seed: number, temperature: number) => {
    const noise = seededNoise(model.noise.imagine, seedTensor([seed, 1]), { rows: 2 });
    return model.imagine(parameters, state, action, noise, { temperature }).state.frames.dataSync();
  };
  assertEquals(step(1, 1), step(1, 1));
  assertNotEquals(step(1, 1), step(2, 1));
  assertEquals(step(1, 0), step(2, 0));
});

Deno.test("the gradient of a dream's return by its first action agrees with finite differences", () => {
  const noise = (t: number) => seededNoise(model.noise.imagine, seedTensor([t, 9]), { rows: 1 });
  const dream = (action: tf.Tensor) => {
    let state: WorldState = rowOf(followed()[7], 0);
    const rewards: tf.Tensor[] = [];
    for (let t = 0; t < 3; t++) {
      const next = model.imagine(parameters, state, t === 0 ? action : tf.tensor2d([[0.3]]), noise(t));
      rewards.push(next.reward);
      state = next.state;
    }
    return tf.addN(rewards).sum().mul(1000) as tf.Scalar;
  };
  const [at, length] = [0.2, 0.01];
  const slope = tf.grad(dream)(tf.tensor2d([[at]])).dataSync()[0];
  const [above, below] = [at + length, at - length].map((x) => dream(tf.tensor2d([[x]])).dataSync()[0]);
  assert(Math.abs(slope) > 0.1, `${slope}`);
  assertAlmostEquals(slope, (above - below) / (2 * length), 0.03 * Math.abs(slope));
});

Deno.test("the loss of rewards and ends is the sum of its parts, agrees with finite differences and begins anew with an episode", () => {
  const [time, count] = [4, 2];
  const batch = {
    seen: numbers(time, count, 64, 64, 3).mul(0.2).add(0.5).clipByValue(0, 1),
    actions: numbers(time, count, 1),
    rewards: numbers(time, count),
    costs: tf.zeros([time, count]),
    dones: tf.tensor2d([[0, 0], [1, 0], [0, 0], [0, 0]]),
    resets: tf.tensor2d([[1, 0], [0, 0], [1, 0], [0, 0]]),
  };
  const own = Object.fromEntries(Object.keys(outcomes.parameters).map((name) => [name, parameters[name]]));
  const { loss, reward, cost, done, sketch } = outcomes.loss(own, batch);
  close(loss, tf.addN([reward, cost, done, sketch]));
  checkGradients((p) => outcomes.loss(p, batch), own);
  // Rewards before the reset of the first row do not depend on what comes after it, nor the other way round.
  const late = tf.tensor2d([[0, 0], [0, 0], [1, 0], [1, 0]]);
  const losses = (actions: tf.Tensor) => {
    const outputs = outcomes.loss(own, { ...batch, actions });
    return [outputs.reward.dataSync()[0], outputs.done.dataSync()[0]];
  };
  const early = tf.sub(1, late).mul(tf.tensor2d([[1, 0]]));
  const [none, one, other, both] = [tf.zeros([4, 2]), late, early, late.add(early)]
    .map((change) => losses(batch.actions.add(change.expandDims(2))));
  none.forEach((value, i) => {
    assert(Math.abs(one[i] - value) > 1e-5 && Math.abs(other[i] - value) > 1e-5);
    assertAlmostEquals(both[i] - value, one[i] - value + other[i] - value, 1e-5);
  });
});

Deno.test("it refuses parts that compute with frames or actions of two sizes", () => {
  const make = (size: number, actionSize: number) => () =>
    new DiamondWorldModel(
      new Denoiser({ ...denoiser.config, size, actionSize }),
      outcomes,
      new Box(-1, 1, { shape: [1] }),
    );
  assertThrows(make(32, 1), RangeError, "expected frames of one size, got sides of 32 and 16");
  assertThrows(make(16, 2), RangeError, "expected actions of 1 numbers, got 2 and 1");
});

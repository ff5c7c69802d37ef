import * as tf from "@tensorflow/tfjs";
import { assertAlmostEquals, assertEquals, assertRejects } from "../support/assert.ts";
import { RandomStream } from "../../core/random_stream.ts";
import { Box } from "../../envs/spaces.ts";
import { closeness, foresee, realCourse, type Rollout, type WorldModel } from "../../worlds/mod.ts";

/** Of one pixel that is as bright as the sum of all actions; each earns itself. */
function walk(streams: number, decisions: number): Rollout {
  const random = new RandomStream(4);
  const places = streams * decisions;
  const actions = Float32Array.from({ length: places }, () => random.integer(0, 4));
  const frames = new Uint8Array(places * 3);
  const sums = new Float32Array(streams);
  actions.forEach((action, i) => {
    frames[3 * i] = sums[i % streams];
    sums[i % streams] += action;
  });
  return {
    streams,
    decisions,
    actionSize: 1,
    actions,
    rewards: actions,
    dones: new Float32Array(places),
    resets: Float32Array.from({ length: places }, (_, i) => i < streams ? 1 : 0),
    seeds: new Int32Array(places),
    costs: new Float32Array(places),
    frames,
  };
}

/** A world that adds a share of each action to the pixel that it saw last. */
function adder(share: number): WorldModel {
  return {
    parameters: {},
    frames: [1, 1, 3],
    actions: new Box(0, 4, { shape: [1] }),
    featureSize: 1,
    context: 0,
    noise: { observe: {}, imagine: { unused: { size: 1, kind: "normal" } } },
    initial: (batch) => ({ sum: tf.zeros([batch, 1]) }),
    observe: (_, __, { frames }) => ({
      sum: frames.toFloat().slice([0, 0, 0, 0], [-1, 1, 1, 1]).reshape([-1, 1]),
    }),
    imagine: (_, { sum }, action) => ({
      state: { sum: sum.add(action.mul(share)) },
      reward: action.mul(share).squeeze([1]),
      doneLogit: action.squeeze<tf.Tensor1D>([1]),
      measures: {},
    }),
    features: (_, { sum }) => sum,
    picture: (_, { sum }) =>
      sum.reshape([-1, 1, 1, 1]).pad([[0, 0], [0, 0], [0, 0], [0, 2]]).div(255) as tf.Tensor4D,
  };
}

const [starts, decisions, streams] = [[3, 8], 5, 4];
const sizes = { starts: starts.length, decisions, streams };
const options = () => ({ starts, decisions, random: new RandomStream(1) });

Deno.test("a world that knows the rules foresees what comes, from each start", async () => {
  const rollout = walk(streams, 20);
  const real = realCourse(rollout, { starts, decisions });
  const foreseen = await foresee(adder(1), {}, rollout, options());
  assertEquals(foreseen, real);
  for (const ahead of [1, 3, 5]) {
    const { psnr, returnCorrelation } = closeness(foreseen, real, ahead, sizes);
    assertEquals(psnr, Infinity);
    assertAlmostEquals(returnCorrelation, 1, 1e-12);
  }
});

Deno.test("a world that lets everything stand is wrong by the sum of the actions since it looked", async () => {
  const rollout = walk(streams, 20);
  const real = realCourse(rollout, { starts, decisions });
  const foreseen = await foresee(adder(0), {}, rollout, options());
  for (const ahead of [1, 4]) {
    let squares = 0;
    for (const start of starts) {
      for (let n = 0; n < streams; n++) {
        let sum = 0;
        for (let t = start; t < start + ahead; t++) sum += rollout.actions[t * streams + n];
        squares += sum ** 2;
      }
    }
    const { psnr, returnCorrelation } = closeness(foreseen, real, ahead, sizes);
    assertAlmostEquals(psnr, 10 * Math.log10(255 ** 2 / (squares / (starts.length * streams * 3))), 1e-9);
    assertEquals(returnCorrelation, NaN); // it promises nothing, ever
  }
});

Deno.test("a rollout that is too short or has an end in it cannot be foreseen", async () => {
  await assertRejects(
    () => foresee(adder(1), {}, walk(streams, 13), options()),
    RangeError,
    "Cannot foresee 5 decisions from decision 8 on: expected a rollout of more than 13, got 13",
  );
  const rollout = walk(streams, 20);
  rollout.resets[9 * streams] = 1;
  await assertRejects(
    () => foresee(adder(1), {}, rollout, options()),
    RangeError,
    "expected episodes as long as it, got one that begins within it",
  );
});

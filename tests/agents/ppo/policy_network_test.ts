import * as tf from "@tensorflow/tfjs";
import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { Beta } from "../../../agents/distributions/beta.ts";
import { Categorical } from "../../../agents/distributions/categorical.ts";
import { Gaussian } from "../../../agents/distributions/gaussian.ts";
import { PPO_FIELDS } from "../../../agents/ppo/fields.ts";
import { type Minibatch, PolicyNetwork } from "../../../agents/ppo/policy_network.ts";
import { RandomStream } from "../../../core/random_stream.ts";
import { Box, Discrete } from "../../../envs/mod.ts";
import { countParameters, disposeTensors, initialiseParameters } from "../../../generative/nn/mod.ts";
import { backends, checkGradients } from "../../generative/support/finite_differences.ts";

const { defaults } = PPO_FIELDS;

/** Four decisions on three numbers each, the last three of them a minibatch. */
function minibatch(choices: number[][]): Minibatch {
  return {
    observations: tf.tensor2d(Array.from({ length: 12 }, (_, i) => Math.sin(1 + 3 * i)), [4, 3]),
    choices: tf.tensor2d(choices),
    logProbability: tf.tensor1d([-1, -1.3, -0.7, -1.1]),
    advantages: tf.tensor1d([5, 1, -2, 0.5]),
    returns: tf.tensor1d([9, 0.3, -1, 0.8]),
    firsts: tf.tensor1d([1, 0, 0, 0]),
    indices: tf.tensor1d([1, 2, 3], "int32"),
  };
}

const CASES = {
  Categorical: { distribution: new Categorical(new Discrete(3)), choices: [[0], [2], [1], [0]] },
  Gaussian: {
    distribution: new Gaussian(new Box(-1, 1, { shape: [2] }), { deviation: 0.7 }),
    choices: [[0, 1], [0.5, -0.2], [-1.5, 0.4], [0.1, 0.9]],
  },
  Beta: {
    distribution: new Beta(new Box(-1, 1, { shape: [1] })),
    choices: [[0.5], [0.2], [0.9], [0.4]],
  },
};

for (const backend of backends) {
  for (const [name, { distribution, choices }] of Object.entries(CASES)) {
    Deno.test(`${backend}: the loss with a ${name} has the gradient of finite differences`, async () => {
      await tf.setBackend(backend);
      const options = { ...defaults, units: [4], shape: [3], distribution, clipRange: 10 };
      const network = new PolicyNetwork(options);
      const parameters = initialiseParameters(network.parameters, new RandomStream(3));
      const batch = minibatch(choices);
      checkGradients((tensors) => network.loss(tensors, batch).loss, parameters);
      disposeTensors(parameters);
      disposeTensors(batch);
      await tf.setBackend(backends[0]);
    });
  }
}

Deno.test("a decision that has moved beyond the range is rewarded no more, but may come back", () => {
  tf.tidy(() => {
    const { distribution } = CASES.Categorical;
    const options = { ...defaults, units: [4], shape: [3], distribution, valueWeight: 0, entropyWeight: 0 };
    const network = new PolicyNetwork(options);
    const parameters = initialiseParameters(network.parameters, new RandomStream(3));
    const batch = minibatch(CASES.Categorical.choices);
    const { logProbability } = network.judge(parameters, batch);
    const gradientAfter = (shift: number[]) => {
      const moved = { ...batch, logProbability: logProbability.sub(tf.tensor1d([0, ...shift])) };
      const kernel = "policy/output/bias";
      const slope = tf.grad((bias) => network.loss({ ...parameters, [kernel]: bias }, moved).loss)(
        parameters[kernel],
      );
      return slope.abs().sum().dataSync()[0];
    };
    // Of the minibatch's advantages the first is above the mean, the second below, the third above.
    assert(gradientAfter([0, 0, 0]) > 1e-3);
    assertAlmostEquals(
      gradientAfter([1, -1, 1]),
      0,
      1e-7,
      "all have moved as they should, by more than 20 %",
    );
    assert(gradientAfter([-1, 1, -1]) > 1e-3, "all have moved the wrong way");
    const { divergence, clipped } = network.loss(parameters, { ...batch, logProbability });
    assertAlmostEquals(divergence.dataSync()[0], 0, 1e-6);
    assertEquals(clipped.dataSync()[0], 0);
  });
});

Deno.test("parameters are those of two perceptrons on numbers, and of one pair of eyes on pictures", () => {
  const { distribution } = CASES.Categorical;
  const numbers = new PolicyNetwork({
    ...defaults,
    shape: [4],
    distribution: new Categorical(new Discrete(2)),
  });
  const body = 4 * 64 + 64 + 64 * 64 + 64;
  assertEquals(countParameters(numbers.parameters), 2 * body + 64 * 2 + 2 + 64 + 1);
  const pictures = new PolicyNetwork({ ...defaults, shape: [64, 64, 4], distribution });
  const eyes = [[4, 16], [16, 32], [32, 64], [64, 128]].reduce((sum, [a, b]) => sum + 16 * a * b + b, 0);
  assertEquals(countParameters(pictures.parameters), eyes + 512 * 256 + 256 + 256 * 3 + 3 + 256 + 1);
  const small = new PolicyNetwork({ ...defaults, shape: [8, 8, 3], distribution });
  assertEquals(
    Object.keys(small.parameters).filter((name) => name.startsWith("eyes/conv")).length,
    2,
    "one fits",
  );
});

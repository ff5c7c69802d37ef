import * as tf from "@tensorflow/tfjs";
import { assertAlmostEquals, assertEquals } from "@std/assert";
import { seedTensor, startBackend } from "../../../generative/runtime/mod.ts";
import {
  type Mixture,
  mixtureLogProbability,
  type MixtureNoise,
  readMixture,
  sampleMixture,
} from "../../../worlds/mdn_rnn/mixture.ts";
import { seededNoise } from "../../../worlds/noise.ts";

await startBackend();

/** The same two-component mixture in each of `count` rows, one dimension. */
function twoComponents(count: number): Mixture {
  const rows = (values: number[]) => tf.tensor3d(values, [1, 2, 1]).tile([count, 1, 1]) as tf.Tensor3D;
  return {
    logits: rows([Math.log(3), 0]), // weights 0.75 and 0.25
    means: rows([-1, 2]),
    logSigmas: rows([Math.log(0.5), Math.log(1.5)]),
  };
}

/** Noise for a draw of `[count, 1]`. */
function noiseOf(count: number): MixtureNoise {
  const spec = (kind: "uniform" | "normal") => ({ size: 1, kind });
  const specs = { choice: spec("uniform"), value: spec("normal") };
  return seededNoise(specs, seedTensor([1, 2]), { rows: count }) as MixtureNoise;
}

const normalDensity = (x: number, mean: number, sigma: number) =>
  Math.exp(-0.5 * ((x - mean) / sigma) ** 2) / (sigma * Math.sqrt(2 * Math.PI));

Deno.test("the mixture's density has its closed form and integrates to one", () => {
  tf.tidy(() => {
    const xs = Array.from({ length: 2001 }, (_, i) => -10 + i * 0.01);
    const logs = mixtureLogProbability(twoComponents(xs.length), tf.tensor2d(xs, [xs.length, 1])).dataSync();
    let integral = 0;
    for (const [i, x] of xs.entries()) {
      const density = 0.75 * normalDensity(x, -1, 0.5) + 0.25 * normalDensity(x, 2, 1.5);
      assertAlmostEquals(Math.exp(logs[i]), density, 1e-5);
      integral += Math.exp(logs[i]) * 0.01;
    }
    assertAlmostEquals(integral, 1, 1e-4);
  });
});

Deno.test("a mixture of one is a Gaussian, whatever its logit", () => {
  tf.tidy(() => {
    const mixture = readMixture(tf.tensor2d([[7, -7, 1, 2, 0, Math.log(2)]]), { components: 1, size: 2 });
    const logs = mixtureLogProbability(mixture, tf.tensor2d([[0.5, 5]])).dataSync();
    assertAlmostEquals(Math.exp(logs[0]), normalDensity(0.5, 1, 1), 1e-6);
    assertAlmostEquals(Math.exp(logs[1]), normalDensity(5, 2, 2), 1e-6);
  });
});

Deno.test("log sigmas stay inside their range", () => {
  tf.tidy(() => {
    const options = { components: 1, size: 3, logSigmaRange: [-4, 2] as const };
    const output = tf.tensor2d([[0, 0, 0, 0, 0, 0, -50, 0, 50]]);
    const values = Array.from(readMixture(output, options).logSigmas.dataSync());
    [-4, -1, 2].forEach((wanted, i) => assertAlmostEquals(values[i], wanted, 1e-5));
  });
});

for (const temperature of [0.5, 1, 1.5]) {
  Deno.test(`samples at temperature ${temperature} have the moments of the tempered mixture`, () => {
    tf.tidy(() => {
      const count = 100_000;
      const noise = noiseOf(count);
      const { mean, variance } = tf.moments(sampleMixture(twoComponents(count), noise, temperature));
      const [a, b] = [3 ** (1 / temperature), 1];
      const first = a / (a + b);
      const wanted = -first + 2 * (1 - first);
      const second = first * (1 + 0.25 * temperature) + (1 - first) * (4 + 2.25 * temperature);
      assertAlmostEquals(mean.dataSync()[0], wanted, 0.03);
      assertAlmostEquals(variance.dataSync()[0], second - wanted ** 2, 0.06);
    });
  });
}

Deno.test("temperature 0 gives the mean of the likeliest component", () => {
  tf.tidy(() => {
    const samples = sampleMixture(twoComponents(50), noiseOf(50), 0);
    assertEquals(Array.from(samples.dataSync()), new Array(50).fill(-1));
  });
});

Deno.test("a temperature that is a tensor samples as the number does", () => {
  tf.tidy(() => {
    const noise = noiseOf(200);
    for (const temperature of [0, 0.3, 1, 1.7]) {
      const wanted = sampleMixture(twoComponents(200), noise, temperature).dataSync();
      const samples = sampleMixture(twoComponents(200), noise, tf.scalar(temperature)).dataSync();
      samples.forEach((sample, i) => assertAlmostEquals(sample, wanted[i], 1e-5));
    }
  });
});

Deno.test("a sample's gradient is that of its component: 1 for the mean, noise x sigma for log sigma, 0 for the choice", () => {
  tf.tidy(() => {
    const { logits, means, logSigmas } = twoComponents(2);
    const noise = { choice: tf.tensor2d([[0.1], [0.9]]), value: tf.tensor2d([[0.5], [-2]]) };
    const [dLogits, dMeans, dLogSigmas] = tf.grads((...inputs: tf.Tensor[]) => {
      const [logits, means, logSigmas] = inputs as tf.Tensor3D[];
      return sampleMixture({ logits, means, logSigmas }, noise).sum();
    })([logits, means, logSigmas]);
    assertEquals(Array.from(dLogits.dataSync()), [0, 0, 0, 0]);
    assertEquals(Array.from(dMeans.dataSync()), [1, 0, 0, 1]);
    const wanted = [0.5 * 0.5, 0, 0, -2 * 1.5];
    dLogSigmas.dataSync().forEach((value, i) => assertAlmostEquals(value, wanted[i], 1e-5));
  });
});

Deno.test("the choice is made even where rounding lets no component be reached", () => {
  tf.tidy(() => {
    const noise = { choice: tf.fill([4, 1], 1), value: tf.zeros([4, 1]) };
    assertEquals(Array.from(sampleMixture(twoComponents(4), noise).dataSync()), [2, 2, 2, 2]);
  });
});

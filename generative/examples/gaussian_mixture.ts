/**
 * A model of one's own: `deno task train gaussian-mixture --module generative/examples/gaussian_mixture.ts`.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import { count, field, fields } from "../../core/mod.ts";
import type { PointData } from "../data/mod.ts";
import { commonFields, modelFields, type ModelKind, sampler } from "../models/mod.ts";
import { initialisers, type NamedTensors } from "../nn/mod.ts";
import { categorical, foldSeed, normal, seedTensor } from "../runtime/mod.ts";
import { adamW, createTrainStep, initialiseTrainState, type Model } from "../train/mod.ts";

/** The density of points x `[B, 2]`: the sum over k of softmax(logits)_k N(x; mean_k, deviation_k^2 I). */
class GaussianMixture implements Model {
  readonly parameters;

  constructor(components: number) {
    this.parameters = {
      means: { shape: [components, 2], initialiser: initialisers.normal(1) },
      logDeviations: { shape: [components], initialiser: initialisers.constant(-1) },
      logits: { shape: [components], initialiser: initialisers.zeros },
    };
  }

  /** The mean negative log density. */
  loss(parameters: NamedTensors, { points }: NamedTensors): { loss: tf.Tensor } {
    return { loss: this.logDensity(parameters, points).mean().neg() };
  }

  /** The log density of each point, `[B]`. */
  logDensity({ means, logDeviations, logits }: NamedTensors, points: tf.Tensor): tf.Tensor {
    const distances = points.expandDims(1).sub(means).div(logDeviations.exp().expandDims(1)).square().sum(2);
    const logDensities = distances.mul(-0.5).sub(logDeviations.mul(2)).sub(Math.log(2 * Math.PI));
    return logits.logSoftmax().add(logDensities).logSumExp(1);
  }

  /** New points, `[count, 2]`. */
  sample({ means, logDeviations, logits }: NamedTensors, count: number, seed: tf.Tensor): tf.Tensor {
    const chosen = categorical(logits.expandDims(0).tile([count, 1]), foldSeed(seed, 0));
    const noise = normal([count, 2], foldSeed(seed, 1)).mul(logDeviations.exp().gather(chosen).expandDims(1));
    return means.gather(chosen).add(noise);
  }
}

const FIELDS = fields({
  ...commonFields({ model: "gaussian-mixture", data: "moons", examples: 5000, epochs: 10, batchSize: 100 }),
  components: field(count(), "Gaussians in the mixture.", 16),
  learningRate: modelFields.learningRate(0.02),
});
const standard = FIELDS.defaults;

const GAUSSIAN_MIXTURE: ModelKind<typeof standard> = {
  name: "gaussian-mixture",
  title: "Mixture of Gaussians",
  family: "first steps",
  chapter: 1,
  paper: "Pearson 1894, Contributions to the Mathematical Theory of Evolution",
  fields: FIELDS,
  presets: { default: standard, book: standard, smoke: { ...standard, examples: 200, epochs: 1 } },
  create({ components, learningRate }, data) {
    if (data.kind !== "points") throw new TypeError(`Cannot train on "${data.name}": expected points`);
    const mixture = new GaussianMixture(components);
    const optimiser = adamW({ learningRate });
    return {
      parameters: mixture.parameters,
      begin: (_data, random) => initialiseTrainState(mixture, optimiser, random),
      createStep: () => createTrainStep(mixture, optimiser),
      batch(data, { indices }) {
        const { points } = data as PointData;
        return { points: tf.tensor2d(Array.from(indices, (i) => [points[2 * i], points[2 * i + 1]])) };
      },
      measure: (parameters, batch) => mixture.loss(parameters, batch),
      ...sampler(fields({}), async (parameters, { count, random }) => {
        const points = tf.tidy(() => mixture.sample(parameters, count, seedTensor(random.seedPair())));
        const values = await points.data();
        points.dispose();
        return { kind: "points", points: Float32Array.from(values) };
      }),
      epochSamples: 500,
      plane: { logDensity: (parameters, points) => mixture.logDensity(parameters, points) },
    };
  },
};

export default GAUSSIAN_MIXTURE;

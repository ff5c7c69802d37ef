/**
 * A model of one's own: `deno task train gaussian-mixture --module generative/examples/gaussian_mixture.ts`.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import { count, field, fields } from "../../core/mod.ts";
import type { PointData } from "../data/mod.ts";
import { commonFields, modelFields, type ModelKind, sampler, samplingFields } from "../models/mod.ts";
import { initialisers, type NamedTensors } from "../nn/mod.ts";
import { adamW, createTrainStep, initialiseTrainState, type Model } from "../train/mod.ts";

/** The density of points x `[B, 2]`: the sum over k of softmax(w)_k N(x; m_k, s_k^2 I). */
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
  loss({ means, logDeviations, logits }: NamedTensors, { points }: NamedTensors): { loss: tf.Tensor } {
    const distances = points.expandDims(1).sub(means).div(logDeviations.exp().expandDims(1)).square().sum(2);
    const logNormals = distances.mul(-0.5).sub(logDeviations.mul(2)).sub(Math.log(2 * Math.PI));
    return { loss: tf.logSumExp(tf.logSoftmax(logits).add(logNormals), 1).mean().neg() };
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
  notes: {
    see: "The samples follow both half circles: the Gaussians line up along them like beads.",
    wrong: "With few Gaussians some lie between the half circles, where there is no data.",
    tune: "More components follow finer shapes; the held-out loss tells when they are too many.",
  },
  fields: FIELDS,
  presets: { default: standard, book: standard, smoke: { ...standard, examples: 200, epochs: 1 } },
  create({ components, learningRate }, data) {
    if (data.kind !== "points" || data.dimensions !== 2) {
      throw new TypeError(`Cannot train gaussian-mixture on "${data.name}": expected points in the plane`);
    }
    const mixture = new GaussianMixture(components);
    const optimiser = adamW({ learningRate });
    const temperature = samplingFields.temperature("Multiplies the deviation of every Gaussian.");
    return {
      parameters: mixture.parameters,
      begin: (_data, random) => initialiseTrainState(mixture, optimiser, random),
      createStep: () => createTrainStep(mixture, optimiser),
      batch(data, { indices }) {
        const { points } = data as PointData;
        return { points: tf.tensor2d(Array.from(indices, (i) => [points[2 * i], points[2 * i + 1]])) };
      },
      measure: (parameters, batch) => mixture.loss(parameters, batch),
      ...sampler(fields({ temperature }), async (parameters, { count, random, options }) => {
        const read = (name: string) => parameters[name].data();
        const [means, deviations, logits] = await Promise.all(["means", "logDeviations", "logits"].map(read));
        const weights = Array.from(logits, Math.exp);
        const total = weights.reduce((sum, weight) => sum + weight, 0);
        const points = Array.from({ length: count }, () => {
          let [k, rest] = [0, random.uniform(0, total) - weights[0]];
          while (rest > 0 && k + 1 < components) rest -= weights[++k];
          const deviation = options.temperature * Math.exp(deviations[k]);
          return [0, 1].map((axis) => means[2 * k + axis] + deviation * random.normal());
        });
        return { kind: "points", points: Float32Array.from(points.flat()) };
      }),
      epochSamples: 500,
    };
  },
};

export default GAUSSIAN_MIXTURE;

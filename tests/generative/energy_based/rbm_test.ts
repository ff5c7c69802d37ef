import * as tf from "@tensorflow/tfjs";
import { assert, assertAlmostEquals } from "@std/assert";
import { RandomStream } from "../../../core/random_stream.ts";
import { contrastiveStep } from "../../../generative/energy_based/contrastive_step.ts";
import { RBM } from "../../../generative/energy_based/rbm.ts";
import { RBM_DIGITS } from "../../../generative/energy_based/rbm_kind.ts";
import { type NamedTensors, valueAndGradients } from "../../../generative/nn/mod.ts";
import { compile, seedTensor } from "../../../generative/runtime/mod.ts";
import { adamW, disposeTrainState, initialiseTrainState } from "../../../generative/train/mod.ts";
import { assertClose } from "../support/assert_close.ts";
import { createModel } from "../support/learn.ts";
import { onBackends } from "../support/on_backends.ts";
import { patterns } from "../support/patterns.ts";

const [V, H] = [4, 3];
const rbm = (persistentChains = 0) => new RBM({ visible: V, hidden: H, persistentChains, gibbsSteps: 1 });
const parameters = patterns(rbm().parameters);
/** Every state of some binary units. */
const states = (units: number) =>
  Array.from({ length: 2 ** units }, (_, n) => Array.from({ length: units }, (_, i) => n >> i & 1));
const visible = tf.tensor2d(states(V));

/** log p(v) of every visible state, by the sum over all states of all units: no formula of the machine's is used. */
function exactLogLikelihoods(parameters: NamedTensors): number[] {
  const weights = parameters.weights.arraySync() as number[][];
  const [b, c] = ["visible", "hidden"].map((units) => parameters[`${units}/bias`].dataSync());
  const unnormalised = states(V).map((v) =>
    states(H).reduce((sum, h) => {
      let energy = 0;
      v.forEach((vi, i) => energy -= b[i] * vi);
      h.forEach((hj, j) => energy -= c[j] * hj);
      v.forEach((vi, i) => h.forEach((hj, j) => energy -= vi * weights[i][j] * hj));
      return sum + Math.exp(-energy);
    }, 0)
  );
  const total = unnormalised.reduce((sum, value) => sum + value, 0);
  return unnormalised.map((value) => Math.log(value / total));
}

Deno.test("the free energy is minus the logarithm of the sum over the hidden units, up to the normaliser", () => {
  const logLikelihoods = exactLogLikelihoods(parameters);
  const energies = rbm().freeEnergy(parameters, visible).dataSync();
  const normaliser = logLikelihoods[0] + energies[0];
  logLikelihoods.forEach((logLikelihood, i) =>
    assertAlmostEquals(logLikelihood + energies[i], normaliser, 1e-5)
  );
});

Deno.test("with chains that are draws from the model, the gradient of the loss is that of the exact likelihood", () => {
  const machine = rbm();
  const data = visible.slice([3, 0], [2, -1]);
  const chains = machine.gibbs(parameters, tf.zeros([10_000, V]), { steps: 30 }, seedTensor([5, 6]));
  const { gradients } = valueAndGradients((p) => machine.loss(p, { pictures: data, chains }), parameters);
  const exact = valueAndGradients((p) => {
    const normaliser = machine.freeEnergy(p, visible).neg().logSumExp();
    return { loss: machine.freeEnergy(p, data).mean().add(normaliser) };
  }, parameters).gradients;
  for (const name of Object.keys(parameters)) assertClose(gradients[name], exact[name], 0.025);
});

onBackends("Gibbs sampling ends with the exact probabilities, and keeps what it is told to keep", () => {
  const count = 10_000;
  const gibbs = compile((start: tf.Tensor, seed: tf.Tensor) => ({
    free: rbm().gibbs(parameters, start, { steps: 30 }, seed),
    kept: rbm().gibbs(parameters, start, { steps: 3, kept: tf.tensor1d([1, 0, 0, 1]) }, seed),
  }));
  const { free, kept } = gibbs(tf.zeros([count, V]), seedTensor([1, 2]));
  const places = free.mul(tf.tensor1d([1, 2, 4, 8])).sum(1).dataSync();
  const counts = new Float64Array(16);
  for (const place of places) counts[place]++;
  exactLogLikelihoods(parameters).forEach((logLikelihood, i) => {
    const p = Math.exp(logLikelihood);
    assertAlmostEquals(counts[i] / count, p, 4.5 * Math.sqrt(p * (1 - p) / count) + 1e-3, `state ${i}`);
  });
  const means = kept.mean(0).dataSync();
  assertClose(tf.tensor1d([means[0], means[3]]), [0, 0]);
  assert(means[1] > 0 && means[2] > 0);
  gibbs.dispose();
});

onBackends(
  "persistent contrastive divergence raises the exact likelihood, chains from the data as well",
  async () => {
    const data = tf.tensor2d(Array.from({ length: 40 }, (_, i) => i % 2 ? [1, 1, 0, 0] : [0, 0, 1, 1]));
    const likelihood = (parameters: NamedTensors) => { // of the two patterns
      const all = exactLogLikelihoods(parameters);
      return (all[3] + all[12]) / 2;
    };
    for (const persistentChains of [40, 0]) {
      const machine = rbm(persistentChains);
      const optimiser = adamW({ learningRate: 0.01 });
      const step = contrastiveStep(machine, optimiser);
      let state = initialiseTrainState(machine, optimiser, new RandomStream(1));
      assertAlmostEquals(likelihood(state.parameters), -Math.log(16), 0.1);
      for (let i = 0; i < 300; i++) {
        const { state: next, losses } = await step.run(state, { pictures: data }, seedTensor([7, i]));
        disposeTrainState(state);
        tf.dispose(losses);
        state = next;
      }
      const reached = likelihood(state.parameters);
      assert(reached > -1.2, `${persistentChains} chains: ${reached}`); // ln 2 = 0.69 is perfect
      step.dispose();
      disposeTrainState(state);
    }
  },
);

Deno.test("visible biases start at the logits of the pixels, and the pseudo-likelihood is then that of lone pixels", async () => {
  const pictures = Uint8Array.from([200, 0, 90, 255, 130, 0, 255, 255, 128, 127, 0, 255, 1, 0, 0, 255]);
  const data = {
    kind: "pictures",
    name: "four",
    count: 4,
    height: 2,
    width: 2,
    channels: 1,
    pictures,
  } as const;
  const model = createModel(RBM_DIGITS, data, { hidden: 2, batchSize: 4 });
  const state = await model.begin(data, new RandomStream(1));
  const shares = [4 / 6, 1 / 6, 2 / 6, 5 / 6]; // counted with one more of both
  assertClose(state.parameters["visible/bias"], shares.map((p) => Math.log(p / (1 - p))));

  const certain = { ...state.parameters, "weights": tf.zeros([4, 2]), "visible/bias": tf.fill([4], 2) };
  const { loss, reconstruction } = model.measure(certain, { pictures: tf.ones([1, 4]) }, seedTensor([1, 2]));
  const expected = -4 * Math.log(1 / (1 + Math.exp(-2))); // each pixel is 1 with the same probability
  assertClose(tf.stack([loss, reconstruction]), [expected, expected]);
  disposeTrainState(state);
});

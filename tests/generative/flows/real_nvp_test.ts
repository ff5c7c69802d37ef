import * as tf from "@tensorflow/tfjs";
import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { planePlaces } from "../../../core/pictures/plane_picture.ts";
import { loadDataset } from "../../../generative/data/mod.ts";
import { logDensity } from "../../../generative/flows/flow.ts";
import { AffineCoupling, RealNVP } from "../../../generative/flows/real_nvp.ts";
import { REAL_NVP } from "../../../generative/flows/real_nvp_kind.ts";
import { startBackend } from "../../../generative/runtime/mod.ts";
import { disposeTrainState } from "../../../generative/train/mod.ts";
import { assertClose } from "../support/assert_close.ts";
import { createModel, learn, measure } from "../support/learn.ts";
import { pattern, patterns } from "../support/patterns.ts";
import { noisePictures } from "../support/pictures.ts";
import { logDeterminants } from "./support.ts";

await startBackend();

const flow = new RealNVP({ couplings: 4, units: 4, layers: 2 });
const parameters = patterns(flow.parameters);

Deno.test("RealNVP inverts itself, and its log determinants are those of numeric Jacobians", () => {
  const x = pattern([5, 2], 3);
  const { latents, logDeterminant } = flow.normalise(parameters, x);
  assertClose(flow.generate(parameters, latents), x, 1e-5);
  assertClose(logDeterminant, logDeterminants((x) => flow.normalise(parameters, x).latents, x), 1e-2);
  const path = flow.path(parameters, latents);
  assertEquals(path.length, 5);
  assertClose(path[0], latents);
});

Deno.test("a coupling keeps the coordinate under its mask and moves the other one", () => {
  const coupling = new AffineCoupling("coupling", { mask: [0, 1], units: 4, layers: 1 });
  const x = pattern([6, 2]);
  const moved = coupling.generate(patterns(coupling.parameters), x).sub(x).abs();
  assertEquals(moved.slice([0, 1], [6, 1]).max().dataSync()[0], 0);
  assert(moved.slice([0, 0], [6, 1]).min().dataSync()[0] > 1e-3);
});

Deno.test("the density integrates to 1, and that of an identity flow is the standard normal one", () => {
  const view = { extent: 12, side: 240 };
  const places = tf.tensor2d(planePlaces(view), [view.side ** 2, 2]);
  const mass = logDensity(flow, parameters, places).exp().sum().mul((2 * view.extent / view.side) ** 2);
  assertAlmostEquals(mass.dataSync()[0], 1, 0.01);

  const identity = Object.fromEntries(
    Object.entries(parameters).map(([name, value]) => [name, value.zerosLike()]),
  );
  const quantiles = tf.tensor2d([[1, -1], [-1, 1]]); // of mean 0 and variance 1: the entropy of N(0, I)
  const entropy = logDensity(flow, identity, quantiles).mean().neg().dataSync()[0];
  assertAlmostEquals(entropy, Math.log(2 * Math.PI) + 1, 1e-5);
});

Deno.test("realnvp learns the moons, and takes points in the plane alone", async () => {
  const moons = await loadDataset("moons", { split: "train", limit: 500 });
  const rates = { learningRate: 3e-3, finalLearningRate: 3e-3 };
  const model = createModel(REAL_NVP, moons, { couplings: 4, units: 32, ...rates });
  const { state } = await learn(model, moons, { steps: 100 });
  const { loss } = measure(model, state.parameters, moons);
  assert(loss > 1.1 && loss < 2.3, `${loss}`); // the normal distribution of their mean and variance has 2.84
  disposeTrainState(state);
  assertThrows(
    () => createModel(REAL_NVP, noisePictures(1, 8, 1)),
    TypeError,
    'Cannot train realnvp on "noise": expected points in the plane, got pictures',
  );
});

import * as tf from "@tensorflow/tfjs";
import { assert, assertAlmostEquals } from "@std/assert";
import { loadDataset } from "../../../generative/data/mod.ts";
import { FFJORD, VelocityNetwork } from "../../../generative/flows/ffjord.ts";
import { FFJORD_MOONS } from "../../../generative/flows/ffjord_kind.ts";
import { logDensity } from "../../../generative/flows/flow.ts";
import { rungeKutta } from "../../../generative/flows/runge_kutta.ts";
import { initialiseParameters } from "../../../generative/nn/mod.ts";
import { RandomStream } from "../../../core/random_stream.ts";
import { compile, startBackend } from "../../../generative/runtime/mod.ts";
import { disposeTrainState } from "../../../generative/train/mod.ts";
import { assertClose } from "../support/assert_close.ts";
import { checkGradients } from "../support/finite_differences.ts";
import { createModel, learn, measure } from "../support/learn.ts";
import { pattern, patterns } from "../support/patterns.ts";
import { logDeterminants } from "./support.ts";

await startBackend();

const flow = new FFJORD({ units: 5, layers: 2, solverSteps: 10 });
const parameters = patterns(flow.parameters);

Deno.test("rungeKutta() follows the exponential function, with an error of fourth order, and backwards", () => {
  const solve = (steps: number, to = 2) =>
    rungeKutta(({ x }) => ({ x }), { x: tf.scalar(1) }, { from: 0, to, steps }).x.dataSync()[0];
  const error = (steps: number) => Math.abs(solve(steps) - Math.exp(2));
  assertAlmostEquals(solve(40), Math.exp(2), 1e-4);
  assertAlmostEquals(solve(40, -1), Math.exp(-1), 1e-5);
  assertAlmostEquals(Math.log2(error(2) / error(4)), 4, 0.6);
  const ramp = rungeKutta((_, time) => ({ x: time.mul(2) }), { x: tf.scalar(0) as tf.Tensor }, {
    from: 1,
    to: 3,
    steps: 1,
  });
  assertAlmostEquals(ramp.x.dataSync()[0], 8, 1e-5); // 3^2 - 1^2
});

Deno.test("the divergence is the trace of the velocity's numeric Jacobian", () => {
  const network = new VelocityNetwork("velocity", { units: 5, layers: 2 });
  const [x, time, step] = [pattern([6, 2], 3), tf.scalar(0.3), 1e-2];
  const { divergence } = network.apply(parameters, x, time);
  const slopes = [[step, 0], [0, step]].map((change, axis) => {
    const at = (x: tf.Tensor) => network.apply(parameters, x, time).velocity.slice([0, axis], [6, 1]);
    return at(x.add(change)).sub(at(x.sub(change))).div(2 * step).reshape([6]);
  });
  assertClose(divergence, slopes[0].add(slopes[1]), 1e-3);
});

Deno.test("FFJORD inverts itself, and its log determinants are those of numeric Jacobians, compiled as well", () => {
  const x = pattern([5, 2], 3);
  const { latents, logDeterminant } = flow.normalise(parameters, x);
  assertClose(flow.generate(parameters, latents), x, 1e-3);
  assertClose(flow.path(parameters, latents).at(-1)!, flow.generate(parameters, latents), 1e-5);
  assertClose(logDeterminant, logDeterminants((x) => flow.normalise(parameters, x).latents, x), 1e-2);
  const compiled = compile((x: tf.Tensor) =>
    flow.normalise(parameters, x) as unknown as Record<string, tf.Tensor>
  );
  assertClose(compiled(x).logDeterminant, logDeterminant, 1e-5);
  compiled.dispose();
});

Deno.test("the gradient of the density goes through the solver", () => {
  const small = new FFJORD({ units: 2, layers: 1, solverSteps: 2 });
  checkGradients(
    (tensors) => logDensity(small, tensors, pattern([3, 2], 3)).mean(),
    patterns(small.parameters),
  );
});

Deno.test("ffjord starts as the standard normal density and learns the moons", async () => {
  const fresh = initialiseParameters(flow.parameters, new RandomStream(1));
  assertClose(flow.normalise(fresh, pattern([4, 2])).latents, pattern([4, 2]));
  const moons = await loadDataset("moons", { split: "train", limit: 200 });
  const rates = { learningRate: 1e-2, finalLearningRate: 1e-2 };
  const model = createModel(FFJORD_MOONS, moons, { units: 16, solverSteps: 4, ...rates });
  const { state } = await learn(model, moons, { steps: 60 });
  const { loss } = measure(model, state.parameters, moons);
  assert(loss > 1.1 && loss < 2.4, `${loss}`); // the normal distribution of their mean and variance has 2.84
  disposeTrainState(state);
});

// deno-lint-ignore-file no-console -- a benchmark prints
/**
 * `deno task bench dream`: steps a second inside the dream at the paper's size (LSTM 256, five Gaussians for each of
 * 32 dimensions, heads for reward and end, the linear controller of 867 numbers, sampling), beside the rate that
 * the same matrix products reach alone; then steps a second asleep and milliseconds of a decision awake, with the world
 * models of today.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import { RandomStream } from "../core/mod.ts";
import { initialiseParameters, Linear, type NamedTensors } from "../generative/nn/mod.ts";
import { compile, seedTensor, startBackend } from "../generative/runtime/mod.ts";
import {
  DreamEnv,
  dreamRollout,
  DreamVectorEnv,
  FirstFrames,
  Memory,
  PAPER_MEMORY,
  PAPER_VISION,
  RecurrentWorldModel,
  Vision,
  type WorldState,
} from "../worlds/mod.ts";
import { benchmark } from "../tasks/benchmarks.ts";
import { measureAsleep } from "./asleep.ts";
import { measureAwake } from "./awake.ts";

/** Steps that one compiled call unrolls. */
const STEPS = 10;
/** The matrix products of one step: rows are dreams, `[inputs, outputs]`. */
const PRODUCTS: [number, number][] = [[35, 1024], [256, 1024], [256, 480], [288, 3], [291, 128], [128, 1], [
  291,
  128,
], [128, 1]];
const FLOPS = PRODUCTS.reduce((sum, [inputs, outputs]) => sum + 2 * inputs * outputs, 0);

/** Calls a second, over about `seconds`, after two calls to warm up. */
function callsPerSecond(call: () => void, seconds = 1): number {
  call();
  call();
  const start = performance.now();
  let calls = 0;
  while (performance.now() - start < seconds * 1000) {
    call();
    calls++;
  }
  return calls / (performance.now() - start) * 1000;
}

if (import.meta.main) await benchmark("dream").run(main);

async function main(): Promise<void> {
  const report = await startBackend();
  const random = new RandomStream(1);
  const world = new RecurrentWorldModel(new Vision(PAPER_VISION), new Memory(PAPER_MEMORY));
  const controller = new Linear("controller", { inputs: 288, units: 3 });
  const own = initialiseParameters(controller.parameters, random);
  const parameters = initialiseParameters(world.parameters, random);
  const policy = (features: tf.Tensor) => controller.apply(own, features).tanh();
  const rollout = compile((
    memory: NamedTensors,
    state: WorldState,
    seed: tf.Tensor,
  ) => dreamRollout(world, { parameters: memory, state, seed }, { policy, steps: STEPS }));
  const products = compile((inputs: tf.Tensor2D[][], weights: tf.Tensor2D[]) =>
    // One number of each product is kept, so that writing results out costs next to nothing.
    tf.concat(
      inputs.flatMap((step) => step.map((x, i) => x.matMul(weights[i]).slice([0, 0], [1, 1]))),
    )
  );
  const weights = PRODUCTS.map((shape) => tf.randomNormal([...shape]) as tf.Tensor2D);
  const memory = Object.fromEntries(
    Object.entries(parameters).filter(([name]) => name.startsWith("memory/")),
  );

  console.log(`Dream at the paper's size, ${report.name} ${report.version}, ${FLOPS / 1e6} MFLOP a step`);
  console.log("dreams | steps/s | matrix products alone | GFLOP/s of those | share");
  for (const count of [256, 512, 1024, 2048, 4096]) {
    const start = { ...world.initial(count), latents: tf.randomNormal([count, 32]) };
    const seed = seedTensor(random.seedPair());
    const inputs = Array.from(
      { length: STEPS },
      () => PRODUCTS.map(([size]) => tf.randomNormal([count, size]) as tf.Tensor2D),
    );
    const steps = count * STEPS * callsPerSecond(() => {
      const result = rollout(memory, start, seed);
      result.returns.dataSync();
      tf.dispose([result.returns, result.lengths, result.alive]);
      tf.dispose(result.state);
    });
    const bare = count * STEPS * callsPerSecond(() => products(inputs, weights).dispose());
    const cells = [count, Math.round(steps), Math.round(bare), Math.round(bare * FLOPS / 1e9)];
    console.log(`${cells.join(" | ")} | ${(100 * steps / bare).toFixed(0)} %`);
    tf.dispose([seed, ...inputs.flat()]);
    tf.dispose(start);
  }
  console.log(
    "What limits it: the products take the share of the time in the last column. The rest goes to the elementwise\n" +
      "operations of gates, mixture and heads, each a pass over memory of its own, and to random numbers; with few\n" +
      "dreams the fixed cost of some 70 operations a step weighs more.",
  );

  console.log("\nAs environments (noise from each dream's own stream in JavaScript)");
  const starts = new FirstFrames({ mu: new Float32Array(32), logVar: new Float32Array(32) }, 32);
  const endless = {
    ...parameters,
    "memory/done/output/kernel": tf.zeros([128, 1]),
    "memory/done/output/bias": tf.tensor1d([-20]),
  };
  const options = { worldModel: world, parameters: endless, starts, maxSteps: 1e9, ending: "cut" as const };
  const count = 1024;
  const vector = new DreamVectorEnv(count, options);
  vector.begin({ seeds: Array.from({ length: count }, (_, i) => i) });
  const actions = new Float32Array(count * 3);
  await vector.advance(actions);
  let start = performance.now();
  for (let i = 0; i < 10; i++) await vector.advance(actions);
  const latents = 10 * count / (performance.now() - start) * 1000;
  await vector.close();
  const single = new DreamEnv(options);
  single.reset({ seed: 1 });
  const perSecond = callsPerSecond(() => void single.step([0, 0, 0]));
  single.close();
  const small = new DreamVectorEnv(64, options);
  await small.reset({ seeds: new Array(64).fill(1) });
  await small.step(actions.subarray(0, 64 * 3));
  start = performance.now();
  for (let i = 0; i < 5; i++) await small.step(actions.subarray(0, 64 * 3));
  const pictures = 5 * 64 / (performance.now() - start) * 1000;
  await small.close();
  console.log("environment | steps/s");
  console.log(`DreamVectorEnv, ${count} dreams, no pictures | ${Math.round(latents)}`);
  console.log(`DreamVectorEnv, 64 dreams, 64x64 pictures | ${Math.round(pictures)}`);
  console.log(`DreamEnv, 64x64 pictures | ${Math.round(perSecond)}`);
  await measureAsleep();
  await measureAwake();
}

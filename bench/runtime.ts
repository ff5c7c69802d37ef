// deno-lint-ignore-file no-console -- a benchmark prints
/**
 * `deno task bench runtime`: what the TensorFlow runtime costs. Matrix products, an op, a compiled call, two train
 * steps eager and compiled; beside them Python's TensorFlow where one is found (`SOMNIUM_PYTHON`).
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import { RandomStream } from "../core/mod.ts";
import { compile, normal, seedTensor, startBackend } from "../generative/runtime/mod.ts";
import { backendLine } from "../tasks/environment.ts";
import { table } from "../tasks/format.ts";
import { benchmark } from "../tasks/benchmarks.ts";
import { matmulGflops, milliseconds } from "../tasks/measure.ts";
import { findPython } from "../tasks/find_python.ts";

/** The figures of the peer, by the row that they stand in. */
type Peer = Record<string, number>;

/** A train step on a flat list of parameters: plain gradient descent, so that both sides do the same work. */
interface Benchmark {
  name: string;
  parameters: tf.Tensor[];
  inputs: tf.Tensor[];
  loss(parameters: tf.Tensor[], inputs: tf.Tensor[]): tf.Tensor;
}

const random = new RandomStream(1);

function weights(shape: number[]): tf.Tensor {
  const size = shape.reduce((product, length) => product * length, 1);
  return tf.tensor(Float32Array.from({ length: size }, () => 0.05 * random.normal()), shape);
}

/** 32-64-64-4, batch 64: so small that the calls themselves are what it costs. */
function smallNet(): Benchmark {
  const sizes = [32, 64, 64, 4];
  const parameters = sizes.slice(1).flatMap((size, i) => [weights([sizes[i], size]), tf.zeros([size])]);
  return {
    name: "MLP 32-64-64-4, batch 64",
    parameters,
    inputs: [weights([64, 32]), weights([64, 4])],
    loss: (p, [x, y]) => {
      const hidden = x.matMul(p[0]).add(p[1]).tanh().matMul(p[2]).add(p[3]).tanh();
      return hidden.matMul(p[4]).add(p[5]).sub(y).square().mean();
    },
  };
}

/** The paper's VAE: 64x64x3 frames, four convolutions down, four up, 32 latent numbers. */
function vae(batch: number): Benchmark {
  const down = [[4, 4, 3, 32], [4, 4, 32, 64], [4, 4, 64, 128], [4, 4, 128, 256]];
  const up = [[5, 5, 128, 1024], [5, 5, 64, 128], [6, 6, 32, 64], [6, 6, 3, 32]];
  const heads = [[1024, 32], [1024, 32], [32, 1024]];
  return {
    name: `VAE 64x64, batch ${batch}`,
    parameters: [...down, ...up, ...heads].map(weights),
    inputs: [tf.randomUniform([batch, 64, 64, 3], 0, 1, "float32", 3), seedTensor([1, 2])],
    loss: (p, [x, seed]) => {
      let h = x as tf.Tensor4D;
      for (let i = 0; i < 4; i++) h = h.conv2d(p[i] as tf.Tensor4D, 2, "valid").relu();
      const flat = h.reshape([batch, 1024]);
      const [mean, logVariance] = [flat.matMul(p[8]), flat.matMul(p[9])];
      const z = mean.add(logVariance.mul(0.5).exp().mul(normal([batch, 32], seed)));
      let y = z.matMul(p[10]).reshape([batch, 1, 1, 1024]) as tf.Tensor4D;
      [5, 13, 30, 64].forEach((size, i) => {
        const shape: [number, number, number, number] = [batch, size, size, up[i][2]];
        y = y.conv2dTranspose(p[4 + i] as tf.Tensor4D, shape, 2, "valid");
        y = i < 3 ? y.relu() : y.sigmoid();
      });
      const divergence = logVariance.add(1).sub(mean.square()).sub(logVariance.exp()).sum(1).mul(-0.5);
      return x.sub(y).square().sum([1, 2, 3]).add(divergence).mean();
    },
  };
}

/** The benchmark's step: `[...parameters, loss]` after one descent. */
function trainStep({ loss }: Benchmark) {
  return (parameters: tf.Tensor[], inputs: tf.Tensor[]): tf.Tensor[] => {
    const { value, grads } = tf.valueAndGrads((...p: tf.Tensor[]) => loss(p, inputs) as tf.Scalar)(
      parameters,
    );
    return [...parameters.map((parameter, i) => parameter.sub(grads[i].mul(1e-4))), value];
  };
}

/** Milliseconds of the step, eager and compiled. */
async function measureStep(benchmark: Benchmark): Promise<{ eager: number; compiled: number }> {
  const step = trainStep(benchmark);
  const compiled = compile(step, { name: benchmark.name });
  const time = (step: (parameters: tf.Tensor[], inputs: tf.Tensor[]) => tf.Tensor[]) => {
    return milliseconds(async () => {
      const results = step(benchmark.parameters, benchmark.inputs);
      await results.at(-1)!.data();
      tf.dispose(results);
    }, 3);
  };
  const times = {
    eager: await time((...inputs) => tf.tidy(() => step(...inputs))),
    compiled: await time(compiled),
  };
  compiled.dispose();
  tf.dispose([benchmark.parameters, benchmark.inputs]);
  return times;
}

/** What Python's TensorFlow takes for the same, or nothing where there is none. */
function measurePeer(): Peer {
  const python = findPython("tensorflow");
  if (python === undefined) return {};
  const script = new URL("./runtime_peer.py", import.meta.url).pathname;
  const { success, stdout } = new Deno.Command(python, {
    args: [script],
    stderr: "null",
    env: { TF_CPP_MIN_LOG_LEVEL: "3" },
  }).outputSync();
  return success ? JSON.parse(new TextDecoder().decode(stdout)) : {};
}

async function main(): Promise<void> {
  console.log(backendLine(await startBackend()) + "\n");
  const peer = measurePeer();
  const beside = (name: string, digits: number) => peer[name]?.toFixed(digits) ?? "-";

  const products = [["GFLOP/s", "Somnium", "Python"]];
  for (const size of [256, 1024, 2048]) {
    products.push([`matmul ${size}`, (await matmulGflops(size)).toFixed(0), beside(`matmul ${size}`, 0)]);
  }
  console.log(table(products) + "\n");

  const scalar = tf.scalar(1);
  const vector = tf.ones([64]);
  const increment = compile((x: tf.Tensor) => x.add(1));
  const many = Array.from({ length: 100 }, () => tf.ones([8]));
  const passMany = compile((tensors: tf.Tensor[]) => tensors.map((tensor) => tensor.neg()));
  const costs: [string, () => unknown][] = [
    ["eager op (add two scalars)", () => scalar.add(scalar).dispose()],
    ["compiled call (one op)", () => increment(vector).dispose()],
    ["compiled call, off the thread", async () => (await increment.run(vector)).dispose()],
    ["compiled call (100 tensors in and out)", () => tf.dispose(passMany(many))],
    ["64 numbers in and out", () => {
      const tensor = tf.tensor1d(new Float32Array(64));
      const sum = tensor.add(scalar);
      sum.dataSync();
      tf.dispose([tensor, sum]);
    }],
  ];
  const calls = [["microseconds a call", "Somnium", "Python"]];
  for (const [name, call] of costs) {
    const duration = await milliseconds(async () => {
      for (let i = 0; i < 100; i++) await call();
    }, 0.3);
    calls.push([name, (10 * duration).toFixed(1), beside(name, 1)]);
  }
  console.log(table(calls) + "\n");

  const steps = [["milliseconds a train step", "eager", "compiled", "Python tf.function"]];
  for (const benchmark of [smallNet(), vae(32), vae(100)]) {
    const { eager, compiled } = await measureStep(benchmark);
    steps.push([benchmark.name, eager.toFixed(2), compiled.toFixed(2), beside(benchmark.name, 2)]);
  }
  console.log(table(steps));
  if (Object.keys(peer).length === 0) {
    console.log("\nNo Python with TensorFlow was found; SOMNIUM_PYTHON names one to compare with.");
  }
}

if (import.meta.main) await benchmark("runtime").run(main);

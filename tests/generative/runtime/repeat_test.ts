import * as tf from "@tensorflow/tfjs";
import { assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import { RandomStream } from "../../../core/mod.ts";
import { initialiseParameters, LSTM } from "../../../generative/nn/mod.ts";
import {
  compile,
  disposeTree,
  foldSeed,
  normal,
  repeat,
  seedTensor,
} from "../../../generative/runtime/mod.ts";
import { onBackends } from "../support/on_backends.ts";

const values = (tensor: tf.Tensor) => Array.from(tensor.dataSync());

/** The native runtime's handles, read through tfjs. */
function liveHandles(): number {
  return (tf.backend() as unknown as { binding: { getNumOfTensors(): number } }).binding.getNumOfTensors();
}

/** Compiles a step, twice over to see that it is pure, and runs it once. */
function runCompiled<R extends tf.Tensor>(
  step: (...inputs: tf.Tensor[]) => R,
  ...inputs: tf.Tensor[]
): number[] {
  const compiled = compile(step, { verify: true });
  const result = compiled(...inputs);
  compiled.dispose();
  return values(result);
}

/** One step of Langevin's dynamics on a double well, by the gradient of its energy. */
function langevin(x: tf.Tensor, seed: tf.Tensor): tf.Tensor {
  const slope = tf.grad((x) => x.square().sub(1).square().sum())(x);
  return x.sub(slope.mul(0.01)).add(normal(x.shape, seed).mul(Math.sqrt(0.02)));
}

onBackends("a Langevin chain equals its unrolled form, noise included", () => {
  const start = tf.tensor([[0.5, -1, 2], [0, 0.1, -0.3]]);
  const looped = (x: tf.Tensor, seed: tf.Tensor) => repeat(40, (x, i) => langevin(x, foldSeed(seed, i)), x);
  const unrolled = (x: tf.Tensor, seed: tf.Tensor) => {
    for (let i = 0; i < 40; i++) x = langevin(x, foldSeed(seed, i));
    return x;
  };
  const seed = seedTensor([3, 4]);
  const expected = values(unrolled(start, seed));
  assertEquals(values(looped(start, seed)), expected);
  assertEquals(runCompiled(looped, start, seed), expected);
  assertNotEquals(runCompiled(looped, start, seedTensor([3, 5])), expected);
});

/** A row by an index that is not known when the step is recorded; `tf.gather` would read it. */
function rowOf(x: tf.Tensor, index: tf.Tensor): tf.Tensor {
  const picked = tf.oneHot(index, x.shape[0]).cast("float32").reshape([1, -1]);
  return tf.matMul(picked, x.reshape([x.shape[0], -1])).reshape(x.shape.slice(1));
}

onBackends("an LSTM over 50 steps equals its unrolled form", () => {
  const lstm = new LSTM("lstm", { inputs: 3, units: 8 });
  const parameters = initialiseParameters(lstm.parameters, new RandomStream(1)); // from outside the step
  const inputs = tf.tidy(() => normal([50, 2, 3], seedTensor([1, 2])));
  const looped = (inputs: tf.Tensor) =>
    repeat(
      50,
      (state, i) => ({ ...lstm.step(parameters, rowOf(inputs, i), state) }),
      { ...lstm.zeroState(2) },
    ).hidden;
  const unrolled = (inputs: tf.Tensor) => {
    let state = lstm.zeroState(2);
    for (const x of tf.unstack(inputs)) state = lstm.step(parameters, x, state);
    return state.hidden;
  };
  const expected = values(unrolled(inputs));
  assertEquals(values(looped(inputs)), expected);
  assertEquals(runCompiled(looped, inputs), expected);
});

onBackends("loops inside loops see both indices, and what lies around them", () => {
  const large = tf.range(0, 2000); // more than a graph keeps as a constant
  const nested = (x: tf.Tensor) => {
    const offset = tf.scalar(0.5);
    return repeat(3, (outer, i) => {
      const weight = tf.add(i, 1).cast("float32");
      return repeat(4, (inner, j) => {
        const table = tf.tensor1d(new Float32Array(2000).fill(0.001)); // large, and made inside
        const shared = large.mul(table).sum();
        return inner.mul(0.9).add(weight.mul(j.cast("float32"))).add(offset).add(shared);
      }, outer).add(offset);
    }, x);
  };
  let expected = [1, 2];
  for (let i = 0; i < 3; i++) {
    for (let j = 0; j < 4; j++) expected = expected.map((x) => 0.9 * x + (i + 1) * j + 0.5 + 1999);
    expected = expected.map((x) => x + 0.5);
  }
  for (const got of [runCompiled(nested, tf.tensor([1, 2])), values(nested(tf.tensor([1, 2])))]) {
    got.forEach((value, k) => assertEquals(Math.abs(value / expected[k] - 1) < 1e-5, true));
  }
});

onBackends("no turn gives the initial state, one turn the body's, in tensors of their own", () => {
  const x = tf.tensor([1, 2]);
  for (const count of [0, 1]) {
    const step = (x: tf.Tensor) => repeat(count, (x) => x.mul(3), x);
    const result = step(x);
    assertEquals(values(result), count === 0 ? [1, 2] : [3, 6]);
    assertEquals(runCompiled(step, x), values(result));
    result.dispose();
    assertEquals(values(x), [1, 2]);
  }
});

onBackends("a body may return what it was given, what lies outside, and one tensor twice", () => {
  const outside = tf.tensor([7]);
  const step = (x: tf.Tensor) => {
    const { a, b, c, d } = repeat(5, ({ a, b }) => {
      const sum = a.add(b);
      return { a, b: sum, c: sum, d: outside };
    }, { a: x, b: x, c: x, d: x });
    return tf.concat([a, b, c, d]);
  };
  assertEquals(values(step(tf.tensor([2]))), [2, 12, 12, 7]);
  assertEquals(runCompiled(step, tf.tensor([2])), [2, 12, 12, 7]);
  assertEquals(values(outside), [7]);
});

onBackends("the gradient passes through the turns, compiled or not, and loops inside the body's own", () => {
  // x -> x^2, four times: x^16, whose slope is 16 x^15
  const power = (x: tf.Tensor) => repeat(4, (x) => x.square(), x).sum();
  const slope = tf.grad(power);
  const expected = [16 * 1.1 ** 15, 16 * 0.9 ** 15, -16];
  const x = tf.tensor([1.1, 0.9, -1]);
  for (const got of [values(slope(x)), runCompiled(slope, x)]) {
    got.forEach((value, k) => assertEquals(Math.abs(value / expected[k] - 1) < 1e-5, true));
  }
  // x -> x - 0.1 * 16 x^15 in each turn: the gradient is the body's own matter
  const descend = (x: tf.Tensor) => repeat(3, (x) => x.sub(slope(x).mul(0.1)), x);
  const eager = values(descend(tf.tensor([0.9])));
  let by = 0.9;
  for (let i = 0; i < 3; i++) by -= 1.6 * by ** 15;
  assertEquals(Math.abs(eager[0] - by) < 1e-5, true);
  assertEquals(runCompiled(descend, tf.tensor([0.9])), eager);
});

onBackends("another form of state is one clear sentence", () => {
  const x = tf.tensor([1, 2]);
  const cases: [(x: tf.Tensor) => tf.Tensor, string][] = [
    [(x) => tf.concat([x, x]), "state float32[2] as it was given, got float32[4]"],
    [(x) => x.cast("int32"), "state float32[2] as it was given, got int32[2]"],
    [(x) => ({ x }) as unknown as tf.Tensor, 'state float32[2] as it was given, got {"x":float32[2],}'],
  ];
  for (const [body, sentence] of cases) {
    const step = (x: tf.Tensor) => repeat(9, body, x);
    assertThrows(() => step(x), TypeError, `Cannot repeat: expected the body to return a ${sentence}`);
    assertThrows(() => compile(step)(x), TypeError, sentence);
  }
  for (const count of [-1, 0.5, NaN, 2 ** 31]) {
    assertThrows(() => repeat(count, (x) => x, x), RangeError, `in 0 .. 2147483647, got ${count}`);
  }
  const dead = tf.tensor([1]);
  dead.dispose();
  assertThrows(() => repeat(2, (x) => x, dead), TypeError, "was disposed");
  // Nothing of the failed recordings is left in the way.
  assertEquals(runCompiled((x) => repeat(2, (x) => x.add(1), x), x), [3, 4]);
});

onBackends("repeat() leaves nothing behind but its result", () => {
  const x = tf.tensor([1, 2]);
  const weights = tf.tensor([0.5, 0.25]);
  const step = compile((x: tf.Tensor) => repeat(10, (x) => x.mul(weights).add(1), x));
  step(x).dispose(); // both are uploaded now
  step.dispose();
  const alive = () => ({
    tensors: tf.memory().numTensors,
    handles: tf.getBackend() === "tensorflow" ? liveHandles() : 0,
  });
  const before = alive();
  for (let i = 0; i < 3; i++) {
    step(x).dispose();
    step.dispose();
    repeat(10, (x) => x.mul(weights).add(1), x).dispose();
    const slope = tf.grad((x) => repeat(10, (x) => x.mul(weights).add(1), x).sum())(x);
    slope.dispose();
    assertThrows(
      () => compile((x: tf.Tensor) => repeat(10, (x) => tf.concat([x, weights]), x))(x),
      TypeError,
    );
    assertEquals(alive(), before);
  }
  const broken = (at: number) => {
    let turn = 0;
    repeat(10, (x) => {
      if (turn++ === at) throw new RangeError("the body's own");
      return x.mul(weights);
    }, x);
  };
  for (const at of [0, 3]) {
    assertThrows(() => broken(at), RangeError, "the body's own");
    assertEquals(alive(), before);
  }
});

Deno.test("XLA compiles a loop to the same numbers, and run() runs one off the thread", async () => {
  const step = (x: tf.Tensor) => repeat(20, (x, i) => x.mul(0.5).add(i.cast("float32")), x);
  const x = tf.tensor([1, -2, 3]);
  const expected = values(step(x));
  assertEquals(values(await compile(step, { xla: true }).run(x)), expected);
  assertEquals(values(await compile(step).run(x)), expected);
});

Deno.test("10,000 turns run at the memory of one, and are recorded once", () => {
  let recorded = 0;
  const count = 10_000;
  const step = compile((x: tf.Tensor) =>
    repeat(count, (x) => {
      recorded++;
      return x.mul(0.999).add(1);
    }, x)
  );
  const x = tf.zeros([256, 256]); // 2.5 GB, were all turns kept
  step(x).dispose();
  assertEquals(recorded, 1);
  const before = { tensors: tf.memory().numTensors, handles: liveHandles() };
  const resident = Deno.memoryUsage().rss;
  const result = step(x);
  const wanted = 1000 * (1 - 0.999 ** count);
  assertEquals(result.dataSync().every((value) => Math.abs(value - wanted) < 0.5), true);
  disposeTree(result);
  assertEquals(Deno.memoryUsage().rss - resident < 1e9, true); // other allocations of the process come and go
  assertEquals({ tensors: tf.memory().numTensors, handles: liveHandles() }, before);
  step.dispose();
});

onBackends("a number of turns in a tensor makes one compiled step of loops of any length", () => {
  let recorded = 0;
  const step = compile((x: tf.Tensor, turns: tf.Tensor) =>
    repeat(turns, (x, i) => {
      recorded++;
      return x.mul(2).add(i.toFloat());
    }, x)
  );
  for (const [turns, expected] of [[0, 1], [1, 2], [3, 12], [5, 58]]) {
    assertEquals(values(step(tf.tensor([1]), tf.scalar(turns, "int32"))), [expected]);
  }
  if (tf.getBackend() === "tensorflow") assertEquals(recorded, 1);
  assertThrows(
    () => repeat(tf.tensor1d([2], "int32"), (x) => x, tf.tensor([1])),
    TypeError,
    "Cannot repeat: expected a number of turns int32 [], got int32 [1]",
  );
});

import * as tf from "@tensorflow/tfjs";
import {
  assert,
  assertEquals,
  assertNotEquals,
  assertRejects,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import {
  compile,
  disposeTree,
  executeNative,
  foldSeed,
  isNative,
  normal,
  seedTensor,
  startBackend,
} from "../../../generative/runtime/mod.ts";

type Parameters = { kernel: tf.Tensor; bias: tf.Tensor };

/** A train step with gradients, moments and noise: everything that the lab's real ones do, in small. */
function trainStep(state: { parameters: Parameters; moments: Parameters }, x: tf.Tensor, seed: tf.Tensor) {
  const noise = normal([x.shape[0], 3], foldSeed(seed, 1));
  const { value, grads: [kernel, bias] } = tf.valueAndGrads((kernel: tf.Tensor, bias: tf.Tensor) =>
    tf.matMul(x, kernel).add(bias).tanh().sub(noise).square().mean()
  )([state.parameters.kernel, state.parameters.bias]);
  const moments = {
    kernel: state.moments.kernel.mul(0.9).add(kernel.mul(0.1)),
    bias: state.moments.bias.mul(0.9).add(bias.mul(0.1)),
  };
  const parameters = {
    kernel: state.parameters.kernel.sub(moments.kernel.mul(0.5)),
    bias: state.parameters.bias.sub(moments.bias.mul(0.5)),
  };
  return { state: { parameters, moments }, losses: { loss: value } };
}

function initialState() {
  return {
    parameters: { kernel: tf.tensor([0.1, -0.2, 0.3, 0.4, 0.5, -0.6], [2, 3]), bias: tf.zeros([3]) },
    moments: { kernel: tf.zeros([2, 3]), bias: tf.zeros([3]) },
  };
}

const input = () => tf.tensor([1, 2, 3, 4, -1, 0.5, 0.25, -2], [4, 2]);
const values = (tensor: tf.Tensor) => Array.from(tensor.dataSync());

/** The native runtime's handles, read through tfjs. */
function liveHandles(): number {
  return (tf.backend() as unknown as { binding: { getNumOfTensors(): number } }).binding.getNumOfTensors();
}

Deno.test("a compiled train step equals the eager one exactly, seeds included", async () => {
  await startBackend();
  assert(isNative());
  const compiled = compile(trainStep, { verify: true });
  let [fast, slow] = [initialState(), initialState()];
  for (let i = 0; i < 5; i++) {
    const seed = seedTensor([i, 7]);
    const a = compiled(fast, input(), seed);
    const b = trainStep(slow, input(), seed);
    assertEquals(values(a.losses.loss), values(b.losses.loss));
    assertEquals(values(a.state.parameters.kernel), values(b.state.parameters.kernel));
    assertEquals(values(a.state.moments.bias), values(b.state.moments.bias));
    [fast, slow] = [a.state, b.state];
  }
  compiled.dispose();
});

Deno.test("run() computes the same off the thread, and keeps inputs alive that are disposed meanwhile", async () => {
  await startBackend();
  const compiled = compile(trainStep);
  const expected = values(compiled(initialState(), input(), seedTensor([1, 2])).losses.loss);
  const state = initialState();
  const x = input();
  const seed = seedTensor([1, 2]);
  const pending = [compiled.run(state, x, seed), compiled.run(state, x, seed)];
  disposeTree([state, x, seed]);
  for (const result of await Promise.all(pending)) assertEquals(values(result.losses.loss), expected);
  compiled.dispose();
});

Deno.test("the event loop turns while run() computes", async () => {
  await startBackend();
  const heavy = compile((x: tf.Tensor) => {
    let y = x;
    for (let i = 0; i < 60; i++) y = tf.matMul(y, x).mul(1e-3);
    return y.sum();
  });
  const x = tf.ones([400, 400]);
  heavy(x).dispose(); // compile first: recording does keep the thread busy
  let turns = 0;
  const timer = setInterval(() => turns++, 1);
  await heavy.run(x);
  clearInterval(timer);
  assert(turns > 0, "no timer fired during run()");
  heavy.dispose();
});

Deno.test("calls leak neither tensors nor handles", async () => {
  await startBackend();
  const compiled = compile(trainStep);
  const x = input();
  let state = initialState();
  const advance = async (i: number) => {
    const seed = seedTensor([i, 0]);
    const result = i % 2 === 0 ? compiled(state, x, seed) : await compiled.run(state, x, seed);
    disposeTree([state, seed, result.losses]);
    state = result.state;
  };
  await advance(0);
  await advance(1);
  const before = { tensors: tf.memory().numTensors, handles: liveHandles() };
  for (let i = 2; i < 1000; i++) await advance(i);
  assertEquals({ tensors: tf.memory().numTensors, handles: liveHandles() }, before);
});

Deno.test("compiling and dispose() free what they made, captured tensors included", async () => {
  await startBackend();
  const table = tf.range(0, 4000);
  const x = tf.ones([4000]);
  const big = new Float32Array(4000).fill(2);
  table.add(x).dispose(); // both are uploaded now
  const before = { tensors: tf.memory().numTensors, handles: liveHandles() };
  const compiled = compile((x: tf.Tensor) => x.mul(table).add(tf.tensor1d(big)).sum());
  const result = compiled(x);
  assertEquals(values(result)[0], 4000 * 3999 / 2 + 8000);
  result.dispose();
  assertEquals(tf.memory().numTensors, before.tensors);
  compiled.dispose();
  assertEquals({ tensors: tf.memory().numTensors, handles: liveHandles() }, before);
  assertEquals(values(compiled(x))[0], 4000 * 3999 / 2 + 8000); // compiles again
});

Deno.test("captured tensors may be disposed by their owner", async () => {
  await startBackend();
  const offset = tf.tensor([10, 20]);
  const compiled = compile((x: tf.Tensor) => x.add(offset));
  compiled(tf.zeros([2])).dispose();
  offset.dispose();
  assertEquals(values(compiled(tf.ones([2]))), [11, 21]);
});

Deno.test("another shape, type or structure compiles another function; the same does not", async () => {
  await startBackend();
  let recordings = 0;
  const compiled = compile((inputs: Record<string, tf.Tensor>) => {
    recordings++;
    return { total: Object.values(inputs).reduce((a, b) => a.add(b)).sum() };
  });
  const total = (inputs: Record<string, tf.Tensor>) => values(compiled(inputs).total)[0];
  assertEquals(total({ a: tf.tensor([1, 2]), b: tf.tensor([3, 4]) }), 10);
  assertEquals(total({ b: tf.tensor([5, 6]), a: tf.tensor([7, 8]) }), 26); // the order of keys is no difference
  assertEquals(recordings, 1);
  assertEquals(total({ a: tf.tensor([1, 2, 3]), b: tf.tensor([1, 1, 1]) }), 9);
  assertEquals(total({ a: tf.tensor([1, 2], [2], "int32"), b: tf.tensor([3, 4], [2], "int32") }), 10);
  assertEquals(total({ a: tf.tensor([1, 2]) }), 3);
  assertEquals(recordings, 4);
  assertEquals(total({ a: tf.tensor([2, 2]), b: tf.tensor([3, 4]) }), 11);
  assertEquals(recordings, 4);
});

Deno.test("results keep their arrangement and are the caller's alone", async () => {
  await startBackend();
  const x = tf.tensor([1, 2]);
  const compiled = compile((x: tf.Tensor) => {
    const twice = x.mul(2);
    return {
      z: x,
      list: [twice, twice, undefined],
      constant: tf.scalar(7),
      a: { deep: tf.tensor([1, 0], [2], "bool") },
    };
  });
  for (let i = 0; i < 2; i++) {
    const result = compiled(x);
    assertEquals(Object.keys(result), ["z", "list", "constant", "a"]);
    assertEquals(values(result.list[0] as tf.Tensor), [2, 4]);
    (result.list[0] as tf.Tensor).dispose();
    assertEquals(values(result.list[1] as tf.Tensor), [2, 4]);
    assertEquals(result.list[2], undefined);
    assertEquals(values(result.constant), [7]);
    assertEquals([result.a.deep.dtype, values(result.a.deep)], ["bool", [1, 0]]);
    result.z.dispose();
    assertEquals(values(x), [1, 2]);
  }
});

Deno.test("a compiled step inside another becomes a part of it", async () => {
  await startBackend();
  const inner = compile((x: tf.Tensor) => ({ y: x.square() }));
  const outer = compile((x: tf.Tensor) => tf.grad((x) => inner(x).y.sum())(x));
  assertEquals(values(outer(tf.tensor([1, 2, 3]))), [2, 4, 6]);
});

Deno.test("XLA compiles a step to the same numbers", async () => {
  await startBackend();
  const step = (x: tf.Tensor) => tf.matMul(x, x, false, true).tanh().sum(0);
  assertEquals(values(compile(step, { xla: true })(input())).length, 4);
  const [fused, plain] = [values(compile(step, { xla: true })(input())), values(step(input()))];
  fused.forEach((value, i) => assert(Math.abs(value - plain[i]) < 1e-5));
});

Deno.test("ops that tfjs lacks are compiled as well", async () => {
  await startBackend();
  const gradient = (dy: tf.Tensor, y: tf.Tensor) =>
    executeNative("ReluGrad", { T: { type: "float32" } }, [dy, y], 1)[0];
  assertEquals(values(compile(gradient)(tf.tensor([1, 2, 3]), tf.tensor([0, 1, 5]))), [0, 2, 3]);
  assertThrows(() => executeNative("NoSuchOp", {}, [], 1), Error, "NoSuchOp");
});

Deno.test("errors name the step, the op, the shapes and the types", async () => {
  await startBackend();
  const cases: [(x: tf.Tensor) => tf.Tensor, string[]][] = [
    [(x) => x.square().add(tf.ones([7])), ["Add", "float32 [2,3]", "float32 [7]", "Square -> float32 [2,3]"]],
    [(x) => tf.matMul(x, tf.ones([5, 2])), ["MatMul", "[2,3]", "[5,2]"]],
    [(x) => tf.conv2d(x.reshape([1, 2, 1, 3]) as tf.Tensor4D, tf.ones([1, 1, 4, 5]), 1, "valid"), [
      "conv2d",
      "Reshape -> float32 [1,2,1,3]",
    ]],
    [(x) => executeNative("AddV2", {}, [x, tf.ones([2, 3], "int32")], 1)[0], ["AddV2", "float32", "int32"]],
  ];
  for (const [step, parts] of cases) {
    const error = assertThrows(() => compile(step, { name: "broken step" })(tf.ones([2, 3])), Error);
    for (const part of [...parts, '"broken step"']) assertStringIncludes(error.message, part);
  }
  await assertRejects(
    () => compile(cases[0][0], { name: "broken step" }).run(tf.ones([2, 3])),
    TypeError,
    "Add",
  );
  // Nothing of the failed recordings is left in the way.
  assertEquals(values(compile((x: tf.Tensor) => x.add(1))(tf.ones([2]))), [2, 2]);
});

Deno.test("impure steps are refused", async () => {
  await startBackend();
  const x = tf.ones([3]);
  const variable = tf.variable(tf.ones([3]), true, "runtime-test/weight");
  const refuse = (step: (x: tf.Tensor) => object, message: string, verify = false) =>
    assertThrows(() => compile(step, { verify })(x), Error, message);
  refuse((x) => x.mul(x.dataSync()[0]), "dataSync");
  refuse((x) => x.mul(variable), 'reads the variable "runtime-test/weight"');
  refuse((x) => {
    variable.assign(tf.zeros([3]));
    return x;
  }, 'assigns the variable "runtime-test/weight"');
  refuse(() => ({ loss: 3 }), "number 3");
  refuse(async (x) => await x, "Promise");
  let counter = 0;
  refuse((x) => x.mul(counter++), "two recordings", true);
  refuse((x) => x.add(tf.randomNormal([3])), "two recordings", true);
  variable.dispose();
  assertNotEquals(counter, 0);
  assertThrows(() => compile((x: tf.Tensor) => x)(3 as unknown as tf.Tensor), TypeError, "number 3");
});

Deno.test("on other backends a step runs eagerly, with results of its own and nothing left over", async () => {
  await startBackend();
  await tf.setBackend("cpu");
  try {
    const x = tf.tensor([1, 2]);
    const compiled = compile((x: tf.Tensor) => ({ same: x, square: x.square().add(0) }));
    const before = tf.memory().numTensors;
    const result = await compiled.run(x);
    assertEquals(tf.memory().numTensors, before + 2);
    result.same.dispose();
    assertEquals([values(x), values(result.square)], [[1, 2], [1, 4]]);
    assertThrows(() => executeNative("ReluGrad", {}, [x, x], 1), Error, '"cpu"');
    const lacking = compile(() => {
      throw new Error("Kernel 'Conv2DBackpropFilter' not registered for backend 'wasm'");
    }, { name: "the critic's step" });
    const says =
      "Cannot run the critic's step: expected a backend with the kernel Conv2DBackpropFilter, got wasm";
    assertThrows(() => lacking(), TypeError, says);
  } finally {
    await tf.setBackend("tensorflow");
  }
});

Deno.test("compile() tells apart inputs that share storage when it records", async () => {
  await startBackend();
  const step = compile((a: tf.Tensor, b: tf.Tensor) => ({ out: a.mul(10).add(b) }));
  const x = tf.scalar(5), same = x.clone(), one = tf.scalar(1), two = tf.scalar(2);
  assertEquals(step(x, same).out.arraySync(), 55);
  assertEquals(step(one, two).out.arraySync(), 12);
  step.dispose();
});

Deno.test("a tensor that a step closes over stays what it was, though it is passed in as well", async () => {
  await startBackend();
  const anchor = tf.tensor([1, 2]);
  const distance = compile((x: tf.Tensor) => x.sub(anchor).square().sum());
  assertEquals(values(distance(anchor)), [0]);
  assertEquals(values(distance(tf.tensor([4, 6]))), [25]);
});

import * as tf from "@tensorflow/tfjs";
import { assert, assertEquals, assertNotEquals, assertRejects } from "@std/assert";
import {
  compile,
  disposeTree,
  executeNative,
  readVariable,
  repeat,
  startBackend,
  variable,
} from "../../../generative/runtime/mod.ts";
import type { KernelBackend, TensorFlowBinding } from "../../../generative/runtime/tensorflow/binding.ts";

await startBackend();

/** The native runtime's insides, read through tfjs. */
const backend = tf.backend() as unknown as KernelBackend & { binding: TensorFlowBinding };

/** Where a tensor's numbers lie. */
function address(tensor: tf.Tensor): bigint {
  const { library } = backend.binding;
  const [id] = backend.getInputTensorIds([tensor]);
  const held = library.symbols.TFE_TensorHandleResolve(backend.binding.handle(id), library.status);
  const place = library.symbols.TF_TensorData(held);
  library.symbols.TF_DeleteTensor(held);
  return place;
}

const alive = () => ({ tensors: tf.memory().numTensors, handles: backend.binding.getNumOfTensors() });
const values = (tensor: tf.Tensor) => Array.from(tensor.dataSync());
const SIZE = 4096;
const big = (value: number) => tf.fill([SIZE], value);
const type = { dtype: { type: "float32" } } as const;

/** `x + by`, by an op on a variable. */
function added(x: tf.Tensor, by: tf.Tensor): tf.Tensor {
  const handle = variable(x);
  executeNative("AssignAddVariableOp", type, [handle, by], 0);
  return readVariable(handle);
}

type State = { x: tf.Tensor; count: tf.Tensor };
const add = (state: State, by: tf.Tensor) => ({
  before: state.x.sum(),
  state: { x: added(state.x, by), count: state.count.add(1) },
});

Deno.test("a step with variables is as pure as any: eager, compiled and in place agree, and nothing else changes", async () => {
  const compiled = compile(add, { verify: true });
  const [start, by] = [{ x: big(1), count: tf.scalar(0) }, big(2)];
  const eager = tf.tidy(() => add(start, by));
  for (const make of [compiled, compiled.run]) {
    const { state, before } = await make(start, by);
    assertEquals(values(state.x), values(eager.state.x));
    assertEquals(values(before), [SIZE]);
    assertEquals([values(start.x)[0], values(by)[0]], [1, 2]);
    disposeTree([state, before]);
  }
  const { state, before } = await compiled.runInPlace(start, by);
  assertEquals([values(state.x), values(state.count)], [values(eager.state.x), [1]]);
  assertEquals(values(before), [SIZE]); // what is read comes before what changes it
  assertEquals([start.x.isDisposed, start.count.isDisposed, by.isDisposed], [true, true, false]);
  compiled.dispose();
});

Deno.test("runInPlace() works in the memory of the state, from any state, and leaves nothing behind", async () => {
  const by = big(1);
  const before = alive();
  const compiled = compile(add);
  let state: State = { x: big(0), count: tf.scalar(0) };
  const place = address(state.x);
  for (let i = 1; i <= 3; i++) {
    const next = await compiled.runInPlace(state, by);
    next.before.dispose();
    state = next.state;
    assertEquals([address(state.x), values(state.x)[7]], [place, i]);
  }
  const other = await compiled.runInPlace({ x: big(10), count: tf.scalar(0) }, by);
  assertEquals([values(other.state.x)[0], values(state.x)[0]], [11, 3]);
  const next = await compiled.runInPlace(state, by);
  assertEquals([values(next.state.x)[0], values(other.state.x)[0]], [4, 11]);
  disposeTree([other, next]);
  compiled.dispose();
  assertEquals(alive(), before);
});

Deno.test("whoever still holds the state's memory keeps what is in it", async () => {
  const compiled = compile(add);
  const by = big(1);
  let state = (await compiled.runInPlace({ x: big(0), count: tf.scalar(0) }, by)).state;
  const [copy, part, place] = [state.x.clone(), state.x.reshape([2, -1]).slice([1], [1]), address(state.x)];
  state = (await compiled.runInPlace(state, by)).state;
  assertNotEquals(address(state.x), place);
  assertEquals([copy, part, state.x].map((tensor) => values(tensor)[0]), [1, 1, 2]);
  compiled.dispose();
  assertEquals(values(state.x)[0], 2);
});

Deno.test("calls in place that overlap do not meet", async () => {
  const slow = compile(({ x }: { x: tf.Tensor }, by: tf.Tensor) => ({
    x: added(x, repeat(50, (by) => by.mul(1), by)),
  }));
  const by = big(1);
  let states = [0, 10, 20].map((start) => ({ x: big(start) }));
  for (let i = 1; i <= 5; i++) {
    states = await Promise.all(states.map((state) => slow.runInPlace(state, by)));
    assertEquals(states.map(({ x }) => values(x)), [0, 10, 20].map((start) => Array(SIZE).fill(start + i)));
  }
  slow.dispose();
});

Deno.test("an input may be read after the variable that began as it has changed", async () => {
  const compiled = compile(({ x }: { x: tf.Tensor }, by: tf.Tensor) => {
    const once = added(x, by);
    return { once, twice: added(once, by), other: added(x, by.mul(10)), old: x.mul(1), same: x };
  });
  const result = await compiled.runInPlace({ x: big(1) }, big(1));
  const { once, twice, other, old, same } = result;
  assertEquals([once, twice, other, old, same].map((tensor) => values(tensor)[0]), [2, 3, 11, 1, 1]);
  compiled.dispose();
});

Deno.test("casts and reshapes that change nothing still show what the variable began as", async () => {
  const step = compile((state: State, by: tf.Tensor) => {
    const same = state.x.cast("float32").reshape([SIZE]);
    const next = added(state.x, by);
    return {
      same,
      doubled: same.reshape([SIZE]).mul(2),
      state: { x: next, count: state.count.cast("int32") },
    };
  });
  const { same, doubled, state } = await step.runInPlace({ x: big(1), count: tf.scalar(2.5) }, big(2));
  assertEquals([same, doubled, state.x].map((tensor) => values(tensor)[7]), [1, 2, 3]);
  assertEquals([state.count.dtype, values(state.count)], ["int32", [2]]);
  assertNotEquals(address(same), address(state.x));
  disposeTree([same, doubled, state]);
  step.dispose();
});

Deno.test("a step in place that fails frees its state", async () => {
  const fails = compile((x: tf.Tensor, y: tf.Tensor) => added(x, y).add(tf.ones([3])));
  const x = big(1);
  await assertRejects(() => fails.runInPlace(x, big(1)), Error, "Cannot compile step");
  assert(x.isDisposed);
});

Deno.test("on other backends runInPlace() is run() that frees the first input", async () => {
  await tf.setBackend("cpu");
  try {
    const compiled = compile((x: tf.Tensor, y: tf.Tensor) => ({ x, sum: x.add(y) }));
    const [x, y] = [tf.tensor([1]), tf.tensor([2])];
    const result = await compiled.runInPlace(x, y);
    assertEquals([x.isDisposed, y.isDisposed], [true, false]);
    assertEquals([values(result.x), values(result.sum)], [[1], [3]]);
  } finally {
    await tf.setBackend("tensorflow");
  }
});

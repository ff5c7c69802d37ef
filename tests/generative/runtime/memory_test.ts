import * as tf from "@tensorflow/tfjs";
import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { compile, disposeTree, executeNative, startBackend } from "../../../generative/runtime/mod.ts";
import { Memory } from "../../../generative/runtime/tensorflow/memory.ts";
import type { TensorFlowBinding } from "../../../generative/runtime/tensorflow/binding.ts";

await startBackend();

/** The native runtime's binding, read through tfjs. */
const { binding } = tf.backend() as unknown as { binding: TensorFlowBinding };

const values = (tensor: tf.Tensor) => Array.from(tensor.dataSync());
const alive = () => ({ tensors: tf.memory().numTensors, handles: binding.getNumOfTensors() });

const MANY = 10_000;

Deno.test("an op may have 10,000 outputs, and each is its own", () => {
  const before = alive();
  const numbers = tf.range(0, MANY);
  const parts = tf.unstack(numbers);
  assertEquals(parts.length, MANY);
  assertEquals([0, 8191, 8192, MANY - 1].map((i) => values(parts[i])), [[0], [8191], [8192], [MANY - 1]]);
  const pieces = tf.split(numbers, MANY);
  const joined = tf.concat([pieces[9_999], pieces[8_200]]);
  assertEquals(values(joined), [9999, 8200]);
  tf.dispose([numbers, parts, pieces, joined]);
  assertEquals(alive().handles, before.handles);
});

Deno.test("a compiled step has room for all that it returns, on this thread and off it", async () => {
  const many = 1000; // TensorFlow takes seconds for a function of 10,000 outputs
  const step = compile((x: tf.Tensor) => tf.unstack(x));
  const numbers = tf.range(0, many);
  const [now, later] = [step(numbers), await step.run(numbers)];
  for (const i of [0, 500, many - 1]) assertEquals([values(now[i]), values(later[i])], [[i], [i]]);
  disposeTree([numbers, now, later]);
  step.dispose();
});

Deno.test("an op that makes fewer tensors than were asked for is an error, not memory of something else", () => {
  const x = tf.tensor1d([1, 2, 3, 4]);
  x.add(0).dispose(); // it is uploaded now
  const before = alive();
  const attributes = { num_split: { int: 2 }, T: { type: "float32" } } as const;
  const axis = tf.scalar(0, "int32");
  assertThrows(
    () => executeNative("Split", attributes, [axis, x], 5),
    TypeError,
    "Cannot run Split: expected 5 outputs, got 2",
  );
  axis.dispose();
  assertEquals(alive(), before);
});

Deno.test("Memory has room for arguments of any length", () => {
  const memory = new Memory();
  const count = 300_000;
  const view = (address: bigint) => new Deno.UnsafePointerView(Deno.UnsafePointer.create(address)!);
  const numbers = Array.from({ length: count }, (_, i) => i % 2 === 0 ? i : -i);
  const int64s = view(memory.int64s([...numbers, 2 ** 40]));
  const int32s = view(memory.int32s(numbers));
  assertEquals(int32s.getInt32(4 * (count - 1)), -(count - 1));
  memory.int64s([...numbers, 2 ** 40]);
  assertEquals(int64s.getBigInt64(8 * count), 2n ** 40n);
  assertEquals(int64s.getBigInt64(8 * (count - 1)), -BigInt(count - 1));
  assertEquals(view(memory.float32s(numbers)).getFloat32(4 * (count - 2)), count - 2);
  const bytes = new Uint8Array(3_000_000).fill(7);
  assertEquals(view(memory.uint8s(bytes)).getUint8(bytes.length - 1), 7);
});

Deno.test("a compiled result whose shape depends on values has the shape of its values", async () => {
  const nonZero = compile((x: tf.Tensor) => {
    const [places] = executeNative("Where", { T: { type: "float32" } }, [x], 1);
    return { places, x };
  });
  for (const data of [[1, 0, 1], [0, 0, 1], [1, 1, 1], [0, 0, 0]]) {
    const count = data.filter((value) => value !== 0).length;
    const now = nonZero(tf.tensor1d(data));
    assertEquals([now.places.shape, now.x.shape], [[count, 1], [3]]);
    const later = await nonZero.run(tf.tensor1d(data));
    assertEquals(later.places.shape, [count, 1]);
  }
  nonZero.dispose();
});

Deno.test("constants are told apart by their bits: -0 is not 0", () => {
  const divide = compile((x: tf.Tensor) => [x.div(tf.scalar(0)), x.div(tf.scalar(-0))]);
  assertEquals(divide(tf.scalar(1)).map(values), [[Infinity], [-Infinity]]);
  divide.dispose();
});

Deno.test("dispose() during run() lets it end, and frees the function after it", async () => {
  const x = tf.ones([300, 300]);
  const offset = tf.scalar(2);
  x.add(offset).dispose(); // both are uploaded now
  const before = alive();
  const step = compile((x: tf.Tensor) => tf.matMul(x, x).mul(0).add(offset).mean());
  step(x).dispose();
  const running = [step.run(x), step.run(x)];
  step.dispose();
  for (const result of await Promise.all(running)) {
    assertEquals(values(result), [2]);
    result.dispose();
  }
  assertEquals(alive(), before);
  const again = step(x); // compiles anew
  assertEquals(values(again), [2]);
  again.dispose();
  step.dispose();
  assertEquals(alive(), before);
});

Deno.test("a function that cannot be built leaves no handle behind", () => {
  const table = tf.range(0, 5000);
  const x = tf.ones([5000]);
  table.add(x).dispose(); // both are uploaded now
  const before = alive();
  const { library } = binding;
  const check = library.check;
  for (const failure of ["build function", "add function", "add a Identity node"]) {
    library.check = (what, status) => {
      if (typeof what === "string" && what.startsWith(failure)) throw new Error(`Cannot ${failure}`);
      check.call(library, what, status);
    };
    try {
      const step = compile((x: tf.Tensor) => x.mul(table).add(tf.tensor1d(new Float32Array(5000))));
      assertThrows(() => step(x), Error, `Cannot ${failure}`);
    } finally {
      library.check = check;
    }
    assertEquals(alive(), before, failure);
  }
});

Deno.test("a disposed tensor is refused in a sentence, on TensorFlow and elsewhere", async () => {
  const step = compile((x: tf.Tensor, y: tf.Tensor) => x.add(y), { name: "sum" });
  const dead = tf.tensor2d([[1, 2, 3]]);
  dead.dispose();
  const sentence =
    'Cannot run step "sum": expected live tensors, got float32 [1,3], input 2 of 2, which was disposed';
  assertThrows(() => step(tf.ones([1, 3]), dead), TypeError, sentence);
  await assertRejects(() => step.run(tf.ones([1, 3]), dead), TypeError, sentence);
  await tf.setBackend("cpu");
  try {
    assertThrows(() => step(tf.ones([1, 3]), dead), TypeError, sentence);
  } finally {
    await tf.setBackend("tensorflow");
  }
});

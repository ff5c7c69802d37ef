import * as tf from "@tensorflow/tfjs";
import { assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import { disposeTree, flatten, mapTree, structure, type Tree } from "../../../generative/runtime/mod.ts";

tf.enableProdMode(); // no advice about backends in the output
const a = tf.tensor([1]);
const b = tf.tensor([2, 3]);
const c = tf.tensor([4], [1], "int32");

Deno.test("flatten() visits arrays by index and records by sorted key", () => {
  assertEquals(flatten({ z: a, list: [b, undefined, { y: c, x: a }], a: c }), [c, b, a, c, a]);
  assertEquals(flatten(undefined), []);
});

Deno.test("mapTree() keeps the form and the order of keys, and visits in flatten()'s order", () => {
  const visited: tf.Tensor[] = [];
  const tree: Tree = { z: a, list: [b, undefined], a: { deep: c } };
  const mapped = mapTree(tree, (tensor) => {
    visited.push(tensor);
    return a;
  });
  assertEquals(visited, flatten(tree));
  assertEquals(mapped, { z: a, list: [a, undefined], a: { deep: a } });
  assertEquals(Object.keys(mapped as object), ["z", "list", "a"]);
});

Deno.test("structure() tells apart shapes, types and forms, and nothing else", () => {
  assertEquals(structure({ x: a, y: b }), structure({ y: tf.zeros([2]), x: tf.zeros([1]) }));
  const trees: Tree[] = [
    { x: a },
    { y: a },
    [a],
    [[a]],
    a,
    b,
    c,
    [a, a],
    { x: undefined },
    {},
    [],
    undefined,
    [undefined],
  ];
  assertEquals(new Set(trees.map(structure)).size, trees.length);
  assertNotEquals(structure({ "a:b": a }), structure({ a: { b: a } }));
});

Deno.test("what is no tree of tensors is refused", () => {
  for (const wrong of [3, "text", null, new Float32Array(2), Promise.resolve(a)]) {
    assertThrows(() => flatten([a, wrong as unknown as Tree]), TypeError, "expected tensors");
    assertThrows(() => structure({ x: wrong as unknown as Tree }), TypeError, "expected tensors");
    assertThrows(() => mapTree(wrong as unknown as Tree, (tensor) => tensor), TypeError, "expected tensors");
  }
});

Deno.test("disposeTree() frees every tensor", () => {
  const before = tf.memory().numTensors;
  disposeTree({ x: tf.zeros([2]), list: [tf.zeros([3])] });
  assertEquals(tf.memory().numTensors, before);
});

import * as tf from "@tensorflow/tfjs";
import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { RandomStream } from "../../../core/mod.ts";
import type { PictureData } from "../../../generative/data/mod.ts";
import { findEdges } from "../../../generative/first_steps/convolution_demo.ts";
import { CONVOLUTIONS } from "../../../generative/first_steps/convolution_demo_kind.ts";
import { startBackend } from "../../../generative/runtime/mod.ts";
import { createModel, explore, measure } from "../support/learn.ts";

await startBackend();

/** One picture of 8x8: bright above dark. */
const step: PictureData = {
  kind: "pictures",
  name: "step",
  count: 1,
  height: 8,
  width: 8,
  channels: 1,
  pictures: Uint8Array.from({ length: 64 }, (_, i) => i < 32 ? 255 : 0),
};
const model = createModel(CONVOLUTIONS, step);
const { parameters } = await model.begin(step, new RandomStream(0));

Deno.test("the kernels are the book's: rows 1, 0, -1 and columns -1, 0, 1", () => {
  assertEquals([...parameters["horizontal/kernel"].dataSync()], [1, 1, 1, 0, 0, 0, -1, -1, -1]);
  assertEquals([...parameters["vertical/kernel"].dataSync()], [-1, 0, 1, -1, 0, 1, -1, 0, 1]);
});

Deno.test("a horizontal edge answers the horizontal kernel alone, at stride 2 at half the side", () => {
  const { pictures } = model.batch(step, { indices: [0] });
  const edges = (direction: "horizontal" | "vertical", strides: number) =>
    findEdges(parameters, pictures, { direction, strides });
  const rows = edges("horizontal", 1).reshape([8, 8]).arraySync() as number[][];
  assertEquals(rows.map((row) => row[3]), [-3, 0, 0, 3, 3, 0, 0, 0]); // the border above counts as dark
  const across = edges("vertical", 1).reshape([8, 8]).arraySync() as number[][];
  assert(across.every((row) => row.slice(1, 7).every((value) => value === 0)));
  assertEquals(edges("horizontal", 2).shape, [1, 4, 4, 1]);
  const { horizontal, vertical } = measure(model, parameters, step);
  assert(horizontal > vertical);
});

Deno.test("colours count by how bright they look", () => {
  const red = tf.tensor4d([1, 0, 0], [1, 1, 1, 3]).tile([1, 3, 3, 1]);
  const edges = findEdges(parameters, red, { direction: "horizontal", strides: 1 });
  assertAlmostEquals(edges.reshape([9]).dataSync()[1], -3 * 0.299, 1e-5);
});

Deno.test("convolutions shows four filtered pictures beside the original", async () => {
  const artifacts = await explore(model, parameters, step);
  assertEquals(artifacts.map(({ name }) => name), [
    "edges",
    "horizontal_stride1",
    "horizontal_stride2",
    "vertical_stride1",
    "vertical_stride2",
  ]);
});

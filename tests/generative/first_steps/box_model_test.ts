import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { RandomStream } from "../../../core/mod.ts";
import { loadDataset, type PointData } from "../../../generative/data/mod.ts";
import { isLand } from "../../../generative/data/sets/world_map.ts";
import {
  fitBox,
  logDensityAt,
  logLikelihood,
  readBox,
  sampleBox,
} from "../../../generative/first_steps/box_density.ts";
import { BOX_MODEL } from "../../../generative/first_steps/box_model_kind.ts";
import { measureModel } from "../../../generative/models/measure_model.ts";
import { startBackend } from "../../../generative/runtime/mod.ts";
import { createModel, explore } from "../support/learn.ts";
import { noisePictures } from "../support/pictures.ts";

await startBackend();
const load = async (split: "train" | "test") => await loadDataset("world-map", { split }) as PointData;

Deno.test("the box of maximum likelihood is the smallest one around all points", () => {
  const points = Float32Array.of(1, 2, 3, 10, 5, 4);
  const box = fitBox(points, 1);
  assertEquals([box.low, box.high], [[1, 2], [5, 10]]);
  assertAlmostEquals(logLikelihood(box, points), -Math.log(4 * 8), 1e-5);
  assertEquals([...logDensityAt(box, Float32Array.of(0, 5, 5, 10.1, 5, 10))].map((value) => value > -9), [
    false,
    false,
    true,
  ]);
  // Any larger box makes the points less likely.
  assert(logLikelihood(fitBox(Float32Array.of(...points, 0.9, 5), 1), points) < logLikelihood(box, points));
  assertThrows(
    () => fitBox(Float32Array.of(1, 1, 1, 2), 1),
    RangeError,
    "expected points that differ in x and in y",
  );
});

Deno.test("the density of a grid is its shares by area: it integrates to 1", () => {
  const random = new RandomStream(3);
  const points = Float32Array.from({ length: 400 }, () => random.normal());
  for (const cells of [1, 3, 10]) {
    const { low, high, logDensity } = fitBox(points, cells);
    const area = (high[0] - low[0]) * (high[1] - low[1]) / cells ** 2;
    assertAlmostEquals(logDensity.reduce((sum, log) => sum + Math.exp(log) * area, 0), 1, 1e-5);
  }
  // One point in each of two cells of four: each has density 2 / area.
  const { logDensity } = fitBox(Float32Array.of(0, 0, 4, 4), 2);
  assertEquals([...logDensity].slice(1), [-Infinity, -Infinity, logDensity[0]]);
  assertAlmostEquals(logDensity[0], Math.log(0.5 / 4), 1e-6);
});

Deno.test("samples lie in the box and fall into cells by their shares", () => {
  const box = fitBox(Float32Array.of(0, 0, 1, 1, 1, 1, 1, 1), 2); // a quarter in the first cell
  const points = sampleBox(box, 4000, new RandomStream(7));
  let first = 0;
  for (let n = 0; n < points.length; n += 2) {
    const [x, y] = [points[n], points[n + 1]];
    assert(x >= 0 && x <= 1 && (x < 0.5) === (y < 0.5));
    if (x < 0.5) first++;
  }
  assertAlmostEquals(first / 4000, 0.25, 0.03);
});

Deno.test("the world map's points are on land, and half of the box's samples are not", async () => {
  const [train, test] = [await load("train"), await load("test")];
  const onLand = (points: Float32Array) => {
    let count = 0;
    for (let n = 0; n < points.length; n += 2) count += Number(isLand(points[n], points[n + 1]));
    return 2 * count / points.length;
  };
  assertEquals([onLand(train.points), onLand(test.points)], [1, 1]);
  assert(isLand(-100, 45) && isLand(20, 10) && isLand(135, -25) && !isLand(-30, 30) && !isLand(80, -30));
  const share = onLand(sampleBox(fitBox(train.points, 1), 2000, new RandomStream(1)));
  assert(share > 0.25 && share < 0.6, `${share}`);
  const fine = onLand(sampleBox(fitBox(train.points, 32), 2000, new RandomStream(1)));
  assert(fine > 0.85, `${fine}`);
});

Deno.test("the model measures what the density says, and more cells are learned by heart", async () => {
  const [train, test] = [await load("train"), await load("test")];
  const losses: number[] = [];
  for (const cells of [1, 8, 64]) {
    const model = createModel(BOX_MODEL, train, { cells });
    const parameters = (await model.begin(train, new RandomStream(1))).parameters;
    const box = readBox(parameters);
    assertEquals(box.logDensity, fitBox(train.points, cells).logDensity);
    const { loss, impossible } = await measureModel(model, parameters, test, new RandomStream(1));
    assertAlmostEquals(loss, -logLikelihood(box, test.points), 0.02);
    const lost = logDensityAt(box, test.points).filter((value) => value === -Infinity).length;
    assertAlmostEquals(impossible, lost / test.count, 0.003);
    losses.push(loss);
  }
  assert(losses[1] < losses[0] && losses[2] > losses[0], `${losses}`);
});

Deno.test("box-model takes points in the plane alone, and shows where it fails", async () => {
  assertThrows(
    () => createModel(BOX_MODEL, noisePictures(1, 8, 1)),
    TypeError,
    'Cannot train box-model on "noise": expected points in the plane, got pictures',
  );
  const [train, test] = [await load("train"), await load("test")];
  const model = createModel(BOX_MODEL, train, { cells: 8 });
  const { parameters } = await model.begin(train, new RandomStream(1));
  const artifacts = await explore(model, parameters, test, train);
  assertEquals(artifacts.map(({ name }) => name), ["density", "where_it_fails", "cells"]);
});

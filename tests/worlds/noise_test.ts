import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { RandomStream } from "../../core/random_stream.ts";
import { seedTensor, startBackend } from "../../generative/runtime/mod.ts";
import { type NoiseSpecs, seededNoise, streamNoise } from "../../worlds/noise.ts";

await startBackend({ backend: "cpu" });

const specs: NoiseSpecs = { choice: { size: 2, kind: "uniform" }, value: { size: 3, kind: "normal" } };

Deno.test("seededNoise() follows the seed, each name draws for itself, and blocks share their noise", () => {
  const draw = (pair: [number, number], blocks = 1) =>
    seededNoise(specs, seedTensor(pair), { rows: 40, blocks });
  const { choice, value } = draw([1, 2]);
  assertEquals([choice.shape, value.shape], [[40, 2], [40, 3]]);
  assert(choice.dataSync().every((x) => x >= 0 && x < 1));
  assert(value.dataSync().some((x) => x < 0) && value.dataSync().some((x) => x > 1));
  assertEquals(draw([1, 2]).value.dataSync(), value.dataSync());
  assertNotEquals(draw([1, 3]).value.dataSync(), value.dataSync());
  const shared = draw([1, 2], 2).value.dataSync();
  assertEquals(shared.slice(60), shared.slice(0, 60));
});

Deno.test("streamNoise() draws each row from its own stream, name after name; a row without one gets zeros", () => {
  const { choice, value } = streamNoise(specs, [new RandomStream(1), undefined, new RandomStream(2)]);
  [1, 2].forEach((seed, k) => {
    const random = new RandomStream(seed);
    const wanted = [random.uniform(), random.uniform(), random.normal(), random.normal(), random.normal()];
    const got = [...choice.dataSync().slice(4 * k, 4 * k + 2), ...value.dataSync().slice(6 * k, 6 * k + 3)];
    assertEquals(got, [...Float32Array.from(wanted)]);
  });
  assertEquals([...choice.dataSync().slice(2, 4), ...value.dataSync().slice(3, 6)], new Array(5).fill(0));
});

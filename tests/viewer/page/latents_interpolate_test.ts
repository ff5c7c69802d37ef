import { assertAlmostEquals, assertEquals } from "@std/assert";
import { interpolate, type Path } from "../../../viewer/page/latents/interpolate.ts";
import { evenly, traverse, traverseTwo } from "../../../viewer/page/latents/traverse.ts";

const lengths = (latents: Float32Array, size: number) =>
  Array.from(
    { length: latents.length / size },
    (_, n) => Math.hypot(...latents.subarray(n * size, n * size + size)),
  );

Deno.test("both ways start at A and end at B", () => {
  const [a, b] = [new Float32Array([1, -2, 0.5]), new Float32Array([0, 3, 4])];
  for (const path of ["linear", "spherical"] satisfies Path[]) {
    const latents = interpolate(a, b, { count: 7, path });
    for (let i = 0; i < 3; i++) {
      assertAlmostEquals(latents[i], a[i], 1e-6);
      assertAlmostEquals(latents[18 + i], b[i], 1e-6);
    }
  }
});

Deno.test("the middle of a straight line is the mean", () => {
  const middle = interpolate(new Float32Array([0, 4]), new Float32Array([2, 0]), {
    count: 3,
    path: "linear",
  });
  assertEquals([...middle.subarray(2, 4)], [1, 2]);
});

Deno.test("the arc between unit vectors keeps to the sphere, at equal angles", () => {
  const latents = interpolate(new Float32Array([1, 0]), new Float32Array([0, 1]), {
    count: 4,
    path: "spherical",
  });
  for (const [n, length] of lengths(latents, 2).entries()) {
    assertAlmostEquals(length, 1, 1e-6);
    assertAlmostEquals(Math.atan2(latents[n * 2 + 1], latents[n * 2]), n * Math.PI / 6, 1e-6);
  }
});

Deno.test("the arc between vectors of different lengths grows evenly", () => {
  const latents = interpolate(new Float32Array([1, 0]), new Float32Array([0, 3]), {
    count: 3,
    path: "spherical",
  });
  assertAlmostEquals(lengths(latents, 2)[1], 2, 1e-6);
});

Deno.test("the arc falls back to the line where there is none: same, opposite or no direction", () => {
  for (const [a, b] of [[[1, 1], [2, 2]], [[1, 0], [-1, 0]], [[0, 0], [1, 2]], [[0, 0], [0, 0]]]) {
    const ends = [new Float32Array(a), new Float32Array(b)] as const;
    const line = interpolate(...ends, { count: 5, path: "linear" });
    assertEquals(interpolate(...ends, { count: 5, path: "spherical" }), line);
  }
});

Deno.test("a traversal changes one dimension and leaves the others", () => {
  assertEquals(evenly(-3, 3, 3), [-3, 0, 3]);
  const latent = new Float32Array([5, 6, 7]);
  assertEquals([...traverse(latent, 1, [-1, 0])], [5, -1, 7, 5, 0, 7]);
  assertEquals([...latent], [5, 6, 7]);
});

Deno.test("a traversal of two dimensions takes all pairs, a row for each value of the first", () => {
  const grid = traverseTwo(new Float32Array([5, 6, 7]), [0, 2], [[1, 2], [3, 4]]);
  assertEquals([...grid], [1, 6, 3, 1, 6, 4, 2, 6, 3, 2, 6, 4]);
});

// deno-lint-ignore-file camelcase -- the golden data's names
import { assert, assertEquals } from "@std/assert";
import { generateTrack } from "../../../envs/car_racing/track.ts";
import type { Track } from "../../../envs/car_racing/state.ts";
import { NumpyRandom } from "../../../envs/random/numpy_random.ts";
import { readFixture } from "../../support/fixtures.ts";

interface GoldenTrack {
  n: number;
  attempts: number;
  track: number[][];
  border: number[];
  border_side: number[];
}

interface Golden {
  tracks: Record<string, GoldenTrack>;
  extra: Record<string, GoldenTrack>;
  raw: Record<string, number[]>;
  unseeded_resets: {
    seed: number;
    n_first: number;
    then: { n: number; attempts: number; track_10: number[][] }[];
  };
}

const golden = await readFixture<Golden>("car_racing/tracks.json.gz");

/** Nine significant digits, as the golden data was written. */
const rounded = (track: Track, count = track.points.length) =>
  track.points.slice(0, count).map(({ alpha, beta, x, y }) =>
    [alpha, beta, x, y].map((value) => Number(value.toPrecision(9)))
  );

for (const [seed, expected] of Object.entries({ ...golden.tracks, ...golden.extra })) {
  Deno.test(`seed ${seed} draws Gymnasium's track`, () => {
    const track = generateTrack(new NumpyRandom(Number(seed)));
    assertEquals(track.points.length, expected.n);
    assertEquals(track.attempts, expected.attempts);
    assertEquals(rounded(track), expected.track);
    const border = [...track.border.keys()].filter((i) => track.border[i]);
    assertEquals(border, expected.border);
    assertEquals(border.map((i) => track.borderSide[i]), expected.border_side);
  });
}

for (const [seed, doubles] of Object.entries(golden.raw)) {
  Deno.test(`seed ${seed} draws Gymnasium's doubles`, () => {
    const random = new NumpyRandom(Number(seed));
    assertEquals(doubles.map(() => random.random()), doubles);
  });
}

Deno.test("without a new seed the generator goes on from track to track", () => {
  const { seed, n_first, then } = golden.unseeded_resets;
  const random = new NumpyRandom(seed);
  assertEquals(generateTrack(random).points.length, n_first);
  for (const expected of then) {
    const track = generateTrack(random);
    assertEquals([track.points.length, track.attempts], [expected.n, expected.attempts]);
    assertEquals(rounded(track, 10), expected.track_10);
  }
});

Deno.test("every seed gives a closed track of an ordinary length", () => {
  for (let seed = 500; seed < 540; seed++) {
    const { points } = generateTrack(new NumpyRandom(seed));
    assert(points.length > 200 && points.length < 420, `seed ${seed} has ${points.length} tiles`);
  }
});

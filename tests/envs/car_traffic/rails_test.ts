import { assert, assertEquals, assertGreaterOrEqual } from "@std/assert";
import { TRACK_WIDTH } from "../../../envs/car_racing/constants.ts";
import { generateTrack } from "../../../envs/car_racing/track.ts";
import { layRails, RAIL_DISTANCE } from "../../../envs/car_traffic/rails.ts";
import { NumpyRandom } from "../../../envs/random/numpy_random.ts";
import { ringTrack } from "../../support/ring_track.ts";

Deno.test("rails leave the road free, wherever it goes", () => {
  for (let seed = 0; seed < 20; seed++) {
    const track = generateTrack(new NumpyRandom(seed));
    for (const { quad } of layRails(track, "all")) {
      for (let i = 0; i < quad.length; i += 2) {
        for (const { x, y } of track.points) {
          assertGreaterOrEqual(Math.hypot(quad[i] - x, quad[i + 1] - y), TRACK_WIDTH + 1.9);
        }
      }
    }
  }
});

Deno.test("in bends rails stand on the outside, and there are none on the straights", () => {
  for (let seed = 0; seed < 20; seed++) {
    const track = generateTrack(new NumpyRandom(seed));
    const all = layRails(track, "all").length;
    const bends = layRails(track, "bends").length;
    assert(bends > 20 && bends < all / 2, `${bends} of ${all}`);
    assertEquals(layRails(track, "none"), []);
  }
  // A ring of 630 u turns by 0.035 rad a point: no bend. One of 280 u does, all around, to the left.
  assertEquals(layRails(ringTrack(180), "bends"), []);
  const rails = layRails(ringTrack(80), "bends");
  assertEquals(rails.length, 80);
  const radius = 3.5 * 80 / (2 * Math.PI);
  for (const { quad } of rails) assert(Math.hypot(quad[0], quad[1]) > radius + RAIL_DISTANCE - 0.1);
});

Deno.test("the ends of a rail are bent away from the road", () => {
  const track = generateTrack(new NumpyRandom(1));
  const distances = layRails(track, "bends").map(({ quad, joinedBefore, joinedBehind }) => {
    const nearest = (i: number) =>
      Math.min(...track.points.map(({ x, y }) => Math.hypot(quad[i] - x, quad[i + 1] - y)));
    const corners = [0, 2, 4, 6].map(nearest);
    return { end: !joinedBefore || !joinedBehind, farthest: Math.max(...corners) };
  });
  const ends = distances.filter(({ end }) => end);
  assert(ends.length >= 4);
  for (const { farthest } of ends) assert(farthest > RAIL_DISTANCE + 3.5);
});

import { assertEquals } from "@std/assert";
import { pastAttention } from "../../../viewer/page/watch/past_attention.ts";

Deno.test("attention to parts becomes shares of frames, and lights of their parts beside the brightest", () => {
  // Two parts of each frame, and an action; the episode has had two of the three decisions.
  const weights = Float64Array.of(0, 0, 0, /* */ 0.125, 0.25, 0.125, /* */ 0, 0.0625, 0.4375);
  const frames = pastAttention(weights, { window: 3, parts: 3, squares: 2, decisions: 2 });
  assertEquals(frames, [
    { decision: 0, share: 0.5, lights: [0.5, 1] },
    { decision: 1, share: 0.5, lights: [0, 0.25] },
  ]);
  const later = pastAttention(weights, { window: 3, parts: 3, squares: 2, decisions: 40 });
  assertEquals(later.map(({ decision }) => decision), [37, 38, 39]);
  assertEquals(later[0], { decision: 37, share: 0, lights: [0, 0] });
});

Deno.test("frames are dark where nothing but actions was looked at", () => {
  const [frame] = pastAttention(Float64Array.of(0, 1), { window: 1, parts: 2, squares: 1, decisions: 1 });
  assertEquals(frame, { decision: 0, share: 1, lights: [0] });
});

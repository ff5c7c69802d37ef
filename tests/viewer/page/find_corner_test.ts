import { assert, assertEquals } from "@std/assert";
import { STATE_SIZE } from "../../../envs/car_racing/saved_state.ts";
import type { RecordingHeader } from "../../../envs/recordings/format.ts";
import { openEpisode } from "../../../viewer/page/episodes/open_episode.ts";
import { AT } from "../../../viewer/page/environments/car_racing/state_tape.ts";
import { findCorner } from "../../../viewer/page/environments/car_racing/find_corner.ts";
import { highlightOf } from "../../../viewer/page/welcome/highlight_of.ts";
import { demoRecording } from "../support/fixtures.ts";

/** A drive whose heading at a step is given, and which touches a tile every tenth step where it makes its way. */
function drive(
  steps: number,
  heading: (step: number) => number,
  onRoad: (step: number) => boolean = () => true,
) {
  const states = new Float64Array((steps + 1) * STATE_SIZE);
  for (let step = 0; step <= steps; step++) states[step * STATE_SIZE + AT.angle] = heading(step);
  const rewards = Float64Array.from(
    { length: steps },
    (_, step) => step % 10 === 0 && onRoad(step) ? 3 : -0.1,
  );
  const header = { env: "CarRacing-v3", stateSize: STATE_SIZE } as RecordingHeader;
  return { header, states, steps, rewards };
}

/** The heading of a car that turns by an angle between two steps, and drives straight on before and after. */
const turning = (from: number, to: number, angle: number) => (step: number) =>
  angle * Math.min(Math.max((step - from) / (to - from), 0), 1);

Deno.test("the corner is where the car turns most", () => {
  const { from, dream, to } = findCorner(drive(1000, turning(600, 720, -1.5)));
  assert(dream <= 600 && to >= 720, `${dream} to ${to}`);
  assertEquals([dream % 4, dream - from, to - dream], [0, 40, 160]);
});

Deno.test("a spin beside the road is no corner", () => {
  const spin = turning(300, 400, 12);
  const bend = turning(700, 800, 1);
  const { dream } = findCorner(
    drive(1000, (step) => spin(step) + bend(step), (step) => step < 250 || step > 550),
  );
  assert(dream > 550 && dream <= 700, String(dream));
});

Deno.test("short drives and other environments give what there is", () => {
  const short = findCorner(drive(50, () => 0));
  assertEquals(short, { from: 0, dream: 0, to: 50 });
  const { header, ...rest } = drive(400, turning(200, 300, 1));
  const pole = { ...rest, header: { ...header, env: "CartPole-v1" } };
  assertEquals(highlightOf(pole), { from: 0, dream: 40, to: 200 });
  assertEquals(highlightOf({ ...pole, steps: 20 }), { from: 0, dream: 4, to: 20 });
  assertEquals(highlightOf({ ...rest, header }), findCorner({ ...rest, header }));
  assertEquals(findCorner(drive(400, () => 0)), { from: 60, dream: 100, to: 260 });
});

Deno.test("a real drive has a corner in which it turns by half a right angle or more", async () => {
  const episode = await openEpisode(demoRecording(), "demo");
  const { from, dream, to } = findCorner(episode);
  const angle = (step: number) => episode.states[step * STATE_SIZE + AT.angle];
  assert(Math.abs(angle(to) - angle(dream)) > Math.PI / 4);
  assert(0 <= from && from < dream && dream < to && to <= episode.steps);
});

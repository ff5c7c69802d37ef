import { assert, assertEquals } from "@std/assert";
import { PursuitDriver } from "../../../envs/car_racing/pursuit_driver.ts";
import { STATE_SIZE } from "../../../envs/car_racing/saved_state.ts";
import { make } from "../../../envs/registry.ts";
import type { RedrawableEnv } from "../../../envs/env.ts";
import { parseRecording } from "../../../envs/recordings/reader.ts";
import { redrawRecording } from "../../../envs/recordings/redraw.ts";
import { DreamDrive, LONGEST_DREAM } from "../../../viewer/page/drive/dream_drive.ts";
import { RealityDrive } from "../../../viewer/page/drive/reality_drive.ts";
import { driverAt } from "../../../viewer/page/scene/driver_at.ts";
import { worldOfEpisode } from "../../../viewer/page/scene/episode_world.ts";

/** A drive on a track, the scripted driver's from a step on. */
function driven(seed: number, { steps, limit = 1000 }: { steps: number; limit?: number }): RealityDrive {
  const drive = new RealityDrive(seed, limit);
  const scripted = new PursuitDriver();
  for (let i = 0; i < steps && !drive.over; i++) {
    if (i < 10) drive.step(Float32Array.of(0.1, 0.3, 0), "human");
    else drive.step(scripted.act(drive.view), "pursuit");
  }
  return drive;
}

Deno.test("a drive's recording holds its states: replayed actions lead to them, redrawn pictures are those seen", async () => {
  const drive = driven(3, { steps: 120 });
  const recording = parseRecording(drive.record());
  assertEquals(recording.damage, undefined);
  assertEquals(recording.steps, 120);
  assertEquals(recording.header.metadata, { driver: "mixed", drivers: [[0, "human"], [10, "pursuit"]] });
  const env = make(recording.header.env, recording.header.options) as RedrawableEnv;
  let { observation } = env.reset({ seed: recording.header.seed });
  const pictures = redrawRecording(recording);
  for (let i = 0; i <= 120; i++) {
    assertEquals(recording.states.subarray(i * STATE_SIZE, (i + 1) * STATE_SIZE), env.saveState());
    assertEquals((await pictures.next()).value, observation);
    if (i === 120) break;
    const step = env.step(recording.actions.subarray(3 * i, 3 * i + 3));
    assertEquals(step.reward, recording.rewards[i]);
    observation = step.observation;
  }
});

Deno.test("a drive ends at its limit, and its recording says so", () => {
  const drive = driven(1, { steps: 90, limit: 60 });
  assert(drive.over);
  const { steps, truncated, terminated, header } = parseRecording(drive.record());
  assertEquals(steps, 60);
  assertEquals([truncated[59], terminated[59]], [1, 0]);
  assertEquals(header.options, { maxEpisodeSteps: 60 });
});

Deno.test("a drive counts tiles and adds up rewards", () => {
  const drive = driven(2, { steps: 150 });
  assert(drive.tilesVisited > 10, `${drive.tilesVisited} tiles`);
  const sum = drive.rewards.subarray(0, drive.steps).reduce((a, b) => a + b, 0);
  assertEquals(drive.total, sum);
  const last = drive.rewards.subarray(drive.steps - 4, drive.steps).reduce((a, b) => a + b, 0);
  assertEquals(drive.earned(drive.steps - 4), last);
  assertEquals(drive.earned(0), sum);
});

Deno.test("an episode's track is found again from its header", () => {
  const drive = driven(5, { steps: 3 });
  const { header, states } = parseRecording(drive.record());
  const world = worldOfEpisode({ header, states })!;
  assertEquals(world.track.points, drive.world.track.points);
  assertEquals(world.colors, drive.world.colors);
  assertEquals(worldOfEpisode({ header: { ...header, env: "Dream-v0" }, states }), undefined);
});

Deno.test("a recording says who drove at each step", () => {
  const metadata = { driver: "mixed", drivers: [[0, "human"], [40, "controller"], [90, "human"]] };
  const tokens = [0, 39, 40, 89.5, 90, 1000].map((step) => driverAt(metadata, step));
  assertEquals(tokens, ["--human", "--human", "--agent", "--agent", "--human", "--human"]);
  assertEquals(driverAt({ policy: "pursuit" }, 5), "--agent");
});

Deno.test("the scripted driver takes over anywhere on the track", () => {
  const drive = driven(4, { steps: 400 });
  const fresh = new PursuitDriver();
  fresh.reset(drive.view);
  const before = drive.tilesVisited;
  for (let i = 0; i < 100 && !drive.over; i++) drive.step(fresh.act(drive.view), "pursuit");
  assert(drive.tilesVisited > before + 10, `${drive.tilesVisited} after ${before}`);
});

const position = { latents: new Float32Array(2), memory: new Float32Array(3) };
const picture = (level: number) => new Uint8Array(64 * 64 * 3).fill(level);

Deno.test("a dream's recording holds its frames, and ends where the model expects the end", async () => {
  const dream = new DreamDrive(
    { position, frame: picture(7), size: [64, 64], metadata: { run: "tiny" } },
    11,
  );
  for (let i = 0; i < 5; i++) {
    assert(!dream.over);
    dream.add(
      { frame: picture(10 + i), action: Float32Array.of(0, i / 4, 0), reward: i, done: i === 4 ? 0.9 : 0.1 },
      position,
      "human",
    );
  }
  assert(dream.over);
  const recording = parseRecording(dream.record());
  assertEquals(recording.header.env, "Dream-v0");
  assertEquals(recording.header.seed, 11);
  assertEquals(recording.header.metadata, {
    run: "tiny",
    driver: "human",
    drivers: [[0, "human"]],
    dream: true,
  });
  assertEquals([...recording.rewards], [0, 1, 2, 3, 4]);
  assertEquals([...recording.terminated], [0, 0, 0, 0, 1]);
  const levels = [];
  for await (const frame of redrawRecording(recording)) levels.push(frame[0]);
  assertEquals(levels, [7, 10, 11, 12, 13, 14]);
});

Deno.test("a dream that never ends is cut", () => {
  const dream = new DreamDrive({ position, frame: picture(0), size: [64, 64], metadata: {} }, 0);
  const moment = { frame: picture(1), action: new Float32Array(3), reward: 0, done: 0 };
  while (!dream.over) dream.add(moment, position, "controller");
  assertEquals(dream.decisions, LONGEST_DREAM);
  const { truncated, terminated } = parseRecording(dream.record());
  assertEquals([truncated.at(-1), terminated.at(-1)], [1, 0]);
});

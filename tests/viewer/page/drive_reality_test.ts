import { assert, assertEquals } from "@std/assert";
import type { CarRacing } from "../../../envs/car_racing/car_racing.ts";
import { PursuitDriver } from "../../../envs/car_racing/pursuit_driver.ts";
import { STATE_SIZE } from "../../../envs/car_racing/saved_state.ts";
import { make } from "../../../envs/registry.ts";
import { agentSight } from "../../../envs/agent_view.ts";
import type { Observation, RedrawableEnv } from "../../../envs/env.ts";
import { parseRecording } from "../../../envs/recordings/reader.ts";
import { redrawRecording } from "../../../envs/recordings/redraw.ts";
import { DreamDrive, LONGEST_DREAM } from "../../../viewer/page/drive/dream_drive.ts";
import { RealityDrive } from "../../../viewer/page/drive/reality_drive.ts";
import { driverAt } from "../../../viewer/page/episodes/driver_at.ts";
import { worldOfEpisode } from "../../../viewer/page/environments/car_racing/episode_world.ts";

const viewOf = (drive: RealityDrive) => (drive.env as unknown as CarRacing).view;
const tiles = (drive: RealityDrive) => Number(drive.info.tilesVisited);

/** A drive on a track, the scripted driver's from a step on. */
function driven(seed: number, { steps, limit = 1000 }: { steps: number; limit?: number }): RealityDrive {
  const drive = new RealityDrive({ environment: "CarRacing-v3", seed, maxSteps: limit });
  const scripted = new PursuitDriver();
  for (let i = 0; i < steps && !drive.over; i++) {
    if (i < 10) drive.step(Float32Array.of(0.1, 0.3, 0), "human");
    else drive.step(scripted.act(viewOf(drive)), "pursuit");
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
  assert(tiles(drive) > 10, `${tiles(drive)} tiles`);
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
  assertEquals(world.track.points, (drive.env as unknown as CarRacing).track.points);
  assertEquals(world.colors, viewOf(drive).colors);
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
  const next = drive.scripted()!;
  const before = tiles(drive);
  for (let i = 0; i < 100 && !drive.over; i++) drive.step(Float32Array.from(next()), "scripted");
  assert(tiles(drive) > before + 10, `${tiles(drive)} after ${before}`);
});

for (const environment of ["CartPole-v1", "Pendulum-v1", "TakeCover-v0", "CarTraffic-v0"]) {
  Deno.test(`a drive in ${environment} is recorded as it was, with what agents see of it and a picture for people`, async () => {
    const drive = new RealityDrive({ environment, seed: 3 });
    const next = drive.scripted()!;
    for (let i = 0; i < 40; i++) drive.step(Float32Array.from(next()), i < 20 ? "scripted" : "human");
    const recording = parseRecording(drive.record());
    assertEquals([recording.damage, recording.steps, recording.header.options], [undefined, 40, {}]);
    assertEquals(recording.header.metadata.drivers, [[0, "scripted"], [20, "human"]]);
    const env = make<Observation>(environment);
    let { observation } = env.reset({ seed: 3 });
    const size = drive.actionSize;
    let step = 0;
    for await (const recorded of redrawRecording<Observation>(recording)) {
      assertEquals(recorded, observation, `step ${step}`);
      if (step === 40) break;
      ({ observation } = env.step(recording.actions.subarray(step * size, ++step * size)));
    }
    const sight = agentSight(env);
    assertEquals(drive.agentObservation(), sight.observe());
    const [height, width] = sight.observationSpace.shape;
    assertEquals(drive.agentSize, sight.observationSpace.shape.length === 3 ? [height, width] : undefined);
    const picture = drive.picture();
    assertEquals(picture.data.length, picture.width * picture.height * 3);
    drive.close();
  });
}

const stand = { latents: new Float32Array(2), memory: new Float32Array(3) };
const picture = (level: number) => new Uint8Array(64 * 64 * 3).fill(level);

Deno.test("a dream's recording holds its frames, and ends where the model expects the end", async () => {
  const dream = new DreamDrive(
    {
      position: () => Promise.resolve(stand),
      frame: picture(7),
      size: [64, 64],
      actionSize: 3,
      metadata: { run: "tiny" },
    },
    11,
  );
  for (let i = 0; i < 5; i++) {
    assert(!dream.over);
    dream.add(
      { frame: picture(10 + i), action: Float32Array.of(0, i / 4, 0), reward: i, done: i === 4 ? 0.9 : 0.1 },
      stand,
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
  const dream = new DreamDrive(
    {
      position: () => Promise.resolve(stand),
      frame: picture(0),
      size: [64, 64],
      actionSize: 3,
      metadata: {},
    },
    0,
  );
  const moment = { frame: picture(1), action: new Float32Array(3), reward: 0, done: 0 };
  while (!dream.over) dream.add(moment, stand, "controller");
  assertEquals(dream.decisions, LONGEST_DREAM);
  const { truncated, terminated } = parseRecording(dream.record());
  assertEquals([truncated.at(-1), terminated.at(-1)], [1, 0]);
});

import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { RandomStream } from "../../../core/random_stream.ts";
import {
  type Env,
  FrameStack,
  make,
  NormalizeObservation,
  type Observation,
  RecordInMemory,
} from "../../../envs/mod.ts";
import { actionParts } from "../../../viewer/page/episodes/action_parts.ts";
import { openEpisode } from "../../../viewer/page/episodes/open_episode.ts";
import { hasScene } from "../../../viewer/page/environments/car_racing/has_scene.ts";
import { curvesOf } from "../../../viewer/page/watch/curves.ts";
import { pictureSide } from "../../../viewer/page/watch/pane_layout.ts";

const STEPS = 6;

/** A few random steps. */
function record(inner: Env<Observation>): Uint8Array {
  const env = new RecordInMemory<Observation>(inner);
  const random = new RandomStream(1);
  env.reset({ seed: 3 });
  for (let step = 0; step < STEPS; step++) env.advance(env.actionSpace.sample(random));
  env.close();
  return env.bytes();
}

const SHOWN: [id: string, options: Record<string, unknown>, size: [number, number], action: string[]][] = [
  ["CarRacing-v3", {}, [96, 96], ["steer", "gas", "brake"]],
  ["CarRacing-v3", { frameSize: 64, continuous: false }, [64, 64], ["action"]],
  ["CarRacing-v3", { observation: "gray" }, [96, 96], ["steer", "gas", "brake"]],
  ["CarRacing-v3", { observation: "state" }, [240, 160], ["steer", "gas", "brake"]],
  ["CarTraffic-v0", {}, [96, 96], ["steer", "gas", "brake"]],
  ["CarRace-v0", {}, [96, 96], ["steer", "gas", "brake"]],
  ["TakeCover-v0", {}, [64, 64], ["move"]],
  ["TakeCover-v0", { observation: "gray", continuous: false }, [64, 64], ["move"]],
  ["CartPole-v1", {}, [240, 160], ["push"]],
  ["MountainCarContinuous-v0", {}, [240, 160], ["force"]],
  ["Pendulum-v1", {}, [240, 240], ["torque"]],
  ["Acrobot-v1", {}, [240, 240], ["torque"]],
];

for (const [id, options, [width, height], action] of SHOWN) {
  Deno.test(`an episode of ${id} ${JSON.stringify(options)} opens with pictures and named actions`, async () => {
    const episode = await openEpisode(record(make<Observation>(id, options)), id);
    assertEquals([episode.width, episode.height, episode.damage], [width, height, undefined]);
    assertEquals(episode.frames.length, (STEPS + 1) * width * height * 3);
    const last = episode.frames.subarray(STEPS * width * height * 3);
    assert(new Set(last).size > 1, "the last picture is not of one level");
    assertEquals(actionParts(episode.header).map(({ name }) => name), action);
    const curves = curvesOf({ episode, sample: 0, frameSkip: 1 }).map(({ id }) => id);
    assertEquals(curves, [
      "reward",
      "return",
      ...(action.length === 3 ? ["action-0", "action-1"] : ["action-0"]),
    ]);
    assertEquals(hasScene(episode), id.startsWith("CarRacing") && episode.states.length > 0);
  });
}

Deno.test("an episode that plays differently says from which frame on, and one of stacked pictures is refused", async () => {
  const other = record(new NormalizeObservation(make<Float32Array>("CartPole-v1")) as Env<Observation>);
  const { damage } = await openEpisode(other, "other");
  assertMatch(damage!, /^Cannot draw all of "other": expected CartPole-v1 to repeat the episode/);
  const stacked = record(new FrameStack(make("TakeCover-v0"), 2) as Env<Observation>);
  await assertRejects(() => openEpisode(stacked, "stack"), RangeError, "expected pictures of [H, W, 3]");
});

Deno.test("pictures of any size have whole pixels beside those of agents", () => {
  const none = new Uint8Array(0), some = new Uint8Array(1);
  const agentSize = [64, 64] as const;
  assertEquals(pictureSide({ width: 96, height: 96, agentFrames: some, agentSize }, "agent"), 64);
  assertEquals(pictureSide({ width: 96, height: 96, agentFrames: some, agentSize }, "environment"), 192);
  assertEquals(pictureSide({ width: 240, height: 160, agentFrames: none, agentSize }, "agent"), 240);
});

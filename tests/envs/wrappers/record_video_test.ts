import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { checkEnv } from "../../../envs/check_env.ts";
import type { Env, RenderOptions } from "../../../envs/env.ts";
import {
  cappedCubicSchedule,
  RecordVideo,
  type RecordVideoOptions,
  TimeLimit,
} from "../../../envs/wrappers/mod.ts";
import { CounterEnv } from "../../support/counter_env.ts";

/** Names of files and their pictures, in alphabetical order. */
function videos(folder: string): string[] {
  return [...Deno.readDirSync(folder)].map(({ name }) => {
    const bytes = Deno.readFileSync(`${folder}/${name}`);
    return name.endsWith(".gif") ? `${name} ${countPictures(bytes)}` : name;
  }).sort();
}

/** Graphic control extensions of a GIF: one a picture. */
function countPictures(bytes: Uint8Array): number {
  assertEquals(new TextDecoder().decode(bytes.subarray(0, 6)), "GIF89a");
  return bytes.reduce(
    (count, byte, i) => count + +(byte === 0x21 && bytes[i + 1] === 0xf9 && bytes[i + 2] === 4),
    0,
  );
}

function record(options: RecordVideoOptions = {}, env: Env = new TimeLimit(new CounterEnv(), 5)) {
  const folder = Deno.makeTempDirSync();
  return { folder, env: new RecordVideo(env, folder, options) };
}

/** Whole episodes of five steps. */
function play(env: RecordVideo, episodes: number): void {
  for (let episode = 0; episode < episodes; episode++) {
    env.reset({ seed: episode });
    while (!env.step([0.5, 0]).truncated);
  }
}

Deno.test("RecordVideo records episodes 0, 1, 8, 27 .. and each thousandth by default", () => {
  const episodes = Array.from({ length: 4001 }, (_, i) => i).filter(cappedCubicSchedule);
  const cubes = [0, 1, 8, 27, 64, 125, 216, 343, 512, 729];
  assertEquals(episodes, [...cubes, 1000, 2000, 3000, 4000]);
  const { folder, env } = record();
  play(env, 10);
  assertEquals(videos(folder), [0, 1, 8].map((n) => `rl-video-episode-${n}.gif 6`));
});

Deno.test("RecordVideo writes a video when the next episode begins or the environment is closed", () => {
  const { folder, env } = record({ namePrefix: "drive", episodeTrigger: (episode) => episode === 1 });
  play(env, 2);
  assertEquals([env.recording, videos(folder)], [true, []]);
  env.reset();
  assertEquals([env.recording, videos(folder)], [false, ["drive-episode-1.gif 6"]]);
  const early = record();
  early.env.reset();
  early.env.step([1, 0]);
  early.env.close();
  assertEquals(videos(early.folder), ["rl-video-episode-0.gif 2"]);
});

Deno.test("RecordVideo starts at steps too; a video of N steps has N + 1 pictures and goes over ends of episodes", () => {
  const { folder, env } = record({ stepTrigger: (step) => step % 12 === 3, videoLength: 4 });
  play(env, 4);
  assertEquals(videos(folder), ["rl-video-step-15.gif 5", "rl-video-step-3.gif 5"]);
  const long = record({ stepTrigger: (step) => step === 0 || step === 3 });
  play(long.env, 2);
  assertEquals(videos(long.folder), ["rl-video-step-0.gif 3", "rl-video-step-3.gif 2"]);
});

Deno.test("RecordVideo draws the picture that it is asked for, and none while it does not record", () => {
  const asked: (RenderOptions | undefined)[] = [];
  class Asked extends CounterEnv {
    override render(options?: RenderOptions) {
      asked.push(options);
      return super.render();
    }
  }
  const { env } = record({ render: { view: "birdsEye" } }, new TimeLimit(new Asked(), 5));
  play(env, 4);
  assertEquals(asked, new Array(12).fill({ view: "birdsEye" }));
});

Deno.test("RecordVideo writes MP4s beside the program; saved() waits for them and tells what went wrong", async () => {
  const { folder, env } = record({ format: "mp4" }, new TimeLimit(new CounterEnv({ size: 32 }), 5));
  play(env, 2);
  env.close();
  const paths = await env.saved();
  assertEquals(paths, [0, 1].map((n) => `${folder}/rl-video-episode-${n}.mp4`));
  for (const path of paths) {
    assertEquals(new TextDecoder().decode(Deno.readFileSync(path).subarray(4, 8)), "ftyp");
  }

  const failing = record({ format: "mp4" });
  failing.env.reset();
  Deno.removeSync(failing.folder, { recursive: true });
  Deno.writeTextFileSync(failing.folder, "a file where the folder should be");
  failing.env.close();
  await assertRejects(() => failing.env.saved(), Error, "Cannot write");
});

Deno.test("RecordVideo leaves the environment as it is; a state that is set ends the video", () => {
  const { folder, env } = record();
  checkEnv(env, { steps: 8, other: new TimeLimit(new CounterEnv(), 5) });
  const before = videos(folder).length;
  env.reset({ seed: 1 });
  const { env: again, folder: other } = record();
  again.reset({ seed: 2 });
  assertEquals(again.recording, true);
  again.setState(env.getState());
  assertEquals([again.recording, videos(other)], [false, ["rl-video-episode-0.gif 1"]]);
  assertEquals(again.step([1, 0]), env.step([1, 0]));
  assert(videos(folder).length >= before);
  for (const options of [{ videoLength: -1 }, { videoLength: 0.5 }, { fps: 0 }, { fps: 60 }, { fps: NaN }]) {
    assertThrows(() => record(options), RangeError, "videos of Counter-v0");
  }
});

Deno.test("RecordVideo refuses a format that it cannot write", () => {
  const format = "avi" as "gif";
  assertThrows(() => new RecordVideo(new CounterEnv(), "videos", { format }), RangeError, 'got "avi"');
});

Deno.test("RecordVideo replaces no video without being told to, and says so before the episode begins", () => {
  const folder = Deno.makeTempDirSync();
  const again = (options: RecordVideoOptions = {}) => new RecordVideo(new CounterEnv(), folder, options);
  const first = again({ stepTrigger: (step) => step === 1 });
  first.reset({ seed: 1 });
  first.step([0, 0]);
  first.step([0, 0]);
  first.close();

  const steps = again({ stepTrigger: (step) => step === 1 });
  steps.reset({ seed: 1 });
  steps.step([0, 0]);
  const state = steps.getState();
  assertThrows(
    () => steps.step([0, 0]),
    Error,
    'rl-video-step-1.gif": expected a new file, got one that exists',
  );
  assertEquals(steps.getState(), state);

  const episodes = { episodeTrigger: (episode: number) => episode === 0 };
  const one = again(episodes), two = again(episodes);
  one.reset({ seed: 1 });
  const before = two.getState();
  assertThrows(() => two.reset({ seed: 1 }), Error, "got one that another recorder is at work on");
  assertEquals([two.getState(), two.recording], [before, false]);
  one.close();
  assertThrows(() => two.reset({ seed: 1 }), Error, "got one that exists; choose another folder");
  const replacing = again({ ...episodes, overwrite: true });
  replacing.reset({ seed: 1 });
  for (let step = 0; step < 3; step++) replacing.step([0, 0]);
  replacing.close();
  assertEquals(videos(folder), ["rl-video-episode-0.gif 4", "rl-video-step-1.gif 1"]);
});

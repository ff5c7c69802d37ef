import { assertEquals } from "@std/assert";
import type { Episode } from "../../../viewer/page/episodes/episode.ts";
import { toCsv } from "../../../viewer/page/save/csv.ts";
import { fileName } from "../../../viewer/page/save/file_name.ts";
import { filmLength, secondsPerFrame } from "../../../viewer/page/save/film.ts";
import { gifDelay } from "../../../viewer/page/save/gif.ts";
import { GifMaker } from "../../../viewer/page/save/gif_maker.ts";
import { modelCsv, numbersJson, stepsCsv } from "../../../viewer/page/save/numbers.ts";
import type { Encoding } from "../../../viewer/page/state/session.ts";

Deno.test("files are named after run, episode and frames, in letters that every file system takes", () => {
  const stamp = { run: "default-2", episode: "test-seed-0.rec", ending: "gif" };
  assertEquals(fileName({ ...stamp, frames: [100, 200] }), "default-2_test-seed-0_frames-100-200.gif");
  assertEquals(fileName({ ...stamp, frames: 0, ending: "png" }), "default-2_test-seed-0_frame-0.png");
  assertEquals(
    fileName({ episode: "Scripted driver: seed 7", what: "steps", ending: "csv" }),
    "Scripted-driver-seed-7_steps.csv",
  );
  assertEquals(fileName({ run: "../../etc/passwd\0", ending: "png" }), "passwd.png");
  assertEquals(fileName({ run: "...", ending: "png" }), "somnium.png");
});

Deno.test("toCsv() quotes what would break a row, and leaves what is missing empty", () => {
  const csv = toCsv([
    { name: "a,b", values: [1, NaN, 0.5] },
    { name: "c", values: ['say "so"', "two\nlines"] },
  ]);
  assertEquals(csv, '"a,b",c\n1,"say ""so"""\n,"two\nlines"\n0.5,\n');
  assertEquals(toCsv([]), "\n");
});

Deno.test("a film shows both ends of its range where its stride meets them, at its speed", () => {
  assertEquals(filmLength({ range: [100, 200], every: 1, speed: 1 }), 101);
  assertEquals(filmLength({ range: [100, 200], every: 4, speed: 1 }), 26);
  assertEquals(filmLength({ range: [7, 7], every: 8, speed: 1 }), 1);
  assertEquals(secondsPerFrame({ range: [0, 1], every: 4, speed: 2 }), 0.04);
  assertEquals([0.08, 0.02, 0.005].map(gifDelay), [8, 2, 2], "browsers show no GIF faster than 50 a second");
});

Deno.test("GifMaker writes as many frames as it is given, each of them as large and as long as asked", () => {
  const [width, height, count] = [6, 4, 3];
  const frames = Array.from(
    { length: count },
    (_, i) => new Uint8Array(width * height * 4).fill(60 + 80 * i),
  );
  const maker = new GifMaker();
  maker.begin({ width, height, delay: 8, sample: frames[0] });
  for (const frame of frames) maker.add(frame);
  const bytes = maker.end();
  assertEquals(new TextDecoder().decode(bytes.subarray(0, 6)), "GIF89a");
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  assertEquals([view.getUint16(6, true), view.getUint16(8, true)], [width, height]);
  const delays: number[] = [];
  for (let at = 0; at < bytes.length - 8; at++) { // graphic control extensions: 21 f9 04, flags, delay
    if (bytes[at] === 0x21 && bytes[at + 1] === 0xf9 && bytes[at + 2] === 4) {
      delays.push(view.getUint16(at + 4, true));
    }
  }
  assertEquals(delays, [8, 8, 8]);
});

/** Three steps of a car, seen by a model that decides every second step. */
function example(): { episode: Episode; perception: Encoding } {
  const episode = {
    title: "example",
    header: { env: "CarRacing-v3", seed: 3, actionSize: 3, options: {}, metadata: { driver: "human" } },
    steps: 3,
    actions: Float32Array.of(0, 1, 0, 0.5, 0, 0, -1, 0, 0.25),
    rewards: Float64Array.of(1, -0.5, 2),
    returns: Float64Array.of(0, 1, 0.5, 2.5),
    terminated: Uint8Array.of(0, 0, 1),
    truncated: Uint8Array.of(0, 0, 0),
  } as unknown as Episode;
  const perception = {
    episode,
    model: { card: { name: "run", latentSize: 2, world: { frameSkip: 2 } } },
    frameSkip: 2,
    encoded: { mu: Float32Array.of(1, 2, 3, 4), logVar: Float32Array.of(0, -1, 0, -2) },
    followed: {
      rewards: Float32Array.of(0.5),
      done: Float32Array.of(0.125),
      values: new Float32Array(0),
      policy: Float32Array.of(0, 1, 0, 1, 0, 0),
    },
  } as unknown as Encoding;
  return { episode, perception };
}

Deno.test("stepsCsv() has a row for each step of the range", () => {
  assertEquals(
    stepsCsv(example().episode, [1, 3]),
    "step,seconds,steer,gas,brake,reward,return,terminated,truncated\n" +
      "1,0.02,0.5,0,0,-0.5,0.5,0,0\n" +
      "2,0.04,-1,0,0.25,2,2.5,1,0\n",
  );
});

Deno.test("modelCsv() has a row for each decision in the range; what is expected of a step that never came is empty", () => {
  const heading =
    "decision,step,expected_reward,expected_end,policy_steer,policy_gas,policy_brake,mu_0,mu_1,log_var_0,log_var_1\n";
  const { perception } = example();
  assertEquals(
    modelCsv(perception, [0, 3]),
    `${heading}0,0,0.5,0.125,0,1,0,1,2,0,-1\n1,2,,,1,0,0,3,4,0,-2\n`,
  );
  assertEquals(modelCsv(perception, [1, 1]), heading, "no decision falls into the range");
  const { encoded: _, ...blind } = perception;
  const without = { ...blind, model: { ...blind.model, card: { ...blind.model.card, latentSize: 0 } } };
  assertEquals(modelCsv(without, [0, 1]).split("\n")[1], "0,0,0.5,0.125,0,1,0");
});

Deno.test("numbersJson() holds matrices row by row, with the model's only where there is one", () => {
  const { episode, perception } = example();
  const { model, ...rest } = JSON.parse(numbersJson(episode, perception));
  assertEquals(rest.actions, [[0, 1, 0], [0.5, 0, 0], [-1, 0, 0.25]]);
  assertEquals(rest.episode.metadata, { driver: "human" });
  assertEquals(model.mu, [[1, 2], [3, 4]]);
  assertEquals(model.expectedRewards, [0.5]);
  const { encoded: _, ...blind } = perception;
  assertEquals(JSON.parse(numbersJson(episode, blind)).model.mu, undefined);
  assertEquals(JSON.parse(numbersJson(episode)).model, undefined);
});

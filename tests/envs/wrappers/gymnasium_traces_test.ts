import { assertAlmostEquals, assertEquals } from "@std/assert";
import {
  ClipAction,
  FrameSkip,
  FrameStack,
  Grayscale,
  NormalizeObservation,
  NormalizeReward,
  RecordEpisodeStatistics,
  RescaleAction,
  Resize,
  type Statistics,
} from "../../../envs/wrappers/mod.ts";
import type { Env, Observation } from "../../../envs/env.ts";
import { readFixture } from "../../support/fixtures.ts";
import { ScriptedEnv, type ScriptedEpisode } from "../../support/scripted_env.ts";

/** What a caller saw of some episodes. */
interface Seen {
  /** By episode, the first one of the reset. */
  observations: number[][][];
  rewards: number[];
  infos: Record<string, number>[];
}

interface ActionTrace {
  actions: number[][];
  inside: number[][];
}

/** Traces of Gymnasium's own wrappers; see make_gymnasium_traces.py beside them. */
const traces = await readFixture<{
  vectors: ScriptedEpisode[];
  pictures: ScriptedEpisode[];
  normalizeVectors: Seen & { statistics: Statistics };
  normalizePictures: Seen & { statistics: Statistics };
  normalizeReward: Seen & { statistics: Statistics };
  stackReset: number[][][];
  stackZero: number[][][];
  maxAndSkip: Seen;
  gray: number[][][];
  grays: { colors: number[][]; levels: number[] };
  statistics: { infos: Record<string, number>[]; returns: number[]; lengths: number[]; count: number };
  rescaleAction: ActionTrace;
  clipAction: ActionTrace;
  resize: { from: number[]; to: Record<string, number[]> };
}>("wrappers/gymnasium_traces.json.gz");

const vectorEnv = () => new ScriptedEnv<Float32Array>(traces.vectors, { shape: [3], dtype: "float32" });
const pictureEnv = () => new ScriptedEnv<Uint8Array>(traces.pictures, { shape: [4, 5, 3], dtype: "uint8" });

function run(env: Env<Observation>, each: (episode: number) => void = () => {}): Seen {
  const seen: Seen = { observations: [], rewards: [], infos: [] };
  for (let episode = 0; episode < traces.vectors.length; episode++) {
    each(episode);
    const observations = [Array.from(env.reset().observation)];
    for (let over = false; !over;) {
      const { observation, reward, terminated, truncated, info } = env.step([0, 0, 0]);
      over = terminated || truncated;
      observations.push(Array.from(observation));
      seen.rewards.push(reward);
      seen.infos.push({ ...info.episode as Record<string, number> });
    }
    seen.observations.push(observations);
  }
  return seen;
}

function assertClose(actual: number[], expected: number[], tolerance: number): void {
  assertEquals(actual.length, expected.length);
  actual.forEach((value, i) =>
    assertAlmostEquals(value, expected[i], tolerance * Math.max(1, Math.abs(expected[i])))
  );
}

function oneEpisode(observation: number[]): ScriptedEpisode[] {
  return [{ observations: [observation], rewards: [], ending: "truncated" }];
}

Deno.test("NormalizeObservation gives Gymnasium's numbers; statistics that do not update stay as they are", () => {
  // Gymnasium sums float32 observations in float32, bytes in doubles: here both are summed in doubles.
  for (
    const [trace, env, tolerance] of [
      [traces.normalizeVectors, new NormalizeObservation(vectorEnv()), 2e-4],
      [traces.normalizePictures, new NormalizeObservation(pictureEnv()), 1e-6],
    ] as const
  ) {
    const seen = run(env, (episode) => env.updateRunningMean = episode < 3);
    assertClose(seen.observations.flat(2), trace.observations.flat(2), tolerance);
    const { mean, variance, count } = env.statistics();
    assertClose(mean, trace.statistics.mean, tolerance);
    assertClose(variance, trace.statistics.variance, tolerance);
    assertAlmostEquals(count, trace.statistics.count, 1e-9);
  }
});

Deno.test("NormalizeReward gives Gymnasium's numbers to the last bits", () => {
  const env = new NormalizeReward(vectorEnv(), { gamma: 0.9 });
  const seen = run(env, (episode) => env.updateRunningMean = episode < 3);
  assertClose(seen.rewards, traces.normalizeReward.rewards, 1e-15);
  assertEquals(env.statistics(), traces.normalizeReward.statistics);
});

Deno.test("FrameStack pads and shifts as Gymnasium does", () => {
  assertEquals(run(new FrameStack(pictureEnv(), 3)).observations, traces.stackReset);
  assertEquals(run(new FrameStack(vectorEnv(), 4, { padding: "zero" })).observations, traces.stackZero);
});

Deno.test("FrameSkip with maxPool gives Gymnasium's observations where a step was taken whole", () => {
  const seen = run(new FrameSkip(pictureEnv(), 3, { maxPool: true }));
  assertClose(seen.rewards, traces.maxAndSkip.rewards, 1e-15);
  const lengths = traces.pictures.map(({ rewards }) => rewards.length);
  seen.observations.forEach((observations, episode) =>
    observations.forEach((observation, step) => {
      const whole = step * 3 <= lengths[episode];
      const last = traces.pictures[episode].observations[lengths[episode]];
      const expected = whole ? traces.maxAndSkip.observations[episode][step] : last;
      assertEquals(observation, expected, `episode ${episode}, step ${step}`);
    })
  );
});

Deno.test("Grayscale gives Gymnasium's levels, of all greys and of many colours", () => {
  const { colors, levels } = traces.grays;
  const env = new ScriptedEnv<Uint8Array>(oneEpisode(colors.flat()), {
    shape: [colors.length, 1, 3],
    dtype: "uint8",
  });
  assertEquals(Array.from(new Grayscale(env).reset().observation), levels);
  assertEquals(run(new Grayscale(pictureEnv(), { keepDim: true })).observations, traces.gray);
});

Deno.test("Resize is within a level of OpenCV's area interpolation, and equal where a picture shrinks by whole factors", () => {
  const { from, to } = traces.resize;
  for (const [size, expected] of Object.entries(to)) {
    const [height, width] = size.split("x").map(Number);
    const env = new ScriptedEnv<Uint8Array>(oneEpisode(from), { shape: [12, 18, 3], dtype: "uint8" });
    const { observation } = new Resize(env, { height, width }).reset();
    const whole = 12 % height === 0 && 18 % width === 0;
    assertEquals(observation.length, expected.length);
    observation.forEach((value, i) =>
      assertAlmostEquals(value, expected[i], whole ? 0.5 : 1, `${size}, value ${i}`)
    );
  }
});

Deno.test("RecordEpisodeStatistics tells Gymnasium's returns and lengths, and keeps the last ones", () => {
  const env = new RecordEpisodeStatistics(vectorEnv(), { bufferLength: 3 });
  const { infos } = run(env);
  const { returnQueue, lengthQueue, episodeCount } = env;
  const { statistics } = traces;
  assertEquals(infos, statistics.infos);
  assertEquals([returnQueue, lengthQueue], [statistics.returns, statistics.lengths]);
  assertEquals(episodeCount, statistics.count);
});

Deno.test("RescaleAction and ClipAction hand Gymnasium's actions inside", () => {
  for (
    const [{ actions, inside }, wrap] of [
      [traces.rescaleAction, (env: ScriptedEnv<Float32Array>) => new RescaleAction(env)],
      [traces.clipAction, (env: ScriptedEnv<Float32Array>) => new ClipAction(env)],
    ] as const
  ) {
    const env = vectorEnv();
    const wrapped = wrap(env);
    for (const action of actions) {
      wrapped.reset();
      wrapped.step(Float32Array.from(action));
    }
    assertClose(env.actions.flat(), inside.flat(), 1e-6);
  }
});

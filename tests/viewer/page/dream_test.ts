import { assert, assertEquals } from "@std/assert";
import { signal } from "@preact/signals";
import type { DreamRequest, Dreamt, Followed, FollowRequest, Lab } from "../../../viewer/lab/lab.ts";
import type { Episode } from "../../../viewer/page/episodes/episode.ts";
import type { AsyncState } from "../../../viewer/page/state/async_state.ts";
import { dreaming, dreamInto, type Dreams, dreams, startDreaming } from "../../../viewer/page/state/dream.ts";
import {
  dreamDriver,
  dreamSeed,
  dreamShown,
  dreamStart,
  horizon,
  samples,
  shownSample,
  temperature,
} from "../../../viewer/page/state/dream_settings.ts";
import {
  dreamRate,
  episode,
  model,
  type Perception,
  perception,
} from "../../../viewer/page/state/session.ts";
import { captionAt, divergenceCaption } from "../../../viewer/page/watch/captions.ts";
import { curvesOf } from "../../../viewer/page/watch/curves.ts";
import { dreamPhase, dreamPicture, dreamPictureOf, pictureAt } from "../../../viewer/page/watch/pictures.ts";

const FRAME = 64 * 64 * 3;
const SKIP = 4;
const DECISIONS = 20;

/** A lab whose dreams say in every pixel which decision, counted from the episode's start, and which seed they are of. */
class FakeLab {
  readonly asked: DreamRequest[] = [];
  held: (() => void)[] = [];
  hold = false;
  failure: string | undefined;

  /** The world model stands where it stood, and as many frames further. */
  follow(_model: number, { frames, from, onlyTo }: FollowRequest): Promise<Followed> {
    assertEquals(onlyTo, true);
    const d = (from?.latents[0] ?? -1) + frames.length / FRAME;
    const to = { latents: Float32Array.of(d, d), memory: Float32Array.of(d, d, d) };
    return Promise.resolve({ to } as unknown as Followed);
  }

  async dream(_model: number, request: DreamRequest): Promise<Dreamt> {
    this.asked.push(request);
    if (this.hold) await new Promise<void>((resolve) => this.held.push(resolve));
    else await Promise.resolve();
    if (this.failure) throw new Error(this.failure);
    const { seeds, count, decision, from } = request;
    const rows = seeds.length * count;
    const of = (size: number, value: (s: number, n: number, i: number) => number) =>
      Float32Array.from({ length: rows * size }, (_, at) => {
        const row = Math.floor(at / size);
        return value(Math.floor(row / count), row % count, at % size);
      });
    const features = of(2, (s, n, i) => from.latents[s * 2] + n + 1 + 3 * i);
    return {
      frames: Uint8Array.from(of(FRAME, (s, n) => 100 + 20 * s + decision + n + (seeds[0] === 50 ? 50 : 0))),
      features,
      rewards: of(1, (s) => s + 1),
      done: of(1, () => 0.25),
      actions: of(3, (_, n) => request.actions ? request.actions[n * 3] : 0.5),
      to: {
        latents: Float32Array.from(seeds.flatMap((_, s) => [features[(s * count + count - 1) * 2], 0])),
        memory: new Float32Array(seeds.length * 3),
      },
      milliseconds: 4,
    };
  }
}

/** Real frames are of colour 2 d at decision d, reconstructions one brighter. */
function show(lab: FakeLab): Perception {
  const steps = DECISIONS * SKIP + 2;
  const frame = (value: number) => new Uint8Array(FRAME).fill(value);
  const join = (frames: Uint8Array[]) => Uint8Array.from(frames.flatMap((each) => [...each]));
  const shown = {
    title: "test",
    stepLength: 1,
    steps,
    header: { env: "CarRacing-v3", options: {}, actionSize: 3, metadata: {} },
    height: 64,
    width: 64,
    agentSize: [64, 64],
    agentFrames: join(Array.from({ length: steps + 1 }, (_, t) => frame(2 * Math.floor(t / SKIP)))),
    actions: Float32Array.from({ length: steps * 3 }, (_, i) => Math.floor(i / 3)),
    rewards: new Float64Array(steps).fill(1),
    returns: Float64Array.from({ length: steps + 1 }, (_, t) => t),
  } as unknown as Episode;
  const opened = {
    lab: lab as unknown as Lab,
    card: {
      id: 1,
      picture: [64, 64, 3],
      latentSize: 2,
      world: { frameSkip: SKIP, actionSize: 3, context: 0 },
    },
  } as Perception["model"];
  const rows = (count: number, size: number) =>
    Float32Array.from({ length: count * size }, (_, i) => Math.floor(i / size));
  const stand = (d: number) => ({ latents: Float32Array.of(d, d), memory: Float32Array.of(d, d, d) });
  const seen = {
    episode: shown,
    frameSkip: SKIP,
    model: opened,
    followed: {
      pictures: join(Array.from({ length: DECISIONS + 1 }, (_, d) => frame(2 * d + 1))),
      features: rows(DECISIONS + 1, 2),
      stands: [stand(15), stand(20)],
      rewards: rows(DECISIONS, 1),
      done: rows(DECISIONS, 1),
      policy: rows(DECISIONS + 1, 3),
      values: new Float32Array(0),
    },
  } as unknown as Perception;
  episode.value = { status: "ready", value: shown };
  model.value = { status: "ready", value: opened };
  perception.value = { status: "ready", value: seen };
  return seen;
}

/** The settings of a fresh page, but for those that are given. */
async function withDream(
  settings: { samples?: number; start?: number; length?: number; hold?: boolean },
  run: (lab: FakeLab) => Promise<void>,
) {
  [dreamShown.value, dreamStart.value, horizon.value] = [true, settings.start ?? 0, settings.length ?? 12];
  [temperature.value, samples.value, dreamSeed.value, dreamDriver.value] = [
    1,
    settings.samples ?? 1,
    0,
    "recorded",
  ];
  shownSample.value = 0;
  dreams.value = { status: "empty" };
  const lab = new FakeLab();
  lab.hold = settings.hold ?? false;
  show(lab);
  const stop = startDreaming();
  try {
    await run(lab);
  } finally {
    stop();
    lab.held.forEach((release) => release());
  }
}

const wait = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));
async function until(condition: () => boolean): Promise<void> {
  for (let i = 0; i < 1000 && !condition(); i++) await wait(10);
  assert(condition(), "it did not happen");
}
const ready = (): Dreams => {
  assert(dreams.value.status === "ready", dreams.value.status);
  return dreams.value.value;
};
const whole = () => until(() => dreams.value.status === "ready" && !dreaming.value);

Deno.test("a dream is asked for in parts that go on where the last ended, and begins where the memory stood", async () => {
  await withDream({ start: 13 }, async ({ asked }) => {
    await whole();
    assertEquals(asked.map(({ decision, count }) => [decision, count]), [[0, 8], [8, 4]]);
    assertEquals([...asked[0].from.latents], [3, 3]); // step 13 is within decision 3
    assertEquals([...asked[0].from.memory], [3, 3, 3]);
    assertEquals(asked[1].from.latents[0], 3 + 8);
    assertEquals(asked[0].actions![0], 12); // what was done at the first step of decision 3
    assertEquals(asked[1].actions![0], (3 + 8) * SKIP);
    assertEquals(dreamRate.value, 1000);
  });
});

Deno.test("several dreams lie beside each other, each with its seed, and many come in smaller parts", async () => {
  await withDream({ samples: 5, length: 7 }, async ({ asked }) => {
    await whole();
    assertEquals(asked[0].seeds, [0, 1, 2, 3, 4]);
    assertEquals(asked[0].count, 3);
    const { frames, rewards, length, known } = ready();
    assertEquals([length, known, frames.length], [7, 7, 5 * 7 * FRAME]);
    for (let s = 0; s < 5; s++) {
      for (let n = 0; n < 7; n++) {
        assertEquals(frames[(s * 7 + n) * FRAME], 100 + 20 * s + n);
        assertEquals(rewards[s * 7 + n], s + 1);
      }
    }
  });
});

Deno.test("the dream stands beside the real frame that follows its decision; before it stands the reconstruction", async () => {
  await withDream({ start: 20, length: 6 }, async () => {
    await whole();
    const first = (step: number) => dreamPicture(step)!.data[0];
    assertEquals(dreamPhase(8), "before");
    assertEquals(dreamPhase(23), "start");
    assertEquals(first(8), 2 * 2 + 1);
    assertEquals(first(20), 2 * 5 + 1); // its start is the reconstruction of what was seen there
    assertEquals(captionAt("dream", 20), "Starts here, from the reconstruction");
    assertEquals(dreamPhase(24), "inside");
    assertEquals([first(24), first(27), first(28)], [100, 100, 101]);
    assertEquals(captionAt("dream", 28), "Open loop from 20, +2 decisions, recorded actions");
    assertEquals(dreamPhase(20 + 7 * SKIP), "after");
    assertEquals(first(20 + 7 * SKIP), 105);
    assertEquals(pictureAt("real", 24)!.data[0], 12);
  });
});

Deno.test("other settings start a new dream once they rest, and the answer to the old ones is dropped", async () => {
  await withDream({ hold: true }, async (lab) => {
    await until(() => lab.held.length === 1);
    temperature.value = 0.1;
    temperature.value = 0.5;
    dreamSeed.value = 50;
    lab.hold = false;
    await until(() => lab.asked.length >= 2);
    await whole();
    lab.held[0](); // the first answer comes last
    await wait(20);
    assertEquals(lab.asked.slice(1).map(({ temperature, seeds }) => [temperature, seeds[0]]), [[0.5, 50], [
      0.5,
      50,
    ]]);
    assertEquals(ready().frames[0], 150);
    assertEquals(ready().temperature, 0.5);
  });
});

Deno.test("the old dream stays in sight until the first part of the new one is there", async () => {
  await withDream({}, async (lab) => {
    await whole();
    lab.hold = true;
    dreamSeed.value = 50;
    await until(() => lab.held.length === 1);
    assertEquals(ready().frames[0], 100);
    assert(dreaming.value);
    lab.held[0]();
    await until(() => ready().frames[0] === 150);
    assertEquals(ready().known, 8);
  });
});

Deno.test("the same settings are not dreamt again, and dreams end with the episode", async () => {
  await withDream({ start: 80 - 2 * SKIP, length: 50 }, async (lab) => {
    await whole();
    assertEquals(ready().length, 2);
    assertEquals(lab.asked.length, 1);
    dreamStart.value += 1; // the same decision
    await wait(200);
    assertEquals(lab.asked.length, 1);
    dreamStart.value = 81;
    await until(() => dreams.value.status === "empty");
    assertEquals(dreams.value, {
      status: "empty",
      why: "No decisions are left to dream: start at an earlier frame.",
    });
  });
});

Deno.test("a world that needs real decisions first says so before them, and dreams from them on", async () => {
  await withDream({ start: 8, length: 5 }, async () => {
    await whole();
    const { model: opened, ...seen } = ready().perception;
    const world = { ...opened.card.world!, context: 4 };
    const card = { ...opened.card, name: "late", world };
    perception.value = { status: "ready", value: { ...seen, model: { ...opened, card } } };
    await until(() => dreams.value.status === "empty");
    assertEquals(dreams.value, {
      status: "empty",
      why: "late dreams from 4 real decisions on: start at frame 16 or later.",
    });
    dreamStart.value = 16;
    await until(() => dreams.value.status === "ready");
    assertEquals(ready().start, 4);
  });
});

Deno.test("another world beside it dreams from the same frame at its own pace", async () => {
  await withDream({ start: 20, length: 4, samples: 2 }, async (lab) => {
    await whole();
    const { followed, ...seen } = ready().perception;
    const slow = {
      ...seen,
      frameSkip: 2 * SKIP,
      followed: { ...followed, rewards: followed.rewards.slice(10) },
    };
    const other = signal<AsyncState<Dreams>>({ status: "empty" });
    const busy = signal(false);
    const source = signal<AsyncState<Perception>>({ status: "ready", value: slow });
    const stop = dreamInto(other, { perception: source, seeds: () => [7], dreaming: busy });
    await until(() => other.value.status === "ready" && !busy.value);
    stop();
    const asked = lab.asked.at(-1)!;
    assertEquals([asked.seeds, asked.from.latents[0]], [[7], 2]); // frame 20 is within the third decision of 8
    assertEquals([asked.actions![0], asked.actions![3]], [16, 24]);
    const dreamt = other.value.status === "ready" ? other.value.value : undefined;
    assertEquals([dreamt!.start, dreamt!.length], [2, 4]);
    assertEquals([16, 24, 31, 32].map((step) => dreamPhase(step, dreamt)), [
      "start",
      "inside",
      "inside",
      "inside",
    ]);
    const first = (step: number) => dreamPictureOf(dreamt, step, 0)!.data[0];
    assertEquals([first(8), first(24), first(31), first(32)], [3, 100, 100, 101]);
    assertEquals(divergenceCaption(dreamt, 24, 0), "Off by 88.0, mean 88.0"); // reality is 12 there
    assertEquals(divergenceCaption(dreamt, 32, 0), "Off by 85.0, mean 86.5");
    assertEquals(divergenceCaption(dreamt, 16, 0), "Starts here");
    assertEquals(divergenceCaption(dreamt, 8, 0), "Starts at frame 16");
    assertEquals(divergenceCaption(dreamt, 60, 0), "Ended, mean 83.5");
  });
});

Deno.test("the agent's dream gets no actions; switched off, nothing is dreamt; a failure is told", async () => {
  await withDream({}, async (lab) => {
    dreamDriver.value = "agent";
    await whole();
    assertEquals(lab.asked[0].actions, undefined);
    const steer = curvesOf({
      episode: ready().perception.episode,
      perception: ready().perception,
      dreams: ready(),
      sample: 0,
      frameSkip: SKIP,
    }).find(({ id }) => id === "action-0")!;
    assertEquals(steer.series.map(({ name }) => name), ["Steering", "Steering, policy", "Steering, dream"]);
    dreamShown.value = false;
    assertEquals(dreams.value, { status: "empty", why: "Dreams are off: press D to turn them on." });
    const asked = lab.asked.length;
    await wait(200);
    assertEquals(lab.asked.length, asked);
    lab.failure = "The worker ran out of memory";
    dreamShown.value = true;
    await until(() => dreams.value.status === "error");
    assertEquals(dreams.value, { status: "error", message: "The worker ran out of memory" });
    assertEquals(dreaming.value, false);
  });
});

Deno.test("curves lie on the frames that they are of: errors, rewards and returns of reality and dream", async () => {
  await withDream({ start: 8, samples: 2, length: 3 }, async () => {
    await whole();
    const shown = ready();
    const curves = curvesOf({
      episode: shown.perception.episode,
      perception: shown.perception,
      dreams: shown,
      sample: 1,
      frameSkip: SKIP,
    });
    assertEquals(curves.map(({ id }) => id), [
      "error",
      "reward",
      "return",
      "action-0",
      "action-1",
      "end",
      "features",
    ]);
    const lines = (id: string) => curves.find((curve) => curve.id === id)!.series;
    const [reconstruction, dreamt] = lines("error");
    assertEquals([...reconstruction.y as Float32Array], new Array(DECISIONS + 1).fill(1));
    assertEquals([...dreamt.x as Float32Array], [12, 16, 20]);
    assertEquals([...dreamt.y as Float32Array], [3, 4, 5].map((d, n) => 120 + n - 2 * d));
    assertEquals([...dreamt.band!.low as Float32Array], [3, 4, 5].map((d, n) => 100 + n - 2 * d));
    assertEquals([...lines("reward")[0].y as Float32Array], new Array(DECISIONS).fill(SKIP));
    assertEquals([...lines("return")[1].y as Float32Array], [10, 12, 14]); // reality's 8, then 2 each
    assertEquals([...lines("features")[0].y as Float32Array], [3, 3, 3]);
  });
});

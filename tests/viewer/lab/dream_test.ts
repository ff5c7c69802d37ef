import { assert, assertAlmostEquals, assertEquals, assertNotEquals, assertRejects } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import { controllerActions } from "../../../agents/train_world_model/controller_actions.ts";
import { RandomStream } from "../../../core/random_stream.ts";
import { seedTensor } from "../../../generative/runtime/mod.ts";
import { decode } from "../../../viewer/lab/ask.ts";
import type { DreamRequest, Dreamt, LabState } from "../../../viewer/lab/lab.ts";
import type { WorldState } from "../../../worlds/world_model.ts";
import { nativeLab, type RandomRun, randomRun } from "./random_run.ts";

const lab = nativeLab();
await lab.backend();
const run = await randomRun();
const { id } = await lab.open(run.files);

/** S dreams that start at one place. */
function place(dreams: number): LabState {
  const rows = (size: number) => Float32Array.from({ length: dreams * size }, (_, i) => Math.sin(i % size));
  return { latents: rows(32), hidden: rows(16), cell: rows(16) };
}

function request(changes: Partial<DreamRequest> = {}): DreamRequest {
  const seeds = changes.seeds ?? [1, 2, 3];
  return { from: place(seeds.length), decision: 0, count: 12, temperature: 1, seeds, ...changes };
}

/** The rows of dream `s`. */
function rowsOf(values: ArrayLike<number>, s: number, dreams: number): number[] {
  const size = values.length / dreams;
  return Array.from(values).slice(s * size, (s + 1) * size);
}

function near(actual: ArrayLike<number>, wanted: ArrayLike<number>, tolerance: number): void {
  assertEquals(actual.length, wanted.length);
  for (let i = 0; i < wanted.length; i++) assertAlmostEquals(actual[i], wanted[i], tolerance);
}

/** Dreams are the same but for rounding: another batch may sum in another order. */
function same(a: Dreamt, b: Dreamt): void {
  for (const name of ["features", "rewards", "done", "actions"] as const) near(a[name], b[name], 1e-3);
  near(a.frames, b.frames, 1);
}

Deno.test("a dream is the same for the same seed, another for another, whoever dreams beside it", async () => {
  const three = await lab.dream(id, request());
  same(await lab.dream(id, request()), three);
  const [two] = [await lab.dream(id, request({ seeds: [2] }))];
  near(two.features, rowsOf(three.features, 1, 3), 1e-3);
  near(two.frames, rowsOf(three.frames, 1, 3), 1);
  assertNotEquals(rowsOf(three.features, 0, 3), rowsOf(three.features, 1, 3));
});

Deno.test("a dream asked for in parts equals the whole", async () => {
  const actions = Float32Array.from({ length: 36 }, (_, i) => i % 3 === 2 ? 0 : 0.1 * Math.sin(i) ** 2);
  for (const given of [undefined, actions]) {
    const whole = await lab.dream(id, request({ actions: given }));
    const parts: Dreamt[] = [];
    let from = place(3);
    for (let at = 0; at < 12; at += 4) {
      const part = given?.slice(at * 3, (at + 4) * 3);
      parts.push(await lab.dream(id, request({ from, decision: at, count: 4, actions: part })));
      from = parts.at(-1)!.to;
    }
    for (let s = 0; s < 3; s++) {
      const joined = (read: (part: Dreamt) => ArrayLike<number>) =>
        parts.flatMap((part) => rowsOf(read(part), s, 3));
      for (const name of ["features", "rewards", "done", "actions"] as const) {
        near(joined((part) => part[name]), rowsOf(whole[name], s, 3), 1e-3);
      }
      near(joined(({ frames }) => frames), rowsOf(whole.frames, s, 3), 1);
    }
    for (const name of ["latents", "hidden", "cell"]) near(from[name], whole.to[name], 1e-3);
    if (given) {
      assertEquals(whole.actions.slice(36, 72), actions, "recorded actions stand as they were given");
    }
  }
});

/** The dream by the world's own functions, one decision after the other. */
function byHand(
  { networks: { worldModel, policy }, world, weights, config }: RandomRun,
  wanted: DreamRequest,
) {
  const rows: Record<"features" | "latents" | "rewards" | "done" | "actions", number[]> = {
    features: [],
    latents: [],
    rewards: [],
    done: [],
    actions: [],
  };
  tf.tidy(() => {
    const { from, seeds: [seed], count, decision, temperature } = wanted;
    let state: WorldState = {
      latents: tf.tensor2d(from.latents, [1, 32]),
      hidden: tf.tensor2d(from.hidden, [1, 16]),
      cell: tf.tensor2d(from.cell, [1, 16]),
    };
    for (let k = decision; k < decision + count; k++) {
      const random = new RandomStream(seed).fork("dream").fork(k);
      const draw = (next: () => number) => tf.tensor2d(Float32Array.from({ length: 32 }, next), [1, 32]);
      const noise = { choice: draw(() => random.uniform()), value: draw(() => random.normal()) };
      const features = tf.concat([state.latents, state.hidden], 1);
      const action = policy.act(weights, features, seedTensor([0, 0]));
      const next = worldModel.imagine(world, state, action, noise, { temperature });
      state = next.state;
      rows.latents.push(...state.latents.dataSync());
      rows.features.push(...worldModel.features(world, state).dataSync());
      rows.rewards.push(...next.reward.dataSync());
      rows.done.push(...next.doneLogit.sigmoid().dataSync());
      rows.actions.push(...controllerActions(config)(action.dataSync() as Float32Array));
    }
  });
  return rows;
}

for (
  const changes of [
    { controller: "actor-critic" },
    { controller: "cma-es", mixtures: 3, predictChange: false },
  ] as const
) {
  Deno.test(`the controller of a ${changes.controller} run dreams what the world's own functions give`, async () => {
    const other = await randomRun(changes);
    const { id } = await lab.open(other.files);
    for (const temperature of [0, 0.7, 1.5]) {
      const wanted = request({ seeds: [6], decision: 3, count: 5, temperature });
      const dreamt = await lab.dream(id, wanted);
      const rows = byHand(other, wanted);
      for (const name of ["features", "rewards", "done", "actions"] as const) {
        near(dreamt[name], rows[name], 2e-3);
      }
      // the pictures are those of its latents
      near(dreamt.frames, await decode(lab, id, Float32Array.from(rows.latents)), 1);
    }
    await lab.close(id);
  });
}

Deno.test("without heat a dream does not depend on its seed", async () => {
  const { features } = await lab.dream(id, request({ seeds: [1, 9], temperature: 0 }));
  assertEquals(rowsOf(features, 0, 2), rowsOf(features, 1, 2));
});

Deno.test("more dreams than fit a block come in the same order", async () => {
  const seeds = Array.from({ length: 19 }, (_, s) => s);
  const many = await lab.dream(id, request({ seeds, count: 2 }));
  const [last] = [await lab.dream(id, request({ seeds: [18], count: 2 }))];
  near(rowsOf(many.features, 18, 19), last.features, 1e-3);
  near(rowsOf(many.frames, 18, 19), last.frames, 1);
});

Deno.test("requests that make no sense are refused in one sentence", async () => {
  const wrong: [Partial<DreamRequest>, string][] = [
    [{ count: 0 }, "Cannot dream: expected 1 to 8192 frames at once, got 0"],
    [{ count: 1e9 }, "got 3000000000"],
    [{ count: 1.1 }, "got 3.3"],
    [{ temperature: -1 }, "temperature -1"],
    [{ temperature: NaN }, "temperature NaN"],
    [{ decision: -1 }, "decision -1"],
    [{ seeds: [] }, "0 seeds"],
    [{ seeds: [1, -2, 3] }, "expected seeds >= 0, got -2"],
    [{ from: place(2) }, "Cannot begin with latents of [3,32]: expected 96 numbers, got 64"],
    [{ from: { ...place(3), cell: new Float32Array(3) } }, "Cannot begin with cell of [3,16]"],
    [{ actions: new Float32Array(3) }, "Cannot dream by actions of [12,3]"],
  ];
  const before = tf.memory().numTensors;
  for (const [changes, message] of wrong) {
    const error = await assertRejects(() => lab.dream(id, request(changes)), RangeError, message);
    assert(!error.message.includes("\n"));
  }
  assertEquals(tf.memory().numTensors, before);
});

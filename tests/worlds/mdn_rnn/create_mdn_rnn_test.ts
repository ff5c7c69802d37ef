import * as tf from "@tensorflow/tfjs";
import { assert, assertEquals } from "@std/assert";
import { fields } from "../../../core/fields/field.ts";
import { RandomStream } from "../../../core/random_stream.ts";
import { Box } from "../../../envs/spaces.ts";
import { startBackend } from "../../../generative/runtime/mod.ts";
import { Replay, type Rollout } from "../../../worlds/experience.ts";
import { createMdnRnn } from "../../../worlds/mdn_rnn/create_mdn_rnn.ts";
import { MDN_RNN_FIELDS, type MdnRnnConfig } from "../../../worlds/mdn_rnn/fields.ts";

await startBackend({ backend: "cpu" });

/** A model for rollouts of six decisions. */
function create(changes: Partial<MdnRnnConfig> = {}) {
  const course = { rounds: 3, firstDecisions: 6, roundDecisions: 4 };
  const config = { ...fields(MDN_RNN_FIELDS).defaults, memoryUnits: 2, memoryBatch: 5, memoryLength: 3 };
  const { components } = createMdnRnn({ ...config, ...course, ...changes }, {
    actions: new Box(-1, 1, { shape: [1] }),
  });
  const [vision, memory] = components;
  return { vision, memory };
}

/** One environment; every number tells its place. */
function replay(): Replay {
  const numbers = (size: number) => Float32Array.from({ length: 6 * size }, (_, i) => i);
  const rollout: Rollout = {
    streams: 1,
    decisions: 6,
    actionSize: 1,
    actions: numbers(1),
    rewards: numbers(1),
    dones: numbers(1),
    resets: numbers(1),
    costs: numbers(1),
    seeds: new Int32Array(6),
    encodings: { mu: numbers(32), logVar: numbers(32) },
    states: { hidden: numbers(2), cell: numbers(2) },
  };
  const replay = new Replay({ newestShare: 0, ageDecay: 1 });
  replay.add(rollout);
  return replay;
}

const unused = () => Promise.reject(new Error("no frames are asked for"));

Deno.test("components tell how many steps they have learned after each round", () => {
  const { vision, memory } = create({ visionSteps: 7, visionRefreshSteps: 3, visionRefreshRounds: 2 });
  assertEquals([1, 2, 3, 4].map(vision.steps), [7, 10, 13, 13]);
  assertEquals([1, 2, 3].map(memory.steps), [600, 900, 1200]);
});

Deno.test("the memory's batches are sequences of the replay, and begin with the states that it holds there", async () => {
  const { memory } = create();
  assert(memory.readsStates);
  const batch = await memory.batch({ replay: replay(), frames: unused, framesOf: unused }, {
    step: 0,
    random: new RandomStream(1),
  });
  assertEquals([batch.mu.shape, batch.actions.shape, batch.rewards.shape], [[3, 5, 32], [3, 5, 1], [3, 5]]);
  const [first, second] = batch.rewards.arraySync() as number[][];
  assertEquals(second, first.map((t) => t + 1));
  assertEquals(batch.hidden.arraySync(), first.map((t) => [2 * t, 2 * t + 1]));
  assertEquals(batch.mu.slice([0], [1]).mean(2).arraySync(), [first.map((t) => 32 * t + 15.5)]);
});

Deno.test("a memory that learns from whole rollouts begins with zeros and reads no states", async () => {
  const { memory } = create({ memoryLength: 6 });
  assertEquals(memory.readsStates, false);
  const batch = await memory.batch({ replay: replay(), frames: unused, framesOf: unused }, {
    step: 0,
    random: new RandomStream(1),
  });
  assertEquals([...batch.hidden.dataSync(), ...batch.cell.dataSync()], new Array(20).fill(0));
});

Deno.test("vision's batches are frames, as many as set", async () => {
  const { vision } = create({ visionBatch: 4 });
  const frames = (count: number) => Promise.resolve(tf.zeros([count, 64, 64, 3], "int32"));
  const batch = await vision.batch({ replay: replay(), frames, framesOf: unused }, {
    step: 0,
    random: new RandomStream(1),
  });
  assertEquals(batch.frames.shape, [4, 64, 64, 3]);
});

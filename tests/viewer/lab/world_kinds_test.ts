import { assert, assertAlmostEquals, assertEquals, assertRejects } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import { ActorCritic } from "../../../agents/actor_critic.ts";
import {
  controllerActions,
  controllerOutputs,
} from "../../../agents/train_world_model/controller_actions.ts";
import { frameTensor } from "../../../generative/data/picture_tensors.ts";
import { disposeTensors } from "../../../generative/nn/mod.ts";
import { seedTensor, startBackend } from "../../../generative/runtime/mod.ts";
import { WORLD_KINDS } from "../../../worlds/kinds.ts";
import type { WorldState } from "../../../worlds/world_model.ts";
import type { DreamRequest, FollowRequest } from "../../../viewer/lab/lab.ts";
import { temporaryFolder } from "../support/fixtures.ts";
import { type UntrainedWorld, writeUntrainedWorld } from "../support/world_runs.ts";
import { drivenFrames } from "./driven_frames.ts";
import { nativeLab, readFiles } from "./random_run.ts";

await startBackend();
const root = temporaryFolder();
const lab = nativeLab();
const STEPS = 19; // more than a block
const FRAME = 64 * 64 * 3;
const driven = drivenFrames(STEPS - 1);
/** The first step has led from nowhere. */
const steps: FollowRequest = {
  frames: driven.frames,
  actions: Float32Array.of(0.5, 0, 0, ...driven.actions),
  rewards: Float32Array.of(7, ...driven.rewards),
};

function near(actual: ArrayLike<number>, wanted: ArrayLike<number>, tolerance = 2e-3): void {
  assertEquals(actual.length, wanted.length);
  for (let i = 0; i < wanted.length; i++) assertAlmostEquals(actual[i], wanted[i], tolerance);
}

/** What the world's own functions make of the last of some steps. */
function byHand({ networks: { worldModel, policy }, config, world, weights }: UntrainedWorld, count: number) {
  const outputs = controllerOutputs(config)(steps.actions);
  const size = policy.actionSize;
  return tf.tidy(() => {
    let state: WorldState = worldModel.initial(1);
    for (let n = 0; n < count; n++) {
      state = worldModel.observe(world, state, {
        frames: frameTensor(steps.frames.subarray(n * FRAME, (n + 1) * FRAME), [1, 64, 64, 3]),
        action: tf.tensor(outputs.slice(n * size, (n + 1) * size), [1, size]),
        reward: tf.tensor1d([steps.rewards[n]]),
        first: tf.tensor1d([n === 0 ? 1 : 0]),
      });
    }
    const features = worldModel.features(world, state);
    const read = (tensor: tf.Tensor) => Float32Array.from(tensor.dataSync());
    return {
      state: Object.fromEntries(Object.entries(state).map(([name, tensor]) => [name, read(tensor)])),
      picture: read(worldModel.picture(world, state).mul(255)),
      features: read(features),
      policy: controllerActions(config)(read(policy.act(weights, features, seedTensor([0, 0])))),
      value: policy instanceof ActorCritic ? read(policy.value(weights, features)) : [],
    };
  });
}

for (const { name: world } of WORLD_KINDS) {
  Deno.test(`the lab lets a world of kind ${world} follow an episode, and dream from any moment of it`, async () => {
    const run = await writeUntrainedWorld({ root, name: world, changes: { world } });
    const { worldModel } = run.networks;
    const card = await lab.open(readFiles(run.path));
    assertEquals(card.world?.context, worldModel.context);
    assertEquals(card.world?.expects, worldModel.expectations !== undefined);

    const followed = await lab.follow(card.id, steps);
    const wanted = byHand(run, STEPS);
    const last = (rows: ArrayLike<number>) => Array.from(rows).slice(-rows.length / STEPS);
    assertEquals(Object.keys(followed.to).toSorted(), Object.keys(wanted.state).toSorted());
    for (const [name, values] of Object.entries(wanted.state)) near(followed.to[name], values);
    near(last(followed.pictures), wanted.picture, 1);
    near(last(followed.features), wanted.features);
    near(last(followed.policy), wanted.policy);
    near(followed.values.slice(-1), wanted.value);
    assertEquals([followed.rewards.length, followed.done.length], [STEPS, STEPS]);
    assert([followed.rewards, followed.done].every((values) => values.every(Number.isFinite)));
    assertEquals(followed.weights.length > 0, card.world?.expects);

    // In parts it is the same.
    const cut = (from: number, to: number) => ({
      frames: steps.frames.slice(from * FRAME, to * FRAME),
      actions: steps.actions.slice(from * 3, to * 3),
      rewards: steps.rewards.slice(from, to),
    });
    const before = await lab.follow(card.id, { ...cut(0, 7), onlyTo: true });
    assertEquals([before.pictures.length, before.rewards.length], [0, 0]);
    const after = await lab.follow(card.id, { ...cut(7, STEPS), from: before.to });
    near(after.features, followed.features.slice(-after.features.length));
    near(after.rewards, followed.rewards.slice(7));

    const dreamt = await lab.dream(card.id, {
      from: followed.to,
      decision: 0,
      count: 3,
      temperature: 1,
      seeds: [4],
    });
    assertEquals(dreamt.frames.length, 3 * FRAME);
    assertEquals(dreamt.features.length, 3 * worldModel.featureSize);
    assert(dreamt.rewards.every(Number.isFinite));

    // The last decision of the dream, explained from any state before it.
    const explain = (request: Partial<DreamRequest>) =>
      lab.explain(card.id, {
        from: followed.to,
        decision: 0,
        count: 3,
        temperature: 1,
        seeds: [4],
        ...request,
      });
    const explained = await explain({});
    const first = await lab.dream(card.id, {
      from: followed.to,
      decision: 0,
      count: 1,
      temperature: 1,
      seeds: [4],
    });
    const later = await explain({ from: first.to, decision: 1, count: 2 });
    assertEquals(card.world?.moments, worldModel.pictureMoments !== undefined);
    assertEquals(explained.moments.length > 0, card.world?.moments);
    if (card.world?.moments) {
      near(explained.moments.slice(-FRAME), dreamt.frames.slice(-FRAME), 1);
      near(later.moments, explained.moments, 1);
      assertEquals(explained.foreseen.length, explained.moments.length - FRAME);
    }
    assertEquals(card.world?.attention, worldModel.attention?.parts);
    assertEquals(explained.attention !== undefined, worldModel.attention !== undefined);
    if (explained.attention) {
      const { values, shape } = explained.attention;
      assertEquals(values.length, shape.reduce((product, size) => product * size, 1));
      assertAlmostEquals(values.reduce((sum, value) => sum + value, 0), shape[0] * shape[1], 1e-3);
      near(later.attention!.values, values);
    }
    await assertRejects(() => explain({ seeds: [1, 2] }), RangeError, "Cannot explain a dream: expected one");

    const agent = await lab.startAgent(card.id);
    const decided = await lab.decide(agent, {
      observation: steps.frames.slice(0, FRAME),
      reward: 0,
      draw: true,
    });
    near(decided.action, followed.policy.slice(0, 3));
    near(decided.picture!, followed.pictures.slice(0, FRAME), 1);
    await lab.close(card.id);
    disposeTensors(run.world);
    disposeTensors(run.weights);
  });
}

Deno.test("what does not go together cannot be followed, and leaves no tensors", async () => {
  const run = await writeUntrainedWorld({ root, name: "refusing" });
  const { id } = await lab.open(readFiles(run.path));
  const refused = (changes: Partial<FollowRequest>, message: string) =>
    assertRejects(() => lab.follow(id, { ...steps, ...changes }), RangeError, message);
  const before = tf.memory().numTensors;
  await refused({ frames: steps.frames.slice(1) }, `rows of ${FRAME} numbers`);
  await refused(
    { actions: steps.actions.slice(1) },
    `Cannot follow an episode by actions of [${STEPS},3]: expected ${3 * STEPS} numbers, got ${
      3 * STEPS - 1
    }`,
  );
  await refused({ rewards: new Float32Array(2) }, `Cannot follow an episode by rewards of [${STEPS}]`);
  await refused({ from: {} }, "Cannot begin with latents of [1,32]");
  await lab.follow(id, steps);
  assertEquals(tf.memory().numTensors, before);
  await lab.close(id);
  disposeTensors(run.world);
  disposeTensors(run.weights);
});

import * as tf from "@tensorflow/tfjs";
import { assert, assertEquals, assertNotEquals, assertRejects, assertThrows } from "@std/assert";
import { evaluate } from "../../../agents/evaluate.ts";
import type { LoadedLearner } from "../../../agents/learner_kind.ts";
import { PPO_FIELDS, type PPOConfig } from "../../../agents/ppo/fields.ts";
import { PPO } from "../../../agents/ppo/ppo.ts";
import { PPO_KIND } from "../../../agents/ppo/ppo_kind.ts";
import { Box, make, type Observation, SyncVectorEnv, type VectorEnv } from "../../../envs/mod.ts";
import type { NamedTensors } from "../../../generative/nn/mod.ts";
import { startBackend } from "../../../generative/runtime/mod.ts";
import { DreamVectorEnv, type WorldState } from "../../../worlds/mod.ts";
import { reload } from "../support/reload.ts";
import { ToyWorld } from "../support/toy_world.ts";

await startBackend();

const SMALL: PPOConfig = {
  ...PPO_FIELDS.defaults,
  environments: 4,
  roundDecisions: 40,
  epochs: 2,
  units: [8],
  decisions: 1600,
};

function environments(id: string, count = 4): VectorEnv<Observation> {
  return new SyncVectorEnv<Observation>(Array.from({ length: count }, () => make<Observation>(id)));
}

function createFor(env: VectorEnv<Observation>, config = SMALL): PPO {
  return new PPO(config, { observations: env.observationSpace, actions: env.actionSpace });
}

for (
  const [id, continuous] of [["CartPole-v1", "gaussian"], ["Pendulum-v1", "gaussian"], [
    "Pendulum-v1",
    "beta",
  ]] as const
) {
  Deno.test(`the same seed learns the same in ${id} (${continuous}), also from a checkpoint on`, async () => {
    const config = { ...SMALL, continuous };
    const measures = [];
    const env = environments(id);
    const learner = createFor(env, config);
    let saved: LoadedLearner | undefined;
    for (let round = 0; round < 4; round++) {
      measures.push(await learner.learn(env));
      if (round === 1) saved = await reload(await learner.save());
    }
    assertEquals(learner.steps, 640);
    const other = environments(id), again = createFor(other, config);
    again.restore(saved!);
    assertEquals(again.steps, 320);
    assertEquals([await again.learn(other), await again.learn(other)], measures.slice(2));
    assertEquals(await reload(await again.save()), await reload(await learner.save()));
    const fresh = createFor(other, { ...config, seed: 2 });
    assertNotEquals(await fresh.learn(other), measures[0]);
    for (const one of [learner, again, fresh]) one.dispose();
  });
}

Deno.test("learning keeps no tensors but its own, and frees them in the end", async () => {
  const before = tf.memory().numTensors;
  const env = environments("CartPole-v1"), learner = createFor(env);
  const counts: number[] = [];
  for (let round = 0; round < 3; round++) {
    await learner.learn(env);
    counts.push(tf.memory().numTensors);
  }
  assertEquals(counts[2], counts[1]);
  const agent = learner.agent();
  await evaluate(agent, env, { seeds: [1, 2, 3, 4] });
  agent.close();
  assertEquals(tf.memory().numTensors, counts[1]);
  learner.dispose();
  assertEquals(tf.memory().numTensors, before);
});

Deno.test("an agent of a checkpoint's policy acts as the learner's own, without what learning needs", async () => {
  const env = environments("CartPole-v1"), learner = createFor(env);
  await learner.learn(env);
  const { arrays: { policy, observations } } = await reload(await learner.save());
  const spaces = { observations: env.observationSpace, actions: env.actionSpace };
  const loaded = PPO_KIND.load(SMALL, spaces, { policy, observations });
  const own = learner.agent();
  const seeds = [5, 6, 7, 8];
  assertEquals(await evaluate(loaded, env, { seeds }), await evaluate(own, env, { seeds }));
  assertThrows(
    () => PPO_KIND.load(SMALL, spaces, { policy }),
    TypeError,
    'what was observed: expected "mean"',
  );
  assertThrows(() => PPO_KIND.load(SMALL, spaces, { observations }), TypeError, "Cannot restore policy");
  loaded.close?.();
  own.close();
  learner.dispose();
});

Deno.test("CartPole: episodes last longer after a few thousand decisions", async () => {
  const env = environments("CartPole-v1", 8);
  const config = { ...SMALL, environments: 8, roundDecisions: 64, epochs: 6, units: [32], decisions: 8192 };
  const learner = createFor(env, config);
  const first = await learner.learn(env);
  let last = first;
  while (learner.steps < config.decisions) last = await learner.learn(env);
  assert(last.return > 2 * first.return, `${first.return} became ${last.return}`);
  learner.dispose();
});

/** A toy world whose pictures show where it stands: a channel each. */
class SeenWorld extends ToyWorld {
  override picture(_: NamedTensors, { latents }: WorldState): tf.Tensor4D {
    const [rows] = latents.shape;
    const shown = latents.div(2).add(0.5).clipByValue(0, 1).reshape([rows, 1, 1, 2]).tile([1, 8, 8, 1]);
    return shown.concat(tf.zeros([rows, 8, 8, 1]), 3) as tf.Tensor4D;
  }
}

Deno.test("it learns in a dream as in reality: by a DreamVectorEnv in place of environments", async () => {
  const worldModel = new SeenWorld(2);
  const starts = {
    draw: (random: { uniform(low: number, high: number): number }) => ({
      latents: Float32Array.from([0, 1], () => random.uniform(-1, 1)),
    }),
  };
  const parameters = worldModel.values();
  const dream = new DreamVectorEnv(8, { worldModel, parameters, starts, maxSteps: 16 });
  const config = {
    ...SMALL,
    environments: 8,
    roundDecisions: 32,
    epochs: 6,
    filters: [8],
    features: 32,
    decisions: 5120,
  };
  const learner = createFor(dream, { ...config, entropyWeight: 0, learningRate: 3e-3 });
  const first = await learner.learn(dream);
  let last = first;
  while (learner.steps < config.decisions) last = await learner.learn(dream);
  assert(last.return > first.return / 2, `${first.return} became ${last.return}, where 0 is best`);
  learner.dispose();
  await dream.close();
  tf.dispose(parameters);
});

Deno.test("what does not fit is one sentence", async () => {
  const env = environments("CartPole-v1");
  assertThrows(
    () => createFor(env, { ...SMALL, minibatches: 7 }),
    RangeError,
    "Cannot set --minibatches: expected a divisor of the 160 decisions in a round, got 7",
  );
  const endless = {
    observations: env.observationSpace,
    actions: new Box(-Infinity, Infinity, { shape: [1] }),
  };
  assertThrows(() => new PPO(SMALL, endless), TypeError, "Cannot learn to act: expected integers");
  const learner = createFor(env);
  await assertRejects(
    () => learner.learn(environments("CartPole-v1", 3)),
    RangeError,
    "Cannot learn in CartPole-v1: expected 4 environments, got 3",
  );
  await assertRejects(
    () => learner.learn(environments("Acrobot-v1")),
    TypeError,
    "expected observations as the learner knows them, float32 of shape [4], got float32 of shape [6]",
  );
  const restarting = new SyncVectorEnv<Observation>(
    Array.from({ length: 4 }, () => make<Observation>("CartPole-v1")),
    { autoreset: "nextStep" },
  );
  await assertRejects(() => learner.learn(restarting), TypeError, 'got "nextStep"');
  const agent = learner.agent();
  agent.reset(2);
  await assertRejects(
    () => agent.act({ observations: new Float32Array(4) }),
    RangeError,
    "expected observations of 2 rows of 4 numbers, got 4 numbers",
  );
  assertThrows(() => learner.restore({ arrays: {}, data: null }), TypeError, "expected its rounds");
  const diverging = createFor(env, { ...SMALL, learningRate: 1e30 });
  await assertRejects(
    async () => {
      for (let round = 0; round < 3; round++) await diverging.learn(env);
    },
    Error,
    "Cannot go on learning: expected a finite loss",
  );
});

for (const memory of ["lstm", "transformer"] as const) {
  Deno.test(`with a memory (${memory}) values and probabilities are those of when it acted, and learning resumes`, async () => {
    const config = { ...SMALL, memory, memoryUnits: 8, memoryHeads: 2, memoryWindow: 5, roundDecisions: 30 };
    const env = environments("CartPole-v1"), learner = createFor(env, config);
    const first = await learner.learn(env);
    const saved = await reload(await learner.save());
    const second = await learner.learn(env);
    const other = environments("CartPole-v1"), again = createFor(other, config);
    again.restore(saved);
    assertEquals(await again.learn(other), second);
    // one update a round on all that was decided: the policy has not moved when its loss is taken
    const still = createFor(environments("CartPole-v1"), { ...config, epochs: 1, minibatches: 1 });
    const { divergence, clipped } = await still.learn(environments("CartPole-v1"));
    assert(Math.abs(divergence) < 1e-6 && clipped === 0, `${divergence} nats`);
    assert(first.entropy > 0.6);
    for (const one of [learner, again, still]) one.dispose();
  });
}

Deno.test("a policy with a memory learns from whole environments", () => {
  const env = environments("CartPole-v1");
  const config = { ...SMALL, memory: "lstm" as const, minibatches: 8 };
  assertThrows(() => createFor(env, config), RangeError, "expected a divisor of the 4 --environments");
});

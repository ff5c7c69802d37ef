import * as tf from "@tensorflow/tfjs";
import { assert, assertEquals, assertNotEquals, assertRejects, assertThrows } from "@std/assert";
import { ATTENTION_KIND } from "../../../agents/attention/attention_kind.ts";
import { AttentionSearch } from "../../../agents/attention/attention_search.ts";
import { ATTENTION_FIELDS, type AttentionConfig } from "../../../agents/attention/fields.ts";
import { evaluate } from "../../../agents/evaluate.ts";
import type { LoadedLearner } from "../../../agents/learner_kind.ts";
import { Box, Discrete } from "../../../envs/mod.ts";
import { startBackend } from "../../../generative/runtime/mod.ts";
import { reload } from "../support/reload.ts";
import { SpotVectorEnv } from "../support/spot_vector_env.ts";

await startBackend();

const SMALL: AttentionConfig = {
  ...ATTENTION_FIELDS.defaults,
  environments: 5,
  patchSize: 4,
  patchStride: 4,
  patches: 1,
  units: 4,
  population: 16,
  episodes: 2,
  patience: 0,
  stepSize: 0.5,
};
const SPACES = new SpotVectorEnv(1);
const spaces = { observations: SPACES.observationSpace, actions: SPACES.actionSpace };

Deno.test("it learns to look at the spot and to point where it is", async () => {
  const learner = new AttentionSearch(SMALL, spaces);
  const env = new SpotVectorEnv(5), seeds = Array.from({ length: 40 }, (_, i) => i);
  const score = async () => {
    const agent = learner.agent();
    const { mean } = await evaluate(agent, env, { seeds });
    agent.close();
    return mean;
  };
  const before = await score();
  for (let generation = 0; generation < 40; generation++) await learner.learn(env);
  const after = await score();
  const blind = 8 * (1 - (4 + 4 * Math.SQRT2) / 9); // pointing to the middle, the best without looking
  assert(before < 0.5 && after > 2 && blind < 0, `of 8 points, ${before} before and ${after} after`);
});

for (const covariance of ["diagonal", "full"] as const) {
  Deno.test(`the same seed learns the same, also from a checkpoint on (${covariance})`, async () => {
    const config = { ...SMALL, covariance };
    const learner = new AttentionSearch(config, spaces);
    const measures = [];
    let saved: LoadedLearner | undefined;
    for (let round = 0; round < 4; round++) {
      measures.push(await learner.learn(new SpotVectorEnv(5)));
      if (round === 1) saved = await reload(await learner.save());
    }
    assertEquals(learner.steps, 4 * 16 * 2 * 8);
    const again = new AttentionSearch(config, spaces);
    again.restore(saved!);
    assertEquals(again.steps, 2 * 16 * 2 * 8);
    const other = new SpotVectorEnv(5);
    assertEquals([await again.learn(other), await again.learn(other)], measures.slice(2));
    assertEquals(await reload(await again.save()), await reload(await learner.save()));
    const fresh = new AttentionSearch({ ...config, seed: 2 }, spaces);
    assertNotEquals(await fresh.learn(other), measures[0]);
  });
}

Deno.test("a candidate's fitness does not depend on how many drive side by side", async () => {
  const measures = [];
  for (const environments of [1, 5, 32]) {
    const learner = new AttentionSearch({ ...SMALL, environments }, spaces);
    const { stepSize, ...rest } = await learner.learn(new SpotVectorEnv(environments));
    measures.push(Object.values({ ...rest, stepSize }).map((value) => value.toFixed(4)));
  }
  assertEquals(measures[1], measures[0]);
  assertEquals(measures[2], measures[0]);
});

Deno.test("what is loaded acts as the learner's agent, and nothing is left behind", async () => {
  const before = tf.memory().numTensors;
  const learner = new AttentionSearch(SMALL, spaces);
  await learner.learn(new SpotVectorEnv(5));
  const { arrays } = await reload(await learner.save());
  const loaded = ATTENTION_KIND.load(SMALL, spaces, { policy: arrays.policy });
  const own = learner.agent();
  const [a, b] = [
    await evaluate(own, new SpotVectorEnv(3), { seeds: [1, 2, 3, 4] }),
    await evaluate(loaded, new SpotVectorEnv(3), { seeds: [1, 2, 3, 4] }),
  ];
  assertEquals(a, b);
  const side = 4 / 12;
  for (const [patch, ...rest] of own.attended()) {
    assertEquals(rest, []);
    assert(
      [patch.top, patch.left].every((place) => Math.abs(place / side - Math.round(place / side)) < 1e-5),
    );
    assertEquals([patch.height, patch.width], [side, side]);
  }
  assertEquals(own.attended().length, 3);
  await assertRejects(
    () => own.act({ observations: new Uint8Array(5) }),
    RangeError,
    "expected 3 pictures of 12x12x3",
  );
  own.close();
  loaded.close?.();
  assertEquals(tf.memory().numTensors, before);
  assertThrows(() => ATTENTION_KIND.load(SMALL, spaces, {}), TypeError, "weights, got none");
});

Deno.test("what it cannot look at or do is told", () => {
  const numbers = new Box(-1, 1, { shape: [4] });
  assertThrows(
    () => new AttentionSearch(SMALL, { ...spaces, observations: numbers }),
    TypeError,
    "expected pictures",
  );
  assertThrows(
    () => new AttentionSearch(SMALL, { ...spaces, actions: new Discrete(3) }),
    TypeError,
    "floats as actions",
  );
  assertThrows(
    () => new AttentionSearch({ ...SMALL, environments: 33 }, spaces),
    RangeError,
    "--episodes, 32, got 33",
  );
});

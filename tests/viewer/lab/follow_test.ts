import { assertAlmostEquals, assertEquals, assertRejects } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import { ActorCritic } from "../../../agents/actor_critic.ts";
import {
  controllerActions,
  controllerOutputs,
} from "../../../agents/train_world_model/controller_actions.ts";
import { seedTensor } from "../../../generative/runtime/mod.ts";
import { encode } from "../../../viewer/lab/ask.ts";
import { drivenFrames } from "./driven_frames.ts";
import { nativeLab, randomRun } from "./random_run.ts";

const lab = nativeLab();
await lab.backend();
const DECISIONS = 67; // more than a block
const { frames, actions, rewards } = drivenFrames(DECISIONS);

function close(actual: ArrayLike<number>, from: number, wanted: ArrayLike<number>): void {
  for (let i = 0; i < wanted.length; i++) assertAlmostEquals(actual[from + i], wanted[i], 2e-3);
}

for (
  const changes of [
    { controller: "actor-critic" },
    { controller: "actor-critic", memorySeesRewards: true },
    { controller: "cma-es", mixtures: 3, predictChange: false },
  ] as const
) {
  const kind = `${changes.controller} run${"memorySeesRewards" in changes ? " that sees rewards" : ""}`;
  Deno.test(`the memory of a ${kind} follows an episode as its own functions do`, async () => {
    const run = await randomRun(changes);
    const { networks: { worldModel: { memory }, policy }, world, weights, config } = run;
    const { id, world: card } = await lab.open(run.files);
    const { mu } = await encode(lab, id, frames);
    const followed = await lab.follow(id, { mu, actions, rewards });
    const components = memory.config.components;
    assertEquals(card?.components, components);
    assertEquals(card?.hasValue, policy instanceof ActorCritic);
    const outputs = controllerOutputs(config)(actions);
    const size = outputs.length / DECISIONS;
    let state = memory.initialState(1);
    let earned = 0;
    tf.tidy(() => {
      for (let d = 0; d <= DECISIONS; d++) {
        close(followed.states.hidden, d * 16, state.hidden.dataSync());
        close(followed.states.cell, d * 16, state.cell.dataSync());
        const latents = tf.tensor2d(mu.slice(d * 32, (d + 1) * 32), [1, 32]);
        const input = tf.concat([latents, state.hidden], 1);
        const chosen = policy.act(weights, input, seedTensor([0, 0])).dataSync() as Float32Array;
        close(followed.policy, d * 3, controllerActions(config)(chosen));
        if (policy instanceof ActorCritic) {
          close(followed.values, d, policy.value(weights, input).dataSync());
        }
        if (d === DECISIONS) break;
        const action = tf.tensor2d(outputs.slice(d * size, (d + 1) * size), [1, size]);
        const pace = tf.tensor2d([[earned]]);
        if (memory.config.seesRewards) close(followed.states.pace, d, [earned]);
        earned = 0.8 * earned + 0.2 * rewards[d] / 5;
        state = memory.advance(world, { latents, action, pace }, state);
        const { mixture, reward, doneLogit } = memory.predict(world, state.hidden, { latents, action });
        close(followed.rewards, d, reward.dataSync());
        close(followed.done, d, doneLogit.sigmoid().dataSync());
        // [K, Z] each; the lab has [Z, K].
        const means = memory.nextLatents(latents.expandDims(1), mixture.means);
        const byLatent = (tensor: tf.Tensor) => tensor.transpose([0, 2, 1]).dataSync();
        close(
          followed.weights,
          d * 32 * components,
          byLatent(tf.softmax(mixture.logits.transpose([0, 2, 1])).transpose([0, 2, 1])),
        );
        close(followed.means, d * 32 * components, byLatent(means));
        close(followed.deviations, d * 32 * components, byLatent(mixture.logSigmas.exp()));
      }
    });
    assertEquals(followed.values.length, policy instanceof ActorCritic ? DECISIONS + 1 : 0);
    assertEquals(followed.states.latents, mu);
    assertEquals(followed.rewards.length, DECISIONS);
    assertEquals(followed.means.length, DECISIONS * 32 * components);

    const few = { mu: mu.slice(0, 32), actions: new Float32Array(0), rewards: new Float32Array(0) };
    // An episode of no decision; one row alone is rounded otherwise than among many.
    const alone = (await lab.follow(id, few)).policy;
    assertEquals(alone.length, 3);
    close(followed.policy, 0, alone);
    await assertRejects(
      () => lab.follow(id, { mu: mu.slice(32), actions, rewards }),
      RangeError,
      `Cannot follow an episode by latents of [${DECISIONS + 1},32]`,
    );
    await assertRejects(
      () => lab.follow(id, { mu, actions: actions.slice(1), rewards }),
      RangeError,
      "rows of 3 numbers",
    );
    await assertRejects(
      () => lab.follow(id, { mu, actions, rewards: rewards.slice(1) }),
      RangeError,
      `Cannot follow an episode by rewards of [${DECISIONS}]: expected ${DECISIONS} numbers, got ${
        DECISIONS - 1
      }`,
    );
    await lab.close(id);
  });
}

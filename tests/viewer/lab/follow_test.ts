import { assertAlmostEquals, assertEquals } from "@std/assert";
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

/** Steps of the episode: nothing led to the first. */
const steps = {
  frames,
  actions: Float32Array.of(0, 0, 0, ...actions),
  rewards: Float32Array.of(0, ...rewards),
};

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
    const followed = await lab.follow(id, steps);
    const { components } = memory.config;
    assertEquals([card?.expects, card?.context], [true, 0]);
    assertEquals(card?.hasValue, policy instanceof ActorCritic);
    const outputs = controllerOutputs(config)(actions);
    const size = outputs.length / DECISIONS;
    let state = memory.initialState(1);
    let earned = 0;
    tf.tidy(() => {
      for (let d = 0; d <= DECISIONS; d++) {
        const latents = tf.tensor2d(mu.slice(d * 32, (d + 1) * 32), [1, 32]);
        const input = tf.concat([latents, state.hidden], 1);
        close(followed.features, d * 48, input.dataSync());
        const chosen = policy.act(weights, input, seedTensor([0, 0])).dataSync() as Float32Array;
        close(followed.policy, d * 3, controllerActions(config)(chosen));
        if (policy instanceof ActorCritic) {
          close(followed.values, d, policy.value(weights, input).dataSync());
        }
        if (d === DECISIONS) break;
        const action = tf.tensor2d(outputs.slice(d * size, (d + 1) * size), [1, size]);
        const pace = tf.tensor2d([[earned]]);
        earned = 0.8 * earned + 0.2 * rewards[d] / 5;
        state = memory.advance(world, { latents, action, pace }, state);
        const { mixture, reward, doneLogit } = memory.predict(world, state.hidden, { latents, action });
        close(followed.rewards, d + 1, reward.dataSync());
        close(followed.done, d + 1, doneLogit.sigmoid().dataSync());
        // [K, Z] each; the lab has [Z, K].
        const means = memory.nextLatents(latents.expandDims(1), mixture.means);
        const byLatent = (tensor: tf.Tensor) => tensor.transpose([0, 2, 1]).dataSync();
        const at = (d + 1) * 32 * components;
        close(
          followed.weights,
          at,
          byLatent(tf.softmax(mixture.logits.transpose([0, 2, 1])).transpose([0, 2, 1])),
        );
        close(followed.means, at, byLatent(means));
        close(followed.deviations, at, byLatent(mixture.logSigmas.exp()));
      }
      close(followed.to.hidden, 0, state.hidden.dataSync());
      close(followed.to.cell, 0, state.cell.dataSync());
      close(followed.to.latents, 0, mu.slice(-32));
      if (memory.config.seesRewards) close(followed.to.pace, 0, [earned]);
    });
    assertEquals(followed.values.length, policy instanceof ActorCritic ? DECISIONS + 1 : 0);
    assertEquals(followed.means.length, (DECISIONS + 1) * 32 * components);
    await lab.close(id);
  });
}

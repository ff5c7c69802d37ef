import * as tf from "@tensorflow/tfjs";
import { ActorCritic } from "../../agents/actor_critic.ts";
import type { NamedTensors } from "../../generative/nn/mod.ts";
import { compile } from "../../generative/runtime/compile.ts";
import { seedTensor } from "../../generative/runtime/random.ts";
import { unrollStates } from "../../worlds/mdn_rnn/unroll_states.ts";
import { blockSize, padRows } from "./blocks.ts";
import type { Followed, FollowRequest } from "./lab.ts";
import { rowsIn } from "./vision_coder.ts";
import { checkLength, type WorldParts } from "./world_parts.ts";

/** Decisions that are looked at together. */
const BLOCK = 64;

/** What is known as B decisions are taken, and what the memory holds after each of them. */
type Inputs = { latents: tf.Tensor; hidden: tf.Tensor; after: tf.Tensor; outputs: tf.Tensor };

/** Runs memory and controller along real episodes. */
export class EpisodeFollower {
  readonly #expect: ReturnType<typeof compileExpectation>;

  /** For the networks of a run. */
  constructor(readonly parts: WorldParts) {
    this.#expect = compileExpectation(parts);
  }

  /** See {@link Lab.follow}. @throws RangeError when latents and actions do not go together. */
  async follow({ mu, actions }: FollowRequest): Promise<Followed> {
    const { networks: { memory }, world, weights, actionSize, toActions, toOutputs, pause } = this.parts;
    const { latentSize, units, components, actionSize: outputSize } = memory.config;
    const decisions = rowsIn(actions, actionSize, "follow an episode");
    checkLength(mu, [decisions + 1, latentSize], "follow an episode by latents");
    // The last row's action is not known yet: what would follow from it is dropped.
    const outputs = new Float32Array((decisions + 1) * outputSize);
    outputs.set(toOutputs(actions));
    const resets = Uint8Array.from({ length: decisions + 1 }, (_, d) => d === 0 ? 1 : 0);
    const input = { parameters: world, mu, logVar: mu, actions: outputs, resets, streams: 1 };
    const { hidden, cell } = await unrollStates(memory, input, { rows: 1 });
    const after = new Float32Array(hidden.length);
    after.set(hidden.subarray(units));
    await pause();

    const mixture = () => new Float32Array(decisions * latentSize * components);
    const followed = {
      rewards: new Float32Array(decisions),
      done: new Float32Array(decisions),
      weights: mixture(),
      means: mixture(),
      deviations: mixture(),
    };
    const values = new Float32Array(this.#hasValue ? decisions + 1 : 0);
    const chosen = new Float32Array((decisions + 1) * outputSize);
    for (let from = 0; from <= decisions; from += BLOCK) {
      if (from > 0) await pause();
      const count = Math.min(BLOCK, decisions + 1 - from);
      const rows = blockSize(count, BLOCK);
      const read = (source: Float32Array, size: number) => {
        const some = source.slice(from * size, (from + count) * size);
        return tf.tensor(padRows(some, { count, rows }), [rows, size]);
      };
      const inputs = {
        latents: read(mu, latentSize),
        hidden: read(hidden, units),
        after: read(after, units),
        outputs: read(outputs, outputSize),
      };
      const expected = await this.#expect.run(world, weights, inputs);
      const write = async (target: Float32Array, tensor: tf.Tensor) => {
        const size = tensor.size / rows;
        const known = Math.min(count * size, target.length - from * size);
        target.set((await tensor.data() as Float32Array).subarray(0, known), from * size);
      };
      const { policy, value, ...predicted } = expected;
      await write(chosen, policy);
      if (value) await write(values, value);
      for (const name of Object.keys(followed) as (keyof typeof followed)[]) {
        await write(followed[name], predicted[name]);
      }
      tf.dispose([inputs, policy, predicted]);
      value?.dispose();
    }
    return { hidden, cell, ...followed, values, policy: toActions(chosen) };
  }

  /** Frees compiled functions. */
  dispose(): void {
    this.#expect.dispose();
  }

  get #hasValue(): boolean {
    return this.parts.networks.policy instanceof ActorCritic;
  }
}

function compileExpectation({ networks: { memory, policy } }: WorldParts) {
  const expect = (
    world: NamedTensors,
    weights: NamedTensors,
    { latents, hidden, after, outputs }: Inputs,
  ) => {
    const { mixture, reward, doneLogit } = memory.predict(world, after, { latents, action: outputs });
    const byLatent = (tensor: tf.Tensor) => tensor.transpose([0, 2, 1]);
    return {
      rewards: reward,
      done: doneLogit.sigmoid(),
      weights: byLatent(mixture.logits).softmax(),
      means: byLatent(memory.nextLatents(latents.expandDims(1), mixture.means)),
      deviations: byLatent(mixture.logSigmas.exp()),
      policy: policy.act(weights, { latents, hidden }, seedTensor([0, 0])),
      value: policy instanceof ActorCritic
        ? policy.value(weights, policy.features({ latents, hidden }))
        : undefined,
    };
  };
  return compile(expect, { name: "follow" });
}

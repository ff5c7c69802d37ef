import * as tf from "@tensorflow/tfjs";
import { ActorCritic } from "../../agents/actor_critic.ts";
import type { NamedTensors } from "../../generative/nn/mod.ts";
import { compile } from "../../generative/runtime/compile.ts";
import { disposeTree } from "../../generative/runtime/tree.ts";
import { seedTensor } from "../../generative/runtime/random.ts";
import type { RecurrentWorldModel } from "../../worlds/mdn_rnn/recurrent_world_model.ts";
import { unrollStates } from "../../worlds/mdn_rnn/unroll_states.ts";
import type { WorldState } from "../../worlds/world_model.ts";
import { blockSize, padRows } from "./blocks.ts";
import type { Followed, FollowRequest } from "./lab.ts";
import { stateRows, stateTensors } from "./state_arrays.ts";
import { rowsIn } from "./vision_coder.ts";
import { checkLength, type WorldParts } from "./world_parts.ts";

/** Decisions that are looked at together. */
const BLOCK = 64;

/** Runs world model and controller along real episodes. */
export class EpisodeFollower {
  readonly #expect: ReturnType<typeof compileExpectation>;
  /** A state of one row: the names and shapes of all. */
  readonly #like: WorldState;

  /** For the networks of a run with an MDN-RNN. */
  constructor(readonly parts: WorldParts, readonly model: RecurrentWorldModel) {
    this.#expect = compileExpectation(parts, model);
    this.#like = tf.tidy(() => model.initial(1));
  }

  /** See {@link Lab.follow}. @throws RangeError when latents, actions and rewards do not go together. */
  async follow({ mu, actions, rewards }: FollowRequest): Promise<Followed> {
    const { memory } = this.model;
    const { world, weights, actionSize, toActions, toOutputs, pause } = this.parts;
    const { latentSize, components, actionSize: outputSize } = memory.config;
    const decisions = rowsIn(actions, actionSize, "follow an episode");
    checkLength(mu, [decisions + 1, latentSize], "follow an episode by latents");
    checkLength(rewards, [decisions], "follow an episode by rewards");
    // The last row's action and its reward are not known yet: what would follow from them is dropped.
    const outputs = new Float32Array((decisions + 1) * outputSize);
    outputs.set(toOutputs(actions));
    const earned = new Float32Array(decisions + 1);
    earned.set(rewards);
    const resets = Uint8Array.from({ length: decisions + 1 }, (_, d) => d === 0 ? 1 : 0);
    const input = {
      parameters: world,
      mu,
      logVar: mu,
      actions: outputs,
      rewards: earned,
      resets,
      streams: 1,
    };
    const states = { latents: mu, ...await unrollStates(memory, input, { rows: 1 }) };
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
      const own = outputs.slice(from * outputSize, (from + count) * outputSize);
      const inputs = {
        state: stateTensors(
          stateRows(states, { from, to: from + count, of: decisions + 1 }),
          this.#like,
          { count, rows },
        ),
        outputs: tf.tensor(padRows(own, { count, rows }), [rows, outputSize]),
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
      disposeTree([inputs, policy, predicted, value]);
    }
    return { states, ...followed, values, policy: toActions(chosen) };
  }

  /** Frees compiled functions. */
  dispose(): void {
    this.#expect.dispose();
    disposeTree(this.#like);
  }

  get #hasValue(): boolean {
    return this.parts.networks.policy instanceof ActorCritic;
  }
}

type Inputs = { state: WorldState; outputs: tf.Tensor };

function compileExpectation({ networks: { policy } }: WorldParts, worldModel: RecurrentWorldModel) {
  const expect = (world: NamedTensors, weights: NamedTensors, { state, outputs }: Inputs) => {
    const { reward, ...expected } = worldModel.expectations(world, state, outputs);
    const features = worldModel.features(world, state);
    return {
      rewards: reward,
      ...expected,
      policy: policy.act(weights, features, seedTensor([0, 0])),
      value: policy instanceof ActorCritic ? policy.value(weights, features) : undefined,
    };
  };
  return compile(expect, { name: "follow" });
}

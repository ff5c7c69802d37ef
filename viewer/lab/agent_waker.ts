import * as tf from "@tensorflow/tfjs";
import { ActorCritic } from "../../agents/actor_critic.ts";
import { frameTensor } from "../../generative/data/picture_tensors.ts";
import type { NamedTensors } from "../../generative/nn/mod.ts";
import { compile } from "../../generative/runtime/compile.ts";
import { seedTensor } from "../../generative/runtime/random.ts";
import { compilePicture } from "../../worlds/compile_picture.ts";
import type { Observed, WorldState } from "../../worlds/world_model.ts";
import { inTurn } from "./blocks.ts";
import type { Decision, Shown } from "./lab.ts";
import type { RunningAgent } from "./model_kinds.ts";
import { checkLength, type WorldParts } from "./world_parts.ts";

/** Wakes controllers: as a `ControllerAgent` does, but their world model can be told what somebody else did. */
export class AgentWaker {
  readonly #see: ReturnType<typeof compileSight>;
  readonly #picture: ReturnType<typeof compilePicture>;

  /** For the networks of a run. */
  constructor(readonly parts: WorldParts) {
    this.#see = compileSight(parts);
    this.#picture = compilePicture(parts.networks.worldModel);
  }

  /** A controller that has seen nothing yet. */
  wake(): RunningAgent {
    const { networks: { worldModel, policy }, world, weights, actionSize, toActions, toOutputs } = this.parts;
    let state: WorldState = tf.tidy(() => worldModel.initial(1));
    let outputs: tf.Tensor | undefined;
    const turns = inTurn();
    const decide = async ({ observation, reward, taken, draw }: Shown): Promise<Decision> => {
      checkLength(observation, worldModel.frames, "see a frame");
      if (taken) checkLength(taken, [actionSize], "remember an action");
      const did = outputs && taken ? toOutputs(taken) : new Float32Array(policy.actionSize);
      const observed = {
        frames: frameTensor(observation as Uint8Array, [1, ...worldModel.frames]),
        action: outputs && !taken ? outputs : tf.tensor(did, [1, policy.actionSize]),
        reward: tf.tensor1d([reward]),
        first: tf.tensor1d([outputs ? 0 : 1]),
      };
      const seen = await this.#see.run(world, weights, state, observed);
      tf.dispose([state, observed, outputs ?? []]);
      ({ state, outputs } = seen);
      const action = toActions(Float32Array.from(await outputs.data()));
      const decision: Decision = { action };
      if (seen.value) {
        [decision.value] = await seen.value.data();
        seen.value.dispose();
      }
      if (draw) {
        const picture = await this.#picture.run(world, state);
        decision.picture = Uint8Array.from(await picture.data());
        picture.dispose();
      }
      return decision;
    };
    return {
      decide: (shown) => turns(() => decide(shown)),
      dispose: () => tf.dispose([state, outputs ?? []]),
    };
  }

  /** Frees compiled functions. */
  dispose(): void {
    this.#see.dispose();
    this.#picture.dispose();
  }
}

function compileSight({ networks: { worldModel, policy } }: WorldParts) {
  const see = (world: NamedTensors, weights: NamedTensors, before: WorldState, observed: Observed) => {
    const state = worldModel.observe(world, before, observed);
    const features = worldModel.features(world, state);
    const outputs = policy.act(weights, features, seedTensor([0, 0]));
    return {
      state,
      outputs,
      value: policy instanceof ActorCritic ? policy.value(weights, features) : undefined,
    };
  };
  return compile(see, { name: "see" });
}

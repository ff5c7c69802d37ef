import * as tf from "@tensorflow/tfjs";
import { ActorCritic } from "../../agents/actor_critic.ts";
import { frameTensor } from "../../generative/data/picture_tensors.ts";
import type { NamedTensors } from "../../generative/nn/mod.ts";
import { compile } from "../../generative/runtime/compile.ts";
import { seedTensor } from "../../generative/runtime/random.ts";
import { FRAME_SIZE } from "../../worlds/mdn_rnn/vision.ts";
import { inTurn } from "./blocks.ts";
import type { Decision } from "./lab.ts";
import type { RunningAgent } from "./model_kinds.ts";
import { checkLength, type WorldParts } from "./world_parts.ts";

/** What the agent saw last, and what it would have done. */
interface Moment {
  latents: tf.Tensor;
  outputs: tf.Tensor;
}

/** Wakes controllers: as a `ControllerAgent` does, but their memory can be told what somebody else did. */
export class AgentWaker {
  readonly #see: ReturnType<typeof compileSight>;
  readonly #remember: ReturnType<typeof compileMemory>;

  /** For the networks of a run. */
  constructor(readonly parts: WorldParts) {
    this.#see = compileSight(parts);
    this.#remember = compileMemory(parts);
  }

  /** A controller that has seen nothing yet. */
  wake(): RunningAgent {
    let state: NamedTensors = this.parts.networks.worldModel.initialState(1);
    let last: Moment | undefined;
    const turns = inTurn();
    const decide = async (frame: Uint8Array, taken?: Float32Array): Promise<Decision> => {
      const { world, weights, actionSize, toActions, toOutputs } = this.parts;
      checkLength(frame, [FRAME_SIZE, FRAME_SIZE, 3], "see a frame");
      if (taken) checkLength(taken, [actionSize], "remember an action");
      if (last) {
        const outputs = taken ? tf.tensor(toOutputs(taken), last.outputs.shape) : last.outputs;
        const next = await this.#remember.run(world, { latents: last.latents, action: outputs }, state);
        tf.dispose([state, last.latents, last.outputs, outputs]);
        state = next;
        last = undefined;
      }
      const pixels = frameTensor(frame, [1, FRAME_SIZE, FRAME_SIZE, 3]);
      const { latents, outputs, value } = await this.#see.run(world, weights, pixels, state.hidden);
      pixels.dispose();
      last = { latents, outputs };
      const action = toActions(Float32Array.from(await outputs.data()));
      if (!value) return { action };
      const [expected] = await value.data();
      value.dispose();
      return { action, value: expected };
    };
    return {
      decide: (frame, taken) => turns(() => decide(frame, taken)),
      dispose: () => tf.dispose([state, last?.latents, last?.outputs].filter((part) => part !== undefined)),
    };
  }

  /** Frees compiled functions. */
  dispose(): void {
    this.#see.dispose();
    this.#remember.dispose();
  }
}

function compileSight({ networks: { worldModel, policy } }: WorldParts) {
  const see = (world: NamedTensors, weights: NamedTensors, frames: tf.Tensor, hidden: tf.Tensor) => {
    const latents = worldModel.encode(world, frames).mu;
    const outputs = policy.act(weights, { latents, hidden }, seedTensor([0, 0]));
    const critic = policy instanceof ActorCritic ? policy : undefined;
    return { latents, outputs, value: critic?.value(weights, critic.features({ latents, hidden })) };
  };
  return compile(see, { name: "see" });
}

function compileMemory({ networks: { memory } }: WorldParts) {
  const remember = (
    world: NamedTensors,
    input: { latents: tf.Tensor; action: tf.Tensor },
    { hidden, cell }: NamedTensors,
  ): NamedTensors => ({ ...memory.advance(world, input, { hidden, cell }) });
  return compile(remember, { name: "remember" });
}

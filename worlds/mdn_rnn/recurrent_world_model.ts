import * as tf from "@tensorflow/tfjs";
import { collectParameters, type NamedTensors, type ParameterSpecs } from "../../generative/nn/parameters.ts";
import type { Memory } from "./memory.ts";
import { type MixtureNoise, mixtureNoise, sampleMixture } from "./mixture.ts";
import type { LatentDistribution, Vision } from "./vision.ts";
import type { NoiseSpec, WorldModel, WorldPosition, WorldStep, WorldStepOptions } from "../world_model.ts";

/** A vision and a memory as one model of the world: that of Ha & Schmidhuber, with reward and end learned too. */
export class RecurrentWorldModel implements WorldModel {
  /** Frames to latents and back. */
  readonly vision: Vision;
  /** The network that predicts what follows. */
  readonly memory: Memory;
  /** Numbers in a latent, Z. */
  readonly latentSize: number;
  /** Numbers in an action, A. */
  readonly actionSize: number;
  /** The parameters of vision and memory. */
  readonly parameters: ParameterSpecs;
  /** `choice` of a component and `value` within it, for each latent dimension. */
  readonly noise: Record<"choice" | "value", NoiseSpec>;

  /** Joins the two. @throws RangeError when vision and memory differ in the size of a latent. */
  constructor(vision: Vision, memory: Memory) {
    this.vision = vision;
    this.memory = memory;
    const { latentSize, actionSize } = memory.config;
    if (vision.latentSize !== latentSize) {
      throw new RangeError(
        `Cannot join vision and memory: expected one latentSize, got ${vision.latentSize} and ${latentSize}`,
      );
    }
    this.latentSize = latentSize;
    this.actionSize = actionSize;
    this.parameters = collectParameters(vision, memory);
    this.noise = {
      choice: { size: latentSize, kind: "uniform" },
      value: { size: latentSize, kind: "normal" },
    };
  }

  /** See {@link Vision.encode}. */
  encode(parameters: NamedTensors, frames: tf.Tensor): LatentDistribution {
    return this.vision.encode(parameters, frames);
  }

  /** See {@link Vision.decode}. */
  decode(parameters: NamedTensors, latents: tf.Tensor): tf.Tensor4D {
    return this.vision.decode(parameters, latents);
  }

  /** `hidden` and `cell`, zeros `[B, U]`. */
  initialState(batch: number): NamedTensors {
    const { hidden, cell } = this.memory.initialState(batch);
    return { hidden, cell };
  }

  /** One sampled step; reward and end are those of the decision, given what was known before it. */
  step(
    parameters: NamedTensors,
    input: WorldPosition & { action: tf.Tensor },
    random: tf.Tensor | NamedTensors,
    options: WorldStepOptions = {},
  ): WorldStep {
    const { hidden, cell } = this.memory.advance(parameters, input, {
      hidden: input.state.hidden,
      cell: input.state.cell,
    });
    const { mixture, reward, cost, doneLogit } = this.memory.predict(parameters, hidden, input);
    const noise = random instanceof tf.Tensor
      ? mixtureNoise([hidden.shape[0], this.latentSize], random)
      : random as MixtureNoise;
    const draw = sampleMixture(mixture, noise, options.temperature ?? 1);
    return {
      latents: this.memory.nextLatents(input.latents, draw),
      state: { hidden, cell },
      reward,
      cost,
      doneLogit,
    };
  }
}

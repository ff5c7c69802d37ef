import * as tf from "@tensorflow/tfjs";
import type { RandomStream } from "../../core/random_stream.ts";
import {
  collectParameters,
  initialiseParameters,
  type NamedTensors,
  type ParameterSpecs,
} from "../../generative/nn/mod.ts";
import {
  Memory,
  type RecurrentWorldModel,
  type UnrolledStates,
  unrollStates,
  type WorldModel,
  type WorldPosition,
  type WorldStep,
  type WorldStepOptions,
} from "../../worlds/mod.ts";
import { Replay } from "./experience.ts";

/**
 * A trained dream whose policy does not see its memory: beside it runs a second LSTM of the same size that never
 * trained, and its hidden state is what the policy sees (Tallec et al. 2019, "Reproducing World Models: is training
 * the recurrent network really needed?"). The latents and the dream are those of the trained model.
 *
 * `hidden` is the untrained LSTM's; `cell` is `[its cell, trained hidden, trained cell]`, `[B, 3 U]`.
 */
export class RandomFeaturesModel implements WorldModel {
  readonly latentSize: number;
  readonly actionSize: number;
  readonly parameters: ParameterSpecs;
  readonly noise: WorldModel["noise"];
  /** What the policy sees; its parameters are named `features/...`. */
  readonly features: Memory;

  constructor(readonly trained: RecurrentWorldModel) {
    this.features = new Memory(trained.memory.config, "features");
    this.latentSize = trained.latentSize;
    this.actionSize = trained.actionSize;
    this.noise = trained.noise;
    this.parameters = collectParameters(trained, this.features);
  }

  /** Fresh parameters of the untrained LSTM, the caller's. */
  initialiseFeatures(random: RandomStream): NamedTensors {
    return initialiseParameters(this.features.parameters, random);
  }

  encode(parameters: NamedTensors, frames: tf.Tensor) {
    return this.trained.encode(parameters, frames);
  }

  decode(parameters: NamedTensors, latents: tf.Tensor) {
    return this.trained.decode(parameters, latents);
  }

  initialState(batch: number): NamedTensors {
    const units = this.features.config.units;
    return { hidden: tf.zeros([batch, units]), cell: tf.zeros([batch, 3 * units]) };
  }

  step(
    parameters: NamedTensors,
    input: WorldPosition & { action: tf.Tensor },
    random: tf.Tensor | NamedTensors,
    options: WorldStepOptions = {},
  ): WorldStep {
    const { latents, state, action } = input;
    const [cell, trainedHidden, trainedCell] = state.cell.split(3, 1);
    const seen = this.features.advance(parameters, { latents, action }, { hidden: state.hidden, cell });
    const trainedState = { hidden: trainedHidden, cell: trainedCell };
    const next = this.trained.step(parameters, { latents, state: trainedState, action }, random, options);
    return {
      ...next,
      state: { hidden: seen.hidden, cell: tf.concat([seen.cell, next.state.hidden, next.state.cell], 1) },
    };
  }

  /**
   * A replay with this model's states in place of the trained memory's.
   *
   * @param features The untrained LSTM's parameters.
   */
  async remember(replay: Replay, features: NamedTensors): Promise<Replay> {
    const remembered = new Replay(replay.options);
    for (const rollout of replay.rollouts) {
      if (!rollout.states) { // evolution dreams from first frames, where every state is empty
        remembered.add(rollout);
        continue;
      }
      const seen = await unrollStates(this.features, {
        parameters: features,
        ...rollout,
        ...rollout.latents!,
      });
      const states = {
        hidden: seen.hidden,
        cell: joinRows(this.features.config.units, seen, rollout.states),
      };
      remembered.add({ ...rollout, states });
    }
    return remembered;
  }
}

/** Rows `[seen.cell, trained.hidden, trained.cell]`, `[T, B, 3 U]`. */
function joinRows(units: number, seen: UnrolledStates, trained: UnrolledStates): Float32Array {
  const parts = [seen.cell, trained.hidden, trained.cell];
  const joined = new Float32Array(3 * seen.cell.length);
  for (let row = 0; row < seen.cell.length / units; row++) {
    parts.forEach((part, i) => {
      joined.set(part.subarray(row * units, (row + 1) * units), (3 * row + i) * units);
    });
  }
  return joined;
}

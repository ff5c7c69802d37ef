import * as tf from "@tensorflow/tfjs";
import type { RandomStream } from "../../core/random_stream.ts";
import {
  collectParameters,
  initialiseParameters,
  type LSTMState,
  type NamedTensors,
  type ParameterSpecs,
} from "../../generative/nn/mod.ts";
import {
  type Imagined,
  type ImagineOptions,
  Memory,
  type Observed,
  type RecurrentState,
  RecurrentWorldModel,
  type UnrolledStates,
  unrollStates,
  type WorldModel,
  type WorldState,
} from "../../worlds/mod.ts";
import { Replay } from "./experience.ts";

/** A trained dream whose policy sees the latents alone. */
export class VisionOnlyModel extends RecurrentWorldModel {
  /** Z. */
  override readonly featureSize: number;

  /** The same dream, seen by less. */
  constructor({ vision, memory, actions }: RecurrentWorldModel) {
    super(vision, memory, actions);
    this.featureSize = vision.latentSize;
  }

  /** The latents. */
  override features(_: NamedTensors, { latents }: WorldState): tf.Tensor {
    return latents;
  }
}

/**
 * A trained dream whose policy does not see its memory: beside it runs a second LSTM of the same size that never
 * trained, and its hidden state is what the policy sees (Tallec et al. 2019, "Reproducing World Models: is training
 * the recurrent network really needed?"). The latents and the dream are those of the trained model.
 *
 * `hidden` is the untrained LSTM's; `cell` is `[its cell, trained hidden, trained cell]`, `[B, 3 U]`.
 */
export class RandomFeaturesModel implements WorldModel {
  readonly frames: WorldModel["frames"];
  readonly actions: WorldModel["actions"];
  readonly featureSize: number;
  readonly context: number;
  readonly parameters: ParameterSpecs;
  readonly noise: WorldModel["noise"];
  /** What the policy sees; its parameters are named `features/...`. */
  readonly untrained: Memory;

  constructor(readonly trained: RecurrentWorldModel) {
    this.untrained = new Memory(trained.memory.config, "features");
    this.frames = trained.frames;
    this.actions = trained.actions;
    this.featureSize = trained.featureSize;
    this.context = trained.context;
    this.noise = trained.noise;
    this.parameters = collectParameters(trained, this.untrained);
  }

  /** Fresh parameters of the untrained LSTM, the caller's. */
  initialiseFeatures(random: RandomStream): NamedTensors {
    return initialiseParameters(this.untrained.parameters, random);
  }

  initial(batch: number): RecurrentState {
    const { latents, hidden, cell } = this.trained.initial(batch);
    return { latents, hidden, cell: tf.concat([cell, hidden, cell], 1) };
  }

  observe(
    parameters: NamedTensors,
    state: WorldState,
    observed: Observed,
    noise?: NamedTensors,
  ): RecurrentState {
    const { seen, known } = this.#split(state);
    const goesOn = observed.first.mul(-1).add(1).expandDims(1);
    const after = this.untrained.advance(
      parameters,
      { latents: known.latents, action: observed.action },
      seen,
    );
    const next = this.trained.observe(parameters, known, observed, noise);
    return this.#join({ hidden: after.hidden.mul(goesOn), cell: after.cell.mul(goesOn) }, next);
  }

  imagine(
    parameters: NamedTensors,
    state: WorldState,
    action: tf.Tensor,
    noise: NamedTensors,
    options: ImagineOptions = {},
  ): Imagined {
    const { seen, known } = this.#split(state);
    const after = this.untrained.advance(parameters, { latents: known.latents, action }, seen);
    const next = this.trained.imagine(parameters, known, action, noise, options);
    return { ...next, state: this.#join(after, next.state as RecurrentState) };
  }

  features(parameters: NamedTensors, state: WorldState): tf.Tensor {
    return this.trained.features(parameters, state);
  }

  picture(parameters: NamedTensors, state: WorldState): tf.Tensor4D {
    return this.trained.picture(parameters, state);
  }

  /** The state of the untrained LSTM, and that of the trained model. */
  #split(state: WorldState): { seen: LSTMState; known: RecurrentState } {
    const [own, hidden, cell] = state.cell.split(3, 1);
    return { seen: { hidden: state.hidden, cell: own }, known: { latents: state.latents, hidden, cell } };
  }

  #join(seen: LSTMState, { latents, hidden, cell }: RecurrentState): RecurrentState {
    return { latents, hidden: seen.hidden, cell: tf.concat([seen.cell, hidden, cell], 1) };
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
      const seen = await unrollStates(this.untrained, {
        parameters: features,
        ...rollout,
        ...rollout.latents!,
      });
      const states = {
        hidden: seen.hidden,
        cell: joinRows(this.untrained.config.units, seen, rollout.states),
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

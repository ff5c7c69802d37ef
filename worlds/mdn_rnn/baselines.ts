import * as tf from "@tensorflow/tfjs";
import type { RandomStream } from "../../core/random_stream.ts";
import type { LSTMState } from "../../generative/nn/lstm.ts";
import {
  collectParameters,
  initialiseParameters,
  type NamedTensors,
  type ParameterSpecs,
} from "../../generative/nn/parameters.ts";
import type { Rollout } from "../experience.ts";
import { baselineSeeing } from "../parts/baseline_seeing.ts";
import type { Baseline } from "../trainable_world_model.ts";
import type { Expectations, Imagined, ImagineOptions, Observed, WorldState } from "../world_model.ts";
import { Memory } from "./memory.ts";
import { type RecurrentState, RecurrentWorldModel } from "./recurrent_world_model.ts";
import { storedSequences, type UnrolledStates, unrollStates } from "./unroll_states.ts";

/** The trained model without its memory, and with one that never trained in its place. */
export function recurrentBaselines(trained: RecurrentWorldModel): Baseline[] {
  const model = new UntrainedMemoryModel(trained);
  const initialise = (random: RandomStream) => initialiseParameters(model.untrained.parameters, random);
  return [
    baselineSeeing("vision only", trained, { name: "latents", size: trained.vision.latentSize }),
    { name: "untrained memory", model, initialise },
  ];
}

/**
 * A trained dream whose policy does not see its memory: beside it runs a second LSTM of the same size that never
 * trained, and its hidden state is what the policy sees (Tallec et al. 2019, "Reproducing World Models: is training
 * the recurrent network really needed?"). The latents and the dream are those of the trained model.
 *
 * `hidden` is the untrained LSTM's; `cell` is `[its cell, trained hidden, trained cell]`, `[B, 3 U]`.
 */
export class UntrainedMemoryModel extends RecurrentWorldModel {
  /** Those of the trained model and of the untrained LSTM. */
  override readonly parameters: ParameterSpecs;
  /** What the policy sees; its parameters are named `features/...`. */
  readonly untrained: Memory;

  /** The same dream, with an LSTM beside it. */
  constructor({ vision, memory, actions }: RecurrentWorldModel) {
    super(vision, memory, actions);
    this.untrained = new Memory(memory.config, "features");
    this.parameters = collectParameters(vision, memory, this.untrained);
  }

  /** Zeros. */
  override initial(batch: number): RecurrentState {
    const known = super.initial(batch);
    return joinState(known, known);
  }

  /** Both memories take in the frame before and the action; vision sees. */
  override observe(
    parameters: NamedTensors,
    state: WorldState,
    observed: Observed,
    noise?: NamedTensors,
  ): RecurrentState {
    const { known } = splitState(state);
    const goesOn = observed.first.mul(-1).add(1).expandDims(1);
    const after = this.#follow(parameters, state, observed.action);
    const next = super.observe(parameters, known, observed, noise);
    return joinState({ hidden: after.hidden.mul(goesOn), cell: after.cell.mul(goesOn) }, next);
  }

  /** The trained dream goes on, and the untrained LSTM follows it. */
  override imagine(
    parameters: NamedTensors,
    state: WorldState,
    action: tf.Tensor,
    noise: NamedTensors,
    options: ImagineOptions = {},
  ): Imagined {
    const { known } = splitState(state);
    const after = this.#follow(parameters, state, action);
    const next = super.imagine(parameters, known, action, noise, options);
    return { ...next, state: joinState(after, next.state as RecurrentState) };
  }

  /** What the trained model expects. */
  override expectations(parameters: NamedTensors, state: WorldState, action: tf.Tensor): Expectations {
    return super.expectations(parameters, splitState(state).known, action);
  }

  /** Both memories' states. */
  override async unroll(parameters: NamedTensors, rollout: Rollout): Promise<UnrolledStates> {
    const seen = await unrollStates(this.untrained, { parameters, ...storedSequences(rollout) });
    const known = await super.unroll(parameters, rollout);
    return { ...seen, cell: joinRows(this.untrained.config.units, seen, known) };
  }

  /** `[latents, hidden]` of the untrained LSTM, with its cell where the trained one shows its own. */
  override features(parameters: NamedTensors, state: WorldState): tf.Tensor {
    const { seen, known } = splitState(state);
    return super.features(parameters, { ...known, ...seen });
  }

  /** The untrained LSTM takes in what the trained one does. */
  #follow(parameters: NamedTensors, state: WorldState, action: tf.Tensor): LSTMState {
    const { seen, known: { latents, pace } } = splitState(state);
    return this.untrained.advance(parameters, { latents, action, pace }, seen);
  }
}

/** The state of the untrained LSTM, and that of the trained model. */
function splitState(state: WorldState): { seen: LSTMState; known: RecurrentState } {
  const { hidden, cell, ...both } = state as RecurrentState;
  const [own, trainedHidden, trainedCell] = cell.split(3, 1);
  return { seen: { hidden, cell: own }, known: { ...both, hidden: trainedHidden, cell: trainedCell } };
}

function joinState(seen: LSTMState, { hidden, cell, ...both }: RecurrentState): RecurrentState {
  return { ...both, hidden: seen.hidden, cell: tf.concat([seen.cell, hidden, cell], 1) };
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

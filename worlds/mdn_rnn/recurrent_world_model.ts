import * as tf from "@tensorflow/tfjs";
import { Box, type Space, spaceSize } from "../../envs/spaces.ts";
import type { LSTMState } from "../../generative/nn/lstm.ts";
import { collectParameters, type NamedTensors, type ParameterSpecs } from "../../generative/nn/parameters.ts";
import type { RandomStream } from "../../core/random_stream.ts";
import type { Place, Rollout } from "../experience.ts";
import type { NoiseSpec } from "../noise.ts";
import type { TrainableWorldModel } from "../trainable_world_model.ts";
import type {
  Expectations,
  Imagined,
  ImagineOptions,
  Observed,
  WorldModel,
  WorldState,
} from "../world_model.ts";
import { type EncodedFrames, encodeFrames } from "./encode_frames.ts";
import type { Memory, Prediction } from "./memory.ts";
import { type MixtureNoise, sampleMixture } from "./mixture.ts";
import { nextPace } from "./pace.ts";
import { drawLatents, memoryAt } from "./starts.ts";
import { storedSequences, type UnrolledStates, unrollStates } from "./unroll_states.ts";
import { FRAME_SIZE, type Vision } from "./vision.ts";

/** Where an episode or a dream stands as a decision is taken. */
export type RecurrentState = {
  /** What is seen, `[B, Z]`. */
  latents: tf.Tensor;
  /** What the memory gave out last, `[B, U]`. */
  hidden: tf.Tensor;
  /** The cells of its LSTM, `[B, U]`. */
  cell: tf.Tensor;
  /** What was earned lately, see {@link nextPace}, `[B, 1]`; there where the memory sees rewards. */
  pace?: tf.Tensor;
};

/** A vision and a memory as one model of the world: that of Ha & Schmidhuber, with reward and end learned too. */
export class RecurrentWorldModel implements TrainableWorldModel {
  /** Frames to latents and back. */
  readonly vision: Vision;
  /** The network that predicts what follows. */
  readonly memory: Memory;
  /** See {@link WorldModel.frames}. */
  readonly frames: WorldModel["frames"] = [FRAME_SIZE, FRAME_SIZE, 3];
  /** See {@link WorldModel.actions}. */
  readonly actions: Space;
  /** Numbers in `[latents, hidden]`, Z + U, or in `[latents, hidden, cell]`. */
  readonly featureSize: number;
  /** The memory starts empty. */
  readonly context = 0;
  /** Means of the latents; an agent that draws nothing holds them in its state. */
  readonly compared = { encoding: "mu", state: "latents" } as const;
  /** The parameters of vision and memory. */
  readonly parameters: ParameterSpecs;
  /** Seen `latents`; `choice` of a component and `value` within it, for each dimension of those foreseen. */
  readonly noise: { observe: Record<"latents", NoiseSpec>; imagine: Record<"choice" | "value", NoiseSpec> };

  /**
   * Joins the two.
   *
   * @param actions What the memory was trained with. @default every number in [-1, 1]
   * @throws RangeError when vision and memory differ in the size of a latent, or the actions in theirs.
   */
  constructor(vision: Vision, memory: Memory, actions?: Space) {
    this.vision = vision;
    this.memory = memory;
    const { latentSize: size, actionSize, units, showsCell = false } = memory.config;
    if (vision.latentSize !== size) {
      throw new RangeError(
        `Cannot join vision and memory: expected one latentSize, got ${vision.latentSize} and ${size}`,
      );
    }
    this.actions = actions ?? new Box(-1, 1, { shape: [actionSize] });
    if (spaceSize(this.actions) !== actionSize) {
      throw new RangeError(
        `Cannot make a world model: expected actions of ${actionSize} numbers, got ${
          spaceSize(this.actions)
        }`,
      );
    }
    this.featureSize = size + units * (showsCell ? 2 : 1);
    this.parameters = collectParameters(vision, memory);
    this.noise = {
      observe: { latents: { size, kind: "normal" } },
      imagine: { choice: { size, kind: "uniform" }, value: { size, kind: "normal" } },
    };
  }

  /** Zeros. */
  initial(batch: number): RecurrentState {
    const { hidden, cell } = this.memory.initialState(batch);
    const pace = this.memory.config.seesRewards && { pace: tf.zeros([batch, 1]) };
    return { latents: tf.zeros([batch, this.vision.latentSize]), hidden, cell, ...pace };
  }

  /**
   * The memory takes in the frame before and the action, then vision sees the frame: its mean, or a draw. The reward,
   * where the memory sees rewards, goes into the pace, which the memory takes in at the next step.
   */
  observe(
    parameters: NamedTensors,
    state: WorldState,
    { frames, action, reward, first }: Observed,
    noise?: NamedTensors,
  ): RecurrentState {
    const { latents, hidden, cell, pace } = state as RecurrentState;
    const after = this.memory.advance(parameters, { latents, action, pace }, { hidden, cell });
    const goesOn = first.mul(-1).add(1).expandDims(1);
    const { mu, logVar } = this.vision.encode(parameters, frames);
    return {
      latents: noise ? mu.add(logVar.div(2).exp().mul(noise.latents)) : mu,
      hidden: after.hidden.mul(goesOn),
      cell: after.cell.mul(goesOn),
      ...pace && { pace: this.#nextPace(pace, reward).mul(goesOn) },
    };
  }

  /**
   * One sampled step; reward and end are those of the decision, given what was known before it. The pace takes in the
   * reward that is foreseen.
   */
  imagine(
    parameters: NamedTensors,
    state: WorldState,
    action: tf.Tensor,
    noise: NamedTensors,
    { temperature = 1 }: ImagineOptions = {},
  ): Imagined {
    const { latents, pace } = state as RecurrentState;
    const { after, mixture, reward, cost, doneLogit } = this.#foresee(parameters, state, action);
    const draw = sampleMixture(mixture, noise as MixtureNoise, temperature);
    const earned = pace && { pace: this.#nextPace(pace, reward) };
    return {
      state: { latents: this.memory.nextLatents(latents, draw), ...after, ...earned },
      reward,
      doneLogit,
      measures: { cost },
    };
  }

  /** `[latents, hidden]`, with `cell` where the memory shows it. */
  features(_: NamedTensors, { latents, hidden, cell }: WorldState): tf.Tensor {
    return tf.concat(this.memory.config.showsCell ? [latents, hidden, cell] : [latents, hidden], 1);
  }

  /** What vision draws of the latents. */
  picture(parameters: NamedTensors, { latents }: WorldState): tf.Tensor4D {
    return this.vision.decode(parameters, latents);
  }

  /** The mixture over the next latents, whether the memory predicts these or their change. */
  expectations(parameters: NamedTensors, state: WorldState, action: tf.Tensor): Expectations {
    const { latents } = state;
    const { mixture, reward, doneLogit } = this.#foresee(parameters, state, action);
    const byLatent = (tensor: tf.Tensor) => tensor.transpose([0, 2, 1]);
    return {
      reward,
      done: doneLogit.sigmoid(),
      weights: byLatent(mixture.logits).softmax(),
      means: byLatent(this.memory.nextLatents(latents.expandDims(1), mixture.means)),
      deviations: byLatent(mixture.logSigmas.exp()),
    };
  }

  /** Means `mu` and logarithms of the variances `logVar` of the latents, `[N, Z]`. */
  encode(parameters: NamedTensors, frames: Uint8Array): Promise<EncodedFrames> {
    return encodeFrames(this.vision, { parameters, frames });
  }

  /** `hidden` and `cell`, `[T, N, U]`, of a memory that reads the latents' means; `pace` where it sees rewards. */
  unroll(parameters: NamedTensors, rollout: Rollout): Promise<UnrolledStates> {
    return unrollStates(this.memory, { parameters, ...storedSequences(rollout) });
  }

  /** Latents drawn from what vision saw, and the memory as it was. */
  startsAt(_: NamedTensors, places: readonly Place[], random: RandomStream): WorldState {
    return { latents: drawLatents(places, random), ...memoryAt(places) };
  }

  /** Latents drawn from what vision saw, and a memory that is empty. */
  firstStarts(_: NamedTensors, places: readonly Place[], random: RandomStream): WorldState {
    const { latents, ...memory } = this.initial(places.length);
    latents.dispose();
    return { latents: drawLatents(places, random), ...memory };
  }

  /** The memory after an action, and what it predicts. */
  #foresee(
    parameters: NamedTensors,
    state: WorldState,
    action: tf.Tensor,
  ): Prediction & { after: LSTMState } {
    const { latents, pace, ...before } = state as RecurrentState;
    const after = this.memory.advance(parameters, { latents, action, pace }, before);
    return { after, ...this.memory.predict(parameters, after.hidden, { latents, action }) };
  }

  #nextPace(pace: tf.Tensor, reward: tf.Tensor): tf.Tensor {
    return nextPace(pace, reward, this.memory.config.rewardScale);
  }
}

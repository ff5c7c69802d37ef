import type { Picture } from "../core/pictures/picture.ts";
import type { RandomStream } from "../core/random_stream.ts";
import type { NamedTensors } from "../generative/nn/parameters.ts";
import type { NamedArrays, Place, Rollout } from "./experience.ts";
import type { WorldModel, WorldState } from "./world_model.ts";

/** T decisions in a row of one episode: frames `[T, H, W, C]`, and the actions `[T, A]` that followed them. */
export interface Drive {
  /** In 0 .. 255. */
  frames: Uint8Array;
  /** The controller's outputs. */
  actions: Float32Array;
}

/** A world model with what its training needs: how it reads what was lived through. */
export interface TrainableWorldModel extends WorldModel {
  /**
   * What tells how far a frame lies from those of a replay: an encoding by name, and the tensor of a state that holds the
   * same of a frame just observed. @default nothing does
   */
  readonly compared?: { readonly encoding: string; readonly state: string };
  /** What the model makes of N frames alone, `[N, H, W, C]`: {@link Rollout.encodings}. */
  encode(parameters: NamedTensors, frames: Uint8Array): Promise<NamedArrays>;
  /** Its state before each decision of an encoded rollout, as far as the encodings do not hold it: {@link Rollout.states}. */
  unroll(parameters: NamedTensors, rollout: Rollout): Promise<NamedArrays>;
  /** Starts of dreams in the midst of rollouts that are encoded and unrolled, drawn as in training; the caller's. */
  startsAt(parameters: NamedTensors, places: readonly Place[], random: RandomStream): WorldState;
  /** Starts of dreams at first frames of episodes, for which rollouts need not be unrolled; the caller's. */
  firstStarts(parameters: NamedTensors, places: readonly Place[], random: RandomStream): WorldState;
  /** What else there is to look at: pictures by name, for the run's folder. @default nothing */
  pictures?(parameters: NamedTensors, drive: Drive): Record<string, Picture>;
}

/** A model that shows a policy less of the same dream: what a controller that sees all of it must beat. */
export interface Baseline {
  /** What it is called in reports. */
  name: string;
  /** The model. */
  model: TrainableWorldModel;
  /** What it computes with beside the parameters of the trained model; tensors of the caller's. */
  initialise(random: RandomStream): NamedTensors;
}

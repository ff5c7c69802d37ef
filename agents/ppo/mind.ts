import * as tf from "@tensorflow/tfjs";
import type { Observation } from "../../envs/env.ts";
import { spaceSize } from "../../envs/spaces.ts";
import { frameTensor } from "../../generative/data/picture_tensors.ts";
import type { NamedTensors } from "../../generative/nn/mod.ts";
import type { NamedArray } from "../../generative/train/safetensors.ts";
import { checkShapes, toTensors } from "../../generative/train/tensor_arrays.ts";
import { distributionFor } from "../distributions/distribution_for.ts";
import type { AgentSpaces } from "../learner_kind.ts";
import type { PPOConfig } from "./fields.ts";
import { ObservationNormaliser } from "./observation_normaliser.ts";
import { PolicyNetwork } from "./policy_network.ts";

/** Groups of a checkpoint that hold a mind: the network's parameters, and the statistics of what was observed. */
export const POLICY_GROUP = "policy", OBSERVATIONS_GROUP = "observations";

/** A network, and how it sees: what decides, whether it goes on learning or not. */
export class Mind {
  /** Policy and value. */
  readonly network: PolicyNetwork;
  /** The network's parameters by now; whoever sets them frees them. */
  parameters: NamedTensors = {};
  /** For observations that are numbers, where that is asked for. */
  normaliser: ObservationNormaliser | undefined;
  readonly #pictures: boolean;

  /**
   * A mind without parameters.
   *
   * @throws TypeError for actions that it cannot take.
   */
  constructor(config: PPOConfig, readonly spaces: AgentSpaces) {
    const { observations: { shape, dtype }, actions } = spaces;
    this.#pictures = dtype === "uint8" && shape.length === 3;
    this.network = new PolicyNetwork({
      ...config,
      shape: this.#pictures ? shape : [this.observationSize],
      distribution: distributionFor(actions, config),
    });
    if (!this.#pictures && config.normaliseObservations) {
      this.normaliser = new ObservationNormaliser(this.observationSize);
    }
  }

  /** Numbers of an observation. */
  get observationSize(): number {
    return spaceSize(this.spaces.observations);
  }

  /** Whether observations are pictures. */
  get seesPictures(): boolean {
    return this.#pictures;
  }

  /** What the network takes of observations `[N, ...]`: numbers normalised, bytes as they are. */
  perceive(observations: Observation): Observation {
    return this.normaliser?.apply(observations) ?? observations;
  }

  /** As a tensor of `rows` rows, the caller's. @throws RangeError for observations of another size. */
  tensor(perceived: Observation, rows: number): tf.Tensor {
    const size = this.observationSize;
    if (perceived.length !== rows * size) {
      throw new RangeError(
        `Cannot act: expected observations of ${rows} rows of ${size} numbers, got ${perceived.length} numbers`,
      );
    }
    if (perceived instanceof Uint8Array && this.#pictures) {
      const [height, width, channels] = this.spaces.observations.shape;
      return frameTensor(perceived, [rows, height, width, channels]);
    }
    return tf.tensor2d(new Float32Array(perceived), [rows, size]);
  }

  /** The statistics of what was observed, as a group of a checkpoint; nothing where there are none. */
  saveStatistics(): Record<string, NamedArray> | undefined {
    if (!this.normaliser) return undefined;
    const { mean, variance, count } = this.normaliser.save();
    return {
      mean: { shape: [mean.length], data: Float64Array.from(mean) },
      variance: { shape: [variance.length], data: Float64Array.from(variance) },
      count: { shape: [1], data: Float64Array.of(count) },
    };
  }

  /** Goes on from saved statistics. @throws TypeError for none, or those of another size. */
  restoreStatistics(saved: Record<string, NamedArray> | undefined): void {
    if (!this.normaliser) return;
    const size = [this.observationSize];
    checkShapes(saved ?? {}, { mean: { shape: size }, variance: { shape: size }, count: { shape: [1] } }, {
      what: "what was observed",
    });
    const { mean, variance, count } = saved!;
    this.normaliser = new ObservationNormaliser(this.observationSize, {
      mean: [...mean.data],
      variance: [...variance.data],
      count: count.data[0],
    });
  }

  /**
   * Takes what a checkpoint holds, to act by it alone.
   *
   * @throws TypeError naming the first parameter that is missing or of another shape.
   */
  restore(arrays: Record<string, Record<string, NamedArray>>): void {
    const saved = arrays[POLICY_GROUP] ?? {};
    checkShapes(saved, this.network.parameters, { what: POLICY_GROUP });
    this.restoreStatistics(arrays[OBSERVATIONS_GROUP]);
    this.parameters = toTensors(saved);
  }
}

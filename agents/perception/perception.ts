import * as tf from "@tensorflow/tfjs";
import type { Observation } from "../../envs/env.ts";
import { type Space, spaceSize } from "../../envs/spaces.ts";
import { frameTensor } from "../../generative/data/picture_tensors.ts";
import type { NamedArray } from "../../generative/train/safetensors.ts";
import { checkShapes } from "../../generative/train/tensor_arrays.ts";
import { ObservationNormaliser } from "./observation_normaliser.ts";

/** How an agent's network gets what is observed: numbers normalised where that is asked for, pictures as bytes. */
export class Perception {
  /** Numbers of an observation. */
  readonly size: number;
  /** What the network is made for: pictures `[H, W, C]`, or anything else as one row of numbers. */
  readonly shape: readonly number[];
  /** For observations that are numbers, where that is asked for. */
  normaliser: ObservationNormaliser | undefined;

  /** @param options `normalise`: whether numbers are shifted and scaled by what was seen before. */
  constructor(space: Space, { normalise }: { normalise: boolean }) {
    const pictures = space.dtype === "uint8" && space.shape.length === 3;
    this.size = spaceSize(space);
    this.shape = pictures ? space.shape : [this.size];
    if (!pictures && normalise) this.normaliser = new ObservationNormaliser(this.size);
  }

  /** Whether observations are pictures. */
  get seesPictures(): boolean {
    return this.shape.length === 3;
  }

  /** What the network takes of observations `[N, ...]`: numbers normalised, bytes as they are. */
  perceive(observations: Observation): Observation {
    return this.normaliser?.apply(observations) ?? observations;
  }

  /** As a tensor of `rows` rows, the caller's. @throws RangeError for observations of another size. */
  tensor(perceived: Observation, rows: number): tf.Tensor {
    const { size } = this;
    if (perceived.length !== rows * size) {
      throw new RangeError(
        `Cannot act: expected observations of ${rows} rows of ${size} numbers, got ${perceived.length} numbers`,
      );
    }
    if (perceived instanceof Uint8Array && this.seesPictures) {
      const [height, width, channels] = this.shape;
      return frameTensor(perceived, [rows, height, width, channels]);
    }
    return tf.tensor2d(new Float32Array(perceived), [rows, size]);
  }

  /** The statistics of what was observed, as a group of a checkpoint; nothing where there are none. */
  save(): Record<string, NamedArray> | undefined {
    if (!this.normaliser) return undefined;
    const { mean, variance, count } = this.normaliser.save();
    return {
      mean: { shape: [mean.length], data: Float64Array.from(mean) },
      variance: { shape: [variance.length], data: Float64Array.from(variance) },
      count: { shape: [1], data: Float64Array.of(count) },
    };
  }

  /** Goes on from saved statistics. @throws TypeError for none, or those of another size. */
  restore(saved: Record<string, NamedArray> | undefined): void {
    if (!this.normaliser) return;
    const size = [this.size];
    checkShapes(saved ?? {}, { mean: { shape: size }, variance: { shape: size }, count: { shape: [1] } }, {
      what: "what was observed",
    });
    const { mean, variance, count } = saved!;
    this.normaliser = new ObservationNormaliser(this.size, {
      mean: [...mean.data],
      variance: [...variance.data],
      count: count.data[0],
    });
  }
}

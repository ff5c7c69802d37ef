import * as v from "valibot";
import { field } from "../../core/fields/field.ts";
import { count, nonNegative, positive } from "../../core/fields/value_schemas.ts";
import { type FieldsOf, type OfflineConfig, offlineFields } from "../learner_kind.ts";

/** The options of learning from recordings by gradients. */
export interface SupervisedConfig extends OfflineConfig {
  /** Examples of an update. */
  batchSize: number;
  /** Learning rate of AdamW. */
  learningRate: number;
  /** Updates in which the learning rate rises. */
  warmUpUpdates: number;
  /** Decoupled decay of kernels and tables. */
  weightDecay: number;
  /** Largest norm of a gradient. */
  clipNorm: number;
  /** Whether numbers that are observed are normalised. */
  normaliseObservations: boolean;
  /** See `EyesOptions`. */
  filters: readonly number[];
  /** See `EyesOptions`. */
  features: number;
}

/** What differs between kinds. */
export type SupervisedDefaults = Pick<
  SupervisedConfig,
  "environment" | "updates" | "batchSize" | "learningRate" | "warmUpUpdates" | "weightDecay" | "clipNorm"
>;

/** Makes these options. @param batch What the examples of an update are, in words. */
export function supervisedFields(
  batch: string,
  { environment, updates, batchSize, learningRate, warmUpUpdates, weightDecay, clipNorm }: SupervisedDefaults,
): FieldsOf<SupervisedConfig> {
  return {
    ...offlineFields({ environment, updates }),
    batchSize: field(count(), batch, batchSize),
    learningRate: field(positive, "Learning rate of AdamW.", learningRate),
    warmUpUpdates: field(count(0), "Updates in which the learning rate rises to its value.", warmUpUpdates),
    weightDecay: field(nonNegative, "Decoupled weight decay, times the learning rate.", weightDecay),
    clipNorm: field(positive, "Largest norm of an update's gradient.", clipNorm),
    normaliseObservations: field(
      v.boolean(),
      "Shift and scale what is observed by its mean and deviation in the recordings. Pictures are only scaled to 0 .. 1.",
      true,
    ),
    filters: field(
      v.array(count()) as v.GenericSchema<readonly number[]>,
      "Filters of the convolutions that look at pictures, each 4x4 with stride 2; those that a picture has no room for " +
        "are left out.",
      [16, 32, 64, 128],
    ),
    features: field(count(), "Units of the layer after the convolutions.", 256),
  };
}

import * as v from "valibot";
import { field } from "../../core/fields/field.ts";
import { count, positive, shareBelowOne } from "../../core/fields/value_schemas.ts";
import { commonFields, learningFields, modelFields } from "../models/model_fields.ts";

/**
 * The options of a WGAN-GP. A quarter of the book's pixels and half the maps: a round of the book's takes most of a
 * minute on two cores.
 */
export function wassersteinFields({ model, latentSize }: { model: string; latentSize: number }) {
  return {
    ...commonFields({ model, data: "avatars", size: 32, epochs: 16, batchSize: 64 }),
    epochSteps: modelFields.epochSteps(200),
    distanceSamples: modelFields.distanceSamples(1000),
    latentSize: modelFields.latentSize(latentSize),
    filters: field(
      v.pipe(v.array(count()), v.minLength(1)),
      "Channels of the critic's layers. Each halves the picture's side, down to 4 pixels; the generator has them " +
        "the other way round.",
      [32, 64, 128],
    ),
    dropout: field(
      shareBelowOne,
      "Share of features that the critic drops at random in training, from its second layer on.",
      0.3,
    ),
    secondSlope: field(
      shareBelowOne,
      "Slope of the critic's second leaky ReLU; the others' is 0.2. The book's is 0.3, the default of Keras.",
      0.3,
    ),
    criticSteps: field(
      count(),
      "Updates of the critic for each of the generator, all on the same pictures.",
      3,
    ),
    penaltyWeight: field(positive, "Weight of the gradient penalty (lambda).", 10),
    interpolation: field(
      v.picklist(["uniform", "normal"]),
      "How points between real and generated pictures are drawn for the gradient penalty: uniform as in the paper, " +
        "normal as in the book.",
      "uniform",
    ),
    learningRate: modelFields.learningRate(2e-4),
    ...learningFields,
  };
}

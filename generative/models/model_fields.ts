import * as v from "valibot";
import { type ConfigOf, type Field, field } from "../../core/fields/field.ts";
import { TOKEN_UNITS, type TokenUnit } from "../data/text/tokeniser.ts";
import { count, positive, shareBelowOne } from "../../core/fields/value_schemas.ts";

/** What differs between models in the options that they all have. */
export interface CommonDefaults {
  /** The model's name. */
  model: string;
  /** The name of the data set. */
  data: string;
  /** Side of pictures in pixels. @default 0, as they are */
  size?: number;
  /** Examples at most. @default 0, all */
  examples?: number;
  /** Passes over the data. */
  epochs: number;
  /** Examples in a step. */
  batchSize: number;
  /** Seed of all that is drawn at random. @default 1 */
  seed?: number;
}

/** The options that every model has. */
export type CommonFields =
  & Record<"model" | "data", Field<string>>
  & Record<"size" | "examples" | "epochs" | "batchSize" | "seed", Field<number>>;

/** Makes the options that every model has. */
export function commonFields(
  { model, data, size = 0, examples = 0, epochs, batchSize, seed = 1 }: CommonDefaults,
): CommonFields {
  return {
    model: field(v.literal(model), "Name of the model.", model),
    data: field(v.string(), "Data set (deno task data lists them), or a folder or file of your own.", data),
    size: field(count(0), "Side of the pictures in pixels. 0 leaves them as they are.", size),
    examples: field(count(0), "Examples to learn from at most. 0 takes all.", examples),
    epochs: field(count(), "Passes over the training data.", epochs),
    batchSize: field(count(), "Examples in a training step.", batchSize),
    seed: field(count(0), "Seed of all that is drawn at random. The same seed gives the same run.", seed),
  };
}

/** The options of models that learn step by step. The driver heeds them; runs from before they were there had none. */
export const learningFields = {
  averageDecay: field(
    shareBelowOne,
    "Decay a step of the moving average of the weights, which is what samples and measurements take. 0 takes the " +
      "newest weights.",
    0,
    { absent: 0 },
  ),
  patience: field(
    count(0),
    "Epochs without a better result on held-out data after which training stops. The run keeps the weights of its best " +
      "epoch. 0 trains all epochs and keeps the last.",
    0,
    { absent: 0 },
  ),
};

/** Options that several models have, each with the model's own default. */
export const modelFields = {
  /** The driver heeds it: how data are loaded. */
  fit: (value: "pad" | "resize") =>
    field(
      v.picklist(["pad", "resize"]),
      "How pictures are brought to their size: pad puts a black border around smaller ones, resize interpolates.",
      value,
    ),
  /** The driver heeds it: how data are loaded. */
  length: (value: number) =>
    field(count(0), "Tokens in each text or passage. 0 takes the data set's own.", value),
  /** The driver heeds it: how data are loaded. */
  vocabulary: (value: number) =>
    field(
      count(3),
      "Tokens in the vocabulary; words and characters beyond count as one that is not known.",
      value,
    ),
  /** The driver heeds it: how data are loaded. */
  unit: (value: TokenUnit) =>
    field(
      v.picklist(TOKEN_UNITS),
      "What a token of a text is: a word in lower case, a frequent sequence of characters, or one character.",
      value,
    ),
  /** The driver heeds it: how data are loaded. */
  simplified: (value: boolean) =>
    field(
      v.boolean(),
      "Bring texts of byte pairs or characters to the form that words have, lower case with blanks around punctuation, " +
        "so that bits per character can be compared with those of models of words.",
      value,
    ),
  /** The driver heeds it: how data are loaded. @param value 1 for melodies, 4 for four voices. */
  voices: (value: 1 | 4) =>
    field(
      v.pipe(v.number(), v.minValue(value), v.maxValue(value)),
      "Voices of the music that it learns from.",
      value as number,
    ),
  /** The driver heeds it. */
  epochSteps: (value: number) =>
    field(count(0), "Training steps that count as an epoch. 0 takes a pass over the data.", value),
  /** The driver heeds it, see `judgeSamples`. */
  distanceSamples: (value: number) =>
    field(
      count(0),
      "Samples drawn after every epoch to measure how far they are from the data, where these have classes or " +
        "attributes. 0 measures nothing.",
      value,
    ),
  /** The driver heeds it, for models whose `createStep` does. */
  accumulate: (value: number) =>
    field(
      count(),
      "Mini-batches whose gradients are averaged for one update: a step learns from so many times --batch-size " +
        "examples in the memory of one.",
      value,
      { absent: 1 },
    ),
  /** The run that a part comes from; called like the part. @param wanted What it has to be, as in the part. */
  part: (wanted: string) =>
    field(
      v.string(),
      `Run of ${wanted}, by its name or folder; the new run keeps a copy. Without it, the newest run that fits ` +
        "--data and --size.",
      "",
    ),
  /** Numbers in a latent, Z. */
  latentSize: (value: number) => field(count(), "Numbers in a latent vector.", value),
  /** Adam's learning rate. */
  learningRate: (value: number) => field(positive, "Learning rate of Adam.", value),
  /** Steps in which a learning rate rises. */
  warmUpSteps: (value: number) =>
    field(count(0), "First steps, over which the learning rate rises in a straight line.", value),
  /** Where a learning rate falls to in half a cosine over all steps. */
  finalLearningRate: (value: number) =>
    field(
      positive,
      "Learning rate of the last step; it gets there in half a cosine. The same as --learning-rate keeps it constant.",
      value,
    ),
  /** Of models that draw pixel by pixel. */
  epochSamples: (value: number) => field(count(0), "Pictures drawn after every epoch.", value),
};

/** What the driver heeds where a model has it. */
export type DriverFields =
  & {
    [
      K in
        | "fit"
        | "length"
        | "vocabulary"
        | "unit"
        | "simplified"
        | "voices"
        | "epochSteps"
        | "distanceSamples"
        | "accumulate"
    ]?: ReturnType<
      (typeof modelFields)[K]
    >["default"];
  }
  & Partial<ConfigOf<typeof learningFields>>;

/** What every model's configuration holds, and what the driver heeds beside. */
export type ModelConfig = ConfigOf<CommonFields> & DriverFields;

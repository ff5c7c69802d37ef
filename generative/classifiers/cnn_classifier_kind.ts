import { field, fields } from "../../core/fields/field.ts";
import { shareBelowOne } from "../../core/fields/value_schemas.ts";
import type { ModelKind } from "../models/model.ts";
import { commonFields, learningFields, modelFields } from "../models/model_fields.ts";
import { classifierModel, classifierShape } from "./classifier.ts";
import { CNNClassifier } from "./cnn_classifier.ts";

const FIELDS = fields({
  ...commonFields({ model: "cnn-classifier", data: "emoji-scenes", size: 32, epochs: 10, batchSize: 32 }),
  learningRate: modelFields.learningRate(5e-4),
  accumulate: modelFields.accumulate(1),
  ...learningFields,
  dropoutRate: field(shareBelowOne, "Share of the last features that training drops at random.", 0.5),
});
const standard = FIELDS.defaults;

/** The book's convolutional classifier. */
export const CNN_CLASSIFIER: ModelKind<typeof standard> = {
  name: "cnn-classifier",
  title: "Convolutional network for picture classification",
  family: "classifiers",
  chapter: 2,
  paper: "LeCun et al. 1989, Backpropagation Applied to Handwritten Zip Code Recognition",
  fields: FIELDS,
  presets: { default: standard, book: standard, smoke: { ...standard, examples: 300, epochs: 1 } },
  published: {
    parameters: 591_914,
    data: {
      kind: "pictures",
      name: "cifar10",
      count: 1,
      height: 32,
      width: 32,
      channels: 3,
      classes: [..."0123456789"],
    },
    source: "Foster 2023, Generative Deep Learning, 2nd edition: notebook cnn",
  },
  create(config, data) {
    const shape = classifierShape("cnn-classifier", data, { multipleOf: 4 });
    return classifierModel(new CNNClassifier({ ...config, ...shape }), config);
  },
};

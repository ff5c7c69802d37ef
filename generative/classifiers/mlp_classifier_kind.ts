import { fields } from "../../core/fields/field.ts";
import type { ModelKind } from "../models/model.ts";
import { commonFields, learningFields, modelFields } from "../models/model_fields.ts";
import { classifierModel, classifierShape } from "./classifier.ts";
import { MLPClassifier } from "./mlp_classifier.ts";

const FIELDS = fields({
  ...commonFields({ model: "mlp-classifier", data: "emoji-scenes", size: 32, epochs: 10, batchSize: 32 }),
  learningRate: modelFields.learningRate(5e-4),
  accumulate: modelFields.accumulate(1),
  ...learningFields,
});
const standard = FIELDS.defaults;

/** The book's multi-layer perceptron. */
export const MLP_CLASSIFIER: ModelKind<typeof standard> = {
  name: "mlp-classifier",
  title: "Multi-layer perceptron for picture classification",
  family: "classifiers",
  chapter: 2,
  paper: "Rumelhart, Hinton and Williams 1986, Learning Representations by Back-propagating Errors",
  fields: FIELDS,
  presets: { default: standard, book: standard, smoke: { ...standard, examples: 300, epochs: 1 } },
  published: {
    parameters: 646_260,
    data: {
      kind: "pictures",
      name: "cifar10",
      count: 1,
      height: 32,
      width: 32,
      channels: 3,
      classes: [..."0123456789"],
    },
    source: "Foster 2023, Generative Deep Learning, 2nd edition: notebook mlp",
  },
  create: (config, data) =>
    classifierModel(new MLPClassifier(classifierShape("mlp-classifier", data)), config),
};

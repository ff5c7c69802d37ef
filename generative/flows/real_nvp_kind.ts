import { field, fields } from "../../core/fields/field.ts";
import { count } from "../../core/fields/value_schemas.ts";
import { expectPlanePoints } from "../data/point_tensors.ts";
import type { ModelKind } from "../models/model.ts";
import { commonFields, learningFields, modelFields } from "../models/model_fields.ts";
import { fallingRate } from "../models/step_batches.ts";
import { kerasAdam } from "../train/keras_adam.ts";
import { pointFlow } from "./point_flow.ts";
import { RealNVP } from "./real_nvp.ts";

const FIELDS = fields({
  ...commonFields({ model: "realnvp", data: "moons", epochs: 60, batchSize: 256 }),
  couplings: field(
    count(),
    "Affine couplings, each of which moves one coordinate by what the other one says. The book has 2.",
    6,
  ),
  units: field(count(), "Units in each hidden layer of the couplings' networks.", 256),
  layers: field(count(), "Hidden layers of the couplings' networks.", 4),
  learningRate: modelFields.learningRate(5e-4),
  finalLearningRate: modelFields.finalLearningRate(1e-5),
  accumulate: modelFields.accumulate(1),
  ...learningFields,
});
const standard = FIELDS.defaults;

/** The book's RealNVP on two moons. */
export const REAL_NVP: ModelKind<typeof standard> = {
  name: "realnvp",
  title: "RealNVP: a normalising flow on two moons",
  family: "normalising flows",
  chapter: 6,
  paper: "Dinh, Sohl-Dickstein and Bengio 2016, Density estimation using Real NVP",
  page: { pictures: ["density", "data_and_latents", "steps"] },
  fields: FIELDS,
  presets: {
    default: standard,
    book: {
      ...standard,
      epochs: 300,
      couplings: 2,
      learningRate: 1e-4,
      finalLearningRate: 1e-4,
    },
    smoke: { ...standard, examples: 1000, epochs: 1, batchSize: 100, couplings: 2, units: 16, layers: 2 },
  },
  published: {
    parameters: 794_632,
    data: { kind: "points", name: "moons", count: 30_000, dimensions: 2 },
    source: "Foster 2023, Generative Deep Learning, 2nd edition: notebook realnvp",
  },
  create(config, data) {
    const { count } = expectPlanePoints(data, { model: "realnvp" });
    return pointFlow(new RealNVP(config), {
      optimiser: kerasAdam({ learningRate: fallingRate(config, count) }),
    });
  },
};

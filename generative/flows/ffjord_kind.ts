import * as v from "valibot";
import { field, fields } from "../../core/fields/field.ts";
import { count, nonNegative } from "../../core/fields/value_schemas.ts";
import { expectPlanePoints } from "../data/point_tensors.ts";
import type { ModelKind } from "../models/model.ts";
import { commonFields, learningFields, modelFields } from "../models/model_fields.ts";
import { fallingRate } from "../models/step_batches.ts";
import { adamW } from "../train/adamw.ts";
import { FFJORD } from "./ffjord.ts";
import { pointFlow } from "./point_flow.ts";

const FIELDS = fields({
  ...commonFields({ model: "ffjord", data: "moons", epochs: 20, batchSize: 256 }),
  units: field(count(), "Units in each hidden layer of the velocity's network.", 64),
  layers: field(count(), "Hidden layers of the velocity's network.", 3),
  solverSteps: field(
    v.pipe(count(), v.maxValue(200)),
    "Steps of the solver (Runge-Kutta of fourth order) between data and latents. Fewer are quicker and less exact.",
    8,
  ),
  weightDecay: field(nonNegative, "Decay of the kernels, times the learning rate.", 1e-5),
  learningRate: modelFields.learningRate(5e-3),
  finalLearningRate: modelFields.finalLearningRate(1e-4),
  accumulate: modelFields.accumulate(1),
  ...learningFields,
});
const standard = FIELDS.defaults;

/** Smaller steps than those that it learns by, of which its film is made. */
const FILM_STEPS = 48;

/** A continuous flow on two moons. */
export const FFJORD_MOONS: ModelKind<typeof standard> = {
  name: "ffjord",
  title: "FFJORD: a continuous flow on two moons",
  family: "normalising flows",
  chapter: 6,
  paper:
    "Grathwohl, Chen, Bettencourt, Sutskever and Duvenaud 2018, FFJORD: Free-form Continuous Dynamics for Scalable Reversible Generative Models",
  page: { pictures: ["film", "density", "data_and_latents", "steps"] },
  fields: FIELDS,
  presets: {
    default: standard,
    book: { ...standard, epochs: 33, batchSize: 100, learningRate: 1e-3, finalLearningRate: 1e-3 },
    smoke: { ...standard, examples: 500, epochs: 1, batchSize: 100, units: 16, layers: 2, solverSteps: 4 },
  },
  create(config, data) {
    const { count } = expectPlanePoints(data, { model: "ffjord" });
    return pointFlow(new FFJORD(config), {
      optimiser: adamW({ learningRate: fallingRate(config, count), weightDecay: config.weightDecay }),
      film: new FFJORD({ ...config, solverSteps: FILM_STEPS }),
    });
  },
};

import * as tf from "@tensorflow/tfjs";
import * as v from "valibot";
import { field, fields } from "../../core/fields/field.ts";
import { count } from "../../core/fields/value_schemas.ts";
import type { Dataset, DataShape, PointData } from "../data/dataset.ts";
import type { GenerativeModel, ModelKind } from "../models/model.ts";
import { sampler } from "../models/sampler.ts";
import { commonFields } from "../models/model_fields.ts";
import { gatherRows, initialisers, type NamedTensors, parameter, type ParameterSpecs } from "../nn/mod.ts";
import { fitBox, LOWEST, readBox, sampleBox } from "./box_density.ts";
import { exploreBox } from "./explore_box.ts";

const FIELDS = fields({
  ...commonFields({ model: "box-model", data: "world-map", epochs: 1, batchSize: 100 }),
  cells: field(
    v.pipe(count(), v.maxValue(200)),
    "Cells on each side of the grid. 1 is the book's box, more make a histogram.",
    8,
  ),
});
const standard = FIELDS.defaults;

/** The book's first generative model. */
export const BOX_MODEL: ModelKind<typeof standard> = {
  name: "box-model",
  title: "A box around points: the first generative model",
  family: "first steps",
  chapter: 1,
  paper: "Fisher 1922, On the Mathematical Foundations of Theoretical Statistics (maximum likelihood)",
  notes: {
    see:
      "One box around all points on land, with the same density everywhere inside; its samples are new points, many of them like the data.",
    wrong:
      "More than half of its samples lie in the sea: its family of densities does not contain the true one, and no fit can change that. With many cells it memorises the training points instead, and gives new ones probability 0.",
    tune:
      "More cells: the held-out likelihood rises up to 8 to 16 cells on each side, then falls (the default preset has 8).",
  },
  fields: FIELDS,
  presets: { default: standard, book: { ...standard, cells: 1 }, smoke: { ...standard, cells: 1 } },
  create(config, data) {
    if (data.kind !== "points" || data.dimensions !== 2) throw wrongData(data);
    return boxModel(config.cells);
  },
};

function wrongData(data: DataShape): TypeError {
  const got = data.kind === "points" ? `points of ${data.dimensions} coordinates` : data.kind;
  return new TypeError(
    `Cannot train box-model on "${data.name}": expected points in the plane, got ${got}; use --data world-map or moons`,
  );
}

function boxModel(cells: number): GenerativeModel {
  const parameters: ParameterSpecs = {
    "box/low": { shape: [2], initialiser: initialisers.zeros },
    "box/high": { shape: [2], initialiser: initialisers.ones },
    "box/logDensity": { shape: [cells, cells], initialiser: initialisers.zeros },
  };
  return {
    parameters,
    begin: (data) => {
      const { low, high, logDensity } = fitBox((data as PointData).points, cells);
      const parameters = {
        "box/low": tf.tensor1d([...low]),
        "box/high": tf.tensor1d([...high]),
        "box/logDensity": tf.tensor2d(logDensity, [cells, cells]),
      };
      return { parameters, optimiser: {} };
    },
    batch: (data, { indices }) => ({ points: pointBatch(data, indices) }),
    measure: (parameters, { points }) => measurePoints(parameters, points),
    ...sampler(
      fields({}),
      (parameters, { count, random }) =>
        Promise.resolve({ kind: "points", points: sampleBox(readBox(parameters), count, random) }),
    ),
    epochSamples: 500,
    explore: exploreBox,
  };
}

function pointBatch(data: Dataset, indices: ArrayLike<number>): tf.Tensor2D {
  const { points } = data as PointData;
  const chosen = Array.from(indices, (index) => [points[2 * index], points[2 * index + 1]]);
  return tf.tensor2d(chosen, [indices.length, 2]);
}

/** In tensors what `logLikelihood` computes: the mean negative log density, and the share of points where it is 0. */
function measurePoints(parameters: NamedTensors, points: tf.Tensor): NamedTensors {
  const [low, high] = ["low", "high"].map((name) => parameter(parameters, `box/${name}`));
  const table = parameter(parameters, "box/logDensity");
  const cells = table.shape[0]!;
  const share = points.sub(low).div(high.sub(low));
  const inside = share.greaterEqual(0).logicalAnd(share.lessEqual(1)).all(1);
  const place = share.mul(cells).floor().clipByValue(0, cells - 1);
  const index = place.mul(tf.tensor1d([1, cells])).sum(1).toInt() as tf.Tensor1D;
  const densities = gatherRows(table.reshape([-1, 1]), index).reshape([-1]);
  const possible = inside.logicalAnd(densities.greater(LOWEST));
  const found = tf.where(possible, densities, tf.fill(densities.shape, LOWEST));
  return { loss: found.mean().neg(), impossible: tf.sub(1, possible.toFloat().mean()) };
}

import * as tf from "@tensorflow/tfjs";
import { fields } from "../../core/fields/field.ts";
import type { PointData } from "../data/dataset.ts";
import { pointBatch } from "../data/point_tensors.ts";
import type { GenerativeModel } from "../models/model.ts";
import { sampler } from "../models/sampler.ts";
import { gatherRows, initialisers, type NamedTensors, parameter, type ParameterSpecs } from "../nn/mod.ts";
import { fitBox, LOWEST, readBox, sampleBox } from "./box_density.ts";
import { exploreBox } from "./explore_box.ts";

/**
 * A box around points in the plane as a model: its density is fitted at once, see {@link fitBox}.
 *
 * @param cells Cells on each side of the grid.
 */
export function boxModel(cells: number): GenerativeModel {
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
    plane: { logDensity: logDensityOf },
    explore: exploreBox,
  };
}

/** In tensors what `logLikelihood` computes: the mean negative log density, and the share of points where it is 0. */
function measurePoints(parameters: NamedTensors, points: tf.Tensor): NamedTensors {
  const densities = logDensityOf(parameters, points);
  return { loss: densities.mean().neg(), impossible: densities.lessEqual(LOWEST).toFloat().mean() };
}

/** The log density of points `[B, 2]`, `[B]`, at least {@link LOWEST}. */
function logDensityOf(parameters: NamedTensors, points: tf.Tensor): tf.Tensor {
  const [low, high] = ["low", "high"].map((name) => parameter(parameters, `box/${name}`));
  const table = parameter(parameters, "box/logDensity");
  const cells = table.shape[0]!;
  const share = points.sub(low).div(high.sub(low));
  const inside = share.greaterEqual(0).logicalAnd(share.lessEqual(1)).all(1);
  const place = share.mul(cells).floor().clipByValue(0, cells - 1);
  const index = place.mul(tf.tensor1d([1, cells])).sum(1).toInt() as tf.Tensor1D;
  const densities = gatherRows(table.reshape([-1, 1]), index).reshape([-1]);
  const possible = inside.logicalAnd(densities.greater(LOWEST));
  return tf.where(possible, densities, tf.fill(densities.shape, LOWEST));
}

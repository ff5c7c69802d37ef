import { lineChart } from "../../core/pictures/line_chart.ts";
import { scatterChart } from "../../core/pictures/scatter_chart.ts";
import type { PointData } from "../data/dataset.ts";
import type { Artifact, ExploreContext } from "../models/model.ts";
import { fitBox, logLikelihood, readBox, sampleBox } from "./box_density.ts";
import { densityMap } from "./density_map.ts";

const SAMPLES = 1000;
/** Cells on each side that are compared. */
const GRIDS = [1, 2, 4, 8, 16, 24, 32, 48, 64];

/** The box model's pictures: its density over the data, where its samples are wrong, and what more cells would change. */
export async function* exploreBox(
  { parameters, data, learned, random }: ExploreContext,
): AsyncGenerator<Artifact> {
  const box = readBox(parameters);
  const [seen, held] = [(await learned() as PointData).points, (data as PointData).points];
  const samples = sampleBox(box, SAMPLES, random.fork("samples"));
  yield {
    name: "density",
    caption:
      "The density over the points that were learned from; under the pointer, a legend entry shows its layer alone and a cell its density",
    content: { svg: densityMap(box, { learned: seen, held, samples }) },
  };

  const limit = strangeness(seen, held);
  const groups = { among: [] as number[], astray: [] as number[] };
  for (let n = 0; n < samples.length; n += 2) {
    const distance = nearest(seen, samples[n], samples[n + 1]);
    groups[distance <= limit ? "among" : "astray"].push(samples[n], samples[n + 1]);
  }
  const share = groups.astray.length / samples.length;
  yield {
    name: "where_it_fails",
    caption: `${(100 * share).toFixed(0)} % of ${SAMPLES} samples lie where no data are: farther from the ` +
      "nearest learned point than 99 % of the held-out points",
    content: {
      svg: scatterChart({
        title: "Samples, among the data and where no data are",
        groups: [
          { name: "learned", points: seen },
          { name: "among the data", points: groups.among },
          { name: "where no data are", points: groups.astray },
        ],
      }),
    },
  };

  const curve = (points: Float32Array) =>
    GRIDS.map((cells) => [cells, logLikelihood(fitBox(seen, cells), points)] as const);
  const heldCurve = curve(held);
  const [best] = heldCurve.reduce((a, b) => b[1] > a[1] ? b : a);
  yield {
    name: "cells",
    caption:
      `Log likelihood by cells on each side: 1 is the box; points that were not learned from are likeliest at ${best}, and what is gained beyond is learned by heart`,
    content: {
      svg: lineChart({
        title: "More cells: a better fit, then one by heart",
        xLabel: "cells on each side",
        yLabel: "mean log density",
        series: [{ name: "learned", points: curve(seen) }, { name: "held out", points: heldCurve }],
      }),
    },
  };
}

/** The distance to the nearest learned point that one in a hundred held-out points exceeds. */
function strangeness(learned: Float32Array, held: Float32Array): number {
  const distances = Float64Array.from(
    { length: held.length / 2 },
    (_, n) => nearest(learned, held[2 * n], held[2 * n + 1]),
  ).sort();
  return distances[Math.floor(0.99 * (distances.length - 1))];
}

function nearest(points: Float32Array, x: number, y: number): number {
  let best = Infinity;
  for (let i = 0; i < points.length; i += 2) {
    best = Math.min(best, (points[i] - x) ** 2 + (points[i + 1] - y) ** 2);
  }
  return Math.sqrt(best);
}

import { lineChart } from "../../core/pictures/line_chart.ts";
import { scatterChart } from "../../core/pictures/scatter_chart.ts";
import type { PointData } from "../data/dataset.ts";
import { splitStray } from "../metrics/stray_points.ts";
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

  const groups = splitStray(samples, { learned: seen, held });
  const share = groups.stray.length / samples.length;
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
          { name: "where no data are", points: groups.stray },
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

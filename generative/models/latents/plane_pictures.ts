import { contactSheet } from "../../../core/pictures/contact_sheet.ts";
import { pngAddress } from "../../../core/pictures/encode_png.ts";
import { scatterChart, type ScatterGroup } from "../../../core/pictures/scatter_chart.ts";
import type { PictureData } from "../../data/dataset.ts";
import type { Artifact } from "../model.ts";
import type { LatentCloud } from "./encode_pictures.ts";
import type { Exploration } from "./exploration.ts";
import { normalQuantile, normalShare } from "./normal_quantiles.ts";

/** Decodes in a row of the grid. */
const GRID = 15;
/** Draws from the prior that are shown in their places. */
const DRAWS = 18;

/** Pictures that scatters show: more would only make the drawing larger. */
const SHOWN = 2500;

/** Where pictures lie in the latent space, by class. */
export function drawScatter({ data, cloud, plane }: Exploration): Artifact {
  const groups = groupByClass(plane.place(shown(cloud)), data);
  const [xLabel, yLabel] = plane.labels;
  return {
    name: "latent_scatter",
    caption: `Where ${
      Math.min(cloud.count, SHOWN)
    } pictures that were not learned from lie in the latent space${groups.length > 1 ? ", by class" : ""}`,
    content: {
      svg: scatterChart({
        title: `Latents of ${data.name}`,
        xLabel,
        yLabel,
        groups,
        nameGroups: groups.length > 1,
      }),
    },
  };
}

/** The same places as shares of a standard normal distribution: even, where the latents keep to their prior. */
export function drawShares({ data, cloud }: Exploration): Artifact {
  const groups = groupByClass(shown(cloud).map(normalShare), data);
  const options = { title: `Latents of ${data.name} as shares`, groups, xLabel: "share below latent 1" };
  return {
    name: "latent_shares",
    caption:
      "The same latents as shares of the standard normal distribution: spread evenly over the square where " +
      "they keep to their prior",
    content: { svg: scatterChart({ ...options, yLabel: "share below latent 2" }) },
  };
}

/** What the places of the plane decode to: on normal quantiles where latents have a prior, else over their range. */
export async function drawGrid({ cloud, plane, decode }: Exploration): Promise<Artifact> {
  const ends = cloud.size === 2 ? planeEnds(cloud.mu) : planeEnds(plane.place(cloud.mu));
  const { x, y } = ends;
  // A normal distribution as wide as the plane's places: the prior itself in two dimensions.
  const quantile = (i: number, { mean, deviation }: Ends) =>
    (cloud.size === 2 ? 0 : mean) + normalQuantile((i + 0.5) / GRID) * (cloud.size === 2 ? 1 : deviation);
  const linear = (i: number, { low, high }: Ends) => low + (high - low) * i / (GRID - 1);
  const at = cloud.logVar ? quantile : linear;
  const latents = Array.from({ length: GRID * GRID }, (_, i) => {
    const [column, row] = [i % GRID, GRID - 1 - Math.floor(i / GRID)]; // upwards, as in the scatter
    return plane.latents(at(column, x), at(row, y));
  });
  const pictures = await decode(latents.flat());
  return {
    name: "latent_grid",
    caption: `What ${GRID} x ${GRID} places of the plane (${plane.labels.join(" to the right, ")} upwards) ` +
      `decode to, ${cloud.logVar ? "on quantiles of the normal distribution" : "from end to end"}`,
    content: contactSheet(pictures, GRID, { gap: 0 }),
  };
}

/** Draws from the prior (or, where there is none, from the box around all latents), in their places. */
export async function drawPrior({ cloud, plane, decode, random }: Exploration): Promise<Artifact> {
  const stream = random.fork("prior");
  const boxes = Array.from({ length: cloud.size }, (): [low: number, high: number] => [Infinity, -Infinity]);
  cloud.mu.forEach((value, at) => {
    const box = boxes[at % cloud.size];
    [box[0], box[1]] = [Math.min(box[0], value), Math.max(box[1], value)];
  });
  const drawn = Float32Array.from(
    { length: DRAWS * cloud.size },
    (_, i) => cloud.logVar ? stream.normal() : stream.uniform(...boxes[i % cloud.size]),
  );
  const places = plane.place(drawn);
  const decoded = await decode(drawn);
  const [xLabel, yLabel] = plane.labels;
  const pictures = decoded.map((picture, i) => ({
    x: places[2 * i],
    y: places[2 * i + 1],
    href: pngAddress(picture),
  }));
  const groups = [{ name: "pictures", points: plane.place(shown(cloud)) }];
  return {
    name: "prior_samples",
    caption: `What ${DRAWS} draws from ${
      cloud.logVar ? "the prior" : "the box around all latents"
    } decode to, in their places among the latents of real pictures`,
    content: { svg: scatterChart({ title: "Draws in the latent space", xLabel, yLabel, groups, pictures }) },
  };
}

/** The latents of those pictures that are shown. */
function shown({ mu, size }: LatentCloud): Float32Array {
  return mu.subarray(0, SHOWN * size);
}

interface Ends {
  low: number;
  high: number;
  mean: number;
  deviation: number;
}

function planeEnds(places: Float32Array): { x: Ends; y: Ends } {
  const along = (axis: 0 | 1): Ends => {
    const values = places.filter((_, i) => i % 2 === axis);
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
    let [low, high] = [Infinity, -Infinity];
    for (const value of values) [low, high] = [Math.min(low, value), Math.max(high, value)];
    return { low, high, mean, deviation: Math.sqrt(variance) };
  };
  return { x: along(0), y: along(1) };
}

/** Places `[N, 2]` by the class of their examples. */
function groupByClass(places: Float32Array, { labels, classes }: PictureData): ScatterGroup[] {
  if (!labels || !classes) return [{ name: "pictures", points: places }];
  return classes.map((name, label) => ({
    name,
    points: places.filter((_, i) => labels[i >> 1] === label),
  })).filter(({ points }) => points.length > 0);
}

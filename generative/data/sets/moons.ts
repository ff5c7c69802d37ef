import { RandomStream } from "../../../core/random_stream.ts";
import type { PointData } from "../dataset.ts";
import type { DatasetSource, ResolvedLoadOptions } from "../load_dataset.ts";

/** The noise's standard deviation. */
const NOISE = 0.05;

/**
 * Two half circles of radius 1 that reach into each other, with noise: scikit-learn's `make_moons` with
 * `noise=0.05`, brought to mean 0 and deviation 1 by the distribution's own figures.
 */
export const MOONS: DatasetSource = {
  name: "moons",
  title: "Two half circles",
  contents: "30,000 + 3,000 points in the plane, 2 classes",
  source: "computed",
  licence: "none needed",
  book: "make_moons (chapter 6)",
  load: (options) => Promise.resolve(load(options)),
};

function load({ split, limit, seed }: ResolvedLoadOptions): PointData {
  const random = new RandomStream(seed, `moons/${split}`);
  const all = split === "train" ? 30_000 : 3_000;
  const count = limit ? Math.min(limit, all) : all;
  const points = new Float32Array(count * 2);
  const labels = new Int32Array(count);
  for (let n = 0; n < count; n++) {
    const angle = Math.PI * random.uniform();
    labels[n] = random.integer(0, 2);
    const [x, y] = labels[n] === 0
      ? [Math.cos(angle), Math.sin(angle)]
      : [1 - Math.cos(angle), 0.5 - Math.sin(angle)];
    points[2 * n] = (x + NOISE * random.normal() - MEAN[0]) / DEVIATION[0];
    points[2 * n + 1] = (y + NOISE * random.normal() - MEAN[1]) / DEVIATION[1];
  }
  return {
    kind: "points",
    name: "moons",
    count,
    dimensions: 2,
    points,
    labels,
    classes: ["upper", "lower"],
  };
}

/** Of both half circles together: E[x] = 1/2; E[y] = 1/4. */
const MEAN = [0.5, 0.25];
/** E[x^2] = (1/2 + 3/2) / 2; E[y^2] = (1/2 + 1/4 - 2/pi + 1/2) / 2. */
const DEVIATION = [
  Math.sqrt(1 - MEAN[0] ** 2 + NOISE ** 2),
  Math.sqrt((1.25 - 2 / Math.PI) / 2 - MEAN[1] ** 2 + NOISE ** 2),
];

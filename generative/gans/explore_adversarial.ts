import type * as tf from "@tensorflow/tfjs";
import { contactSheet } from "../../core/pictures/contact_sheet.ts";
import type { Picture } from "../../core/pictures/picture.ts";
import type { PictureData } from "../data/dataset.ts";
import { exploreLatents } from "../models/explore_latents.ts";
import { drawLatents } from "../models/latent_model.ts";
import { pictureOf, sheetScale } from "../models/latents/exploration.ts";
import type { Artifact, ExploreContext, LatentAccess } from "../models/model.ts";
import { nearestPicture } from "./nearest_picture.ts";

const COLUMNS = 10;
/** Pictures that are looked for among those that were learned from. */
const SEARCHED = 15;
/** Beyond which latents are drawn anew, row by row. */
const TRUNCATIONS = [0.25, 0.5, 1, 2, Infinity];

/** Draws pictures of latents `[N, Z]`, row by row, each under the label of its place. */
export type DrawPictures = (latents: tf.Tensor2D, labels?: ArrayLike<number>) => Promise<Picture[]>;

/** What {@link exploreAdversarial} works with beside its context. */
export interface AdversarialExploration {
  /** Draws latents. */
  draw: DrawPictures;
  /** The generator. */
  latents: LatentAccess;
  /** Numbers in a latent, Z. */
  latentSize: number;
  /** Labels of a conditional model. */
  labels?: readonly string[];
}

/**
 * Pictures of a generator: samples, their nearest neighbours among what was learned from, samples ever closer to the
 * mean, what lies between two of them; for conditional ones the same latents under every label.
 */
export async function* exploreAdversarial(
  { parameters, data, learned, random }: ExploreContext,
  { draw, latents, latentSize, labels }: AdversarialExploration,
): AsyncGenerator<Artifact> {
  const drawn = async (stream: string, { count, truncation }: { count: number; truncation?: number }) => {
    const z: tf.Tensor2D = drawLatents({ count, random: random.fork(stream), truncation }, latentSize);
    const chosen = Int32Array.from({ length: count }, (_, i) => i % (labels?.length ?? 1));
    const pictures = await draw(z, chosen);
    z.dispose();
    return pictures;
  };
  const grid = await drawn("grid", { count: 3 * COLUMNS });
  yield {
    name: "samples",
    caption: "Pictures from random latents, none chosen",
    content: sheet(grid, COLUMNS),
  };
  if (labels) yield await drawLabels(labels, { draw, latentSize, random });

  const rows: Picture[] = [];
  for (const truncation of TRUNCATIONS) {
    rows.push(...await drawn("truncation", { count: COLUMNS, truncation }));
  }
  yield {
    name: "truncation",
    caption: `Latents within ${TRUNCATIONS.slice(0, -1).join(", ")} and without limit, from top to bottom: ` +
      "the closer to 0, the more alike and the cleaner",
    content: sheet(rows, COLUMNS),
  };
  yield drawNearest(grid.slice(0, SEARCHED), {
    held: data as PictureData,
    learned: await learned() as PictureData,
  });
  yield* exploreLatents(latents, { parameters, data, learned, random });
}

/** One row for each label, one column for each draw of latents. */
async function drawLabels(
  labels: readonly string[],
  { draw, latentSize, random }:
    & Pick<AdversarialExploration, "draw" | "latentSize">
    & Pick<
      ExploreContext,
      "random"
    >,
): Promise<Artifact> {
  const rows: Picture[] = [];
  for (const label of labels.keys()) {
    const z = drawLatents({ count: COLUMNS, random: random.fork("labels") }, latentSize);
    rows.push(...await draw(z, new Int32Array(COLUMNS).fill(label)));
    z.dispose();
  }
  return {
    name: "labels",
    caption: `The same latents under each label, from top to bottom: ${labels.join(", ")}`,
    content: sheet(rows, COLUMNS),
  };
}

/** Samples, each with what is nearest to it among the pictures that were learned from. */
function drawNearest(
  samples: Picture[],
  { held, learned }: { held: PictureData; learned: PictureData },
): Artifact {
  const found = samples.map((sample) => nearestPicture(sample, learned));
  const others = Array.from({ length: Math.min(SEARCHED, held.count) }, (_, i) => pictureOf(held, i))
    .map((picture) => nearestPicture(picture, learned));
  const mean = (all: { distance: number }[]) =>
    (all.reduce((sum, { distance }) => sum + distance, 0) / all.length).toFixed(3);
  return {
    name: "nearest",
    caption: "Pairs of a sample (left) and the picture nearest to it of those that were learned from: " +
      `pixels differ by ${mean(found)} on average, where those of pictures that were held back differ by ` +
      `${mean(others)} from theirs; near 0 would be learned by heart`,
    content: sheet(samples.flatMap((sample, i) => [sample, pictureOf(learned, found[i].index)]), 6),
  };
}

function sheet(pictures: Picture[], columns: number): Picture {
  return contactSheet(pictures, columns, { scale: sheetScale(pictures[0]) });
}

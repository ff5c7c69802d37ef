import { contactSheet } from "../../core/pictures/contact_sheet.ts";
import { scatterChart } from "../../core/pictures/scatter_chart.ts";
import type { RandomStream } from "../../core/random_stream.ts";
import { encodePictures } from "../models/latents/encode_pictures.ts";
import { decodeTo, sheetScale } from "../models/latents/exploration.ts";
import { type LatentPlane, latentPlane } from "../models/latents/latent_plane.ts";
import type { Artifact, ExploreContext, LatentAccess } from "../models/model.ts";
import { type GaussianMixture, sampleMixture } from "./gaussian_mixture.ts";

/** What {@link exploreMixture} works with. */
export interface ExploreMixtureContext extends ExploreContext {
  /** The density of the latents. */
  mixture: GaussianMixture;
}

/** Latents that a scatter shows, of pictures and of each density. */
const SHOWN = 1000;
/** Pictures in a row. */
const COLUMNS = 10;
/** Rows of samples of each density. */
const ROWS = 3;

/** The mixture beside the standard normal distribution: where either draws latents, and what these decode to. */
export async function* exploreMixture(
  latents: Required<LatentAccess>,
  { mixture, parameters, data, random }: ExploreMixtureContext,
): AsyncGenerator<Artifact> {
  const cloud = await encodePictures(latents.encode, { parameters, data, limit: SHOWN });
  const decode = decodeTo(latents, parameters);
  const plane = latentPlane(cloud.mu, cloud.size);
  yield drawDensities(cloud.mu, { mixture, plane, random });

  const count = ROWS * COLUMNS;
  const drawn = await decode(sampleMixture(mixture, { count, random: random.fork("sheet") }));
  const normal = await decode(drawNormal(count * latents.size, random.fork("normal sheet")));
  const scale = sheetScale(drawn[0]);
  yield {
    name: "mixture_beside_normal",
    caption:
      `The upper ${ROWS} rows: latents drawn from the mixture, decoded; the lower ${ROWS}: latents drawn from the ` +
      "standard normal distribution",
    content: contactSheet([...drawn, ...normal], COLUMNS, { scale }),
  };

  const order = Array.from(mixture.weights.keys()).sort((a, b) => mixture.weights[b] - mixture.weights[a]);
  const rows = order.map((component) => {
    const weights = mixture.weights.map((_, k) => k === component ? 1 : 0);
    const request = { count: COLUMNS, random: random.fork(`component ${component}`) };
    return sampleMixture({ ...mixture, weights }, request);
  });
  yield {
    name: "components",
    caption: "Each row: samples of one Gaussian of the mixture, the one with the largest weight first",
    content: contactSheet((await Promise.all(rows.map(decode))).flat(), COLUMNS, { scale }),
  };
}

/** Latents of pictures, and draws from both densities. */
function drawDensities(
  mu: Float32Array,
  { mixture, plane, random }: { mixture: GaussianMixture; plane: LatentPlane; random: RandomStream },
): Artifact {
  const count = mu.length / mixture.size;
  const mixed = sampleMixture(mixture, { count, random: random.fork("mixture") });
  const [xLabel, yLabel] = plane.labels;
  return {
    name: "latents_and_densities",
    caption:
      `Latents of ${count} pictures that were not learned from, and as many draws from the mixture and from the ` +
      "standard normal distribution",
    content: {
      svg: scatterChart({
        title: "Latents of pictures, and draws of latents",
        xLabel,
        yLabel,
        groups: [
          { name: "pictures", points: plane.place(mu) },
          { name: "mixture", points: plane.place(mixed) },
          { name: "standard normal", points: plane.place(drawNormal(mu.length, random.fork("normal"))) },
        ],
      }),
    },
  };
}

function drawNormal(length: number, random: RandomStream): Float32Array {
  return Float32Array.from({ length }, () => random.normal());
}

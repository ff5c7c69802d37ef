import type { PictureData } from "../data/dataset.ts";
import { encodePictures } from "./latents/encode_pictures.ts";
import { latentPlane } from "./latents/latent_plane.ts";
import { drawAttributes } from "./latents/attribute_arithmetic.ts";
import { drawInterpolations, drawMorphs, drawReconstructions } from "./latents/picture_rows.ts";
import { drawGrid, drawPrior, drawScatter, drawShares } from "./latents/plane_pictures.ts";
import { drawDivergences, drawHistograms } from "./latents/distributions.ts";
import type { Exploration } from "./latents/exploration.ts";
import { decodeTo } from "./latents/exploration.ts";
import type { Artifact, ExploreContext, LatentAccess } from "./model.ts";

/** Pictures that a latent space is looked at through. */
const EXAMPLES = 5000;

/**
 * Pictures of a latent space: reconstructions, where pictures lie in it, what its places decode to, how its numbers
 * are distributed, what lies between two pictures, what attributes are in it. A model that only decodes is shown
 * by what lies between draws from its prior.
 */
export async function* exploreLatents(
  latents: LatentAccess,
  { parameters, data, learned, random }: ExploreContext,
): AsyncGenerator<Artifact> {
  const decode = decodeTo(latents, parameters);
  if (!latents.encode) {
    yield drawInterpolations(latents.size, { decode, random });
    return;
  }
  const cloud = await encodePictures(latents.encode, { parameters, data, limit: EXAMPLES });
  const exploration: Exploration = {
    data: data as PictureData,
    cloud,
    plane: latentPlane(cloud.mu, cloud.size),
    decode,
    random,
  };
  yield drawReconstructions(exploration);
  yield drawScatter(exploration);
  if (cloud.logVar && cloud.size === 2) yield drawShares(exploration);
  yield drawGrid(exploration);
  yield drawPrior(exploration);
  yield drawMorphs(exploration);
  if (cloud.logVar) {
    yield drawHistograms(exploration);
    yield drawDivergences(exploration);
  }
  yield* drawAttributes(exploration, learned);
}

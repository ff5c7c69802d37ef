import type { Artifact, ExploreContext, LatentAccess } from "./model.ts";

/** Pictures of a latent space. */
export async function* exploreLatents(
  _latents: LatentAccess,
  _context: ExploreContext,
): AsyncGenerator<Artifact> {
}

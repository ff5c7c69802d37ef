import { DEFAULT_COLORS, drawColors } from "../../../../envs/car_racing/colors.ts";
import { generateTrack } from "../../../../envs/car_racing/track.ts";
import { NumpyRandom } from "../../../../envs/random/numpy_random.ts";
import type { Episode } from "../../episodes/episode.ts";
import { hasScene } from "./has_scene.ts";
import type { SceneWorld } from "./scene_stage.ts";

/** The track and colours of an episode, as its environment's reset drew them; nothing where it is no CarRacing. */
export function worldOfEpisode(
  episode: Pick<Episode, "header" | "states">,
): SceneWorld | undefined {
  if (!hasScene(episode)) return undefined;
  const { seed, options, resetOptions } = episode.header;
  const random = new NumpyRandom(seed);
  const colors = options.domainRandomize && resetOptions.randomize !== false
    ? drawColors(random)
    : DEFAULT_COLORS;
  return { colors, track: generateTrack(random) };
}

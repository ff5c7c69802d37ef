import { DEFAULT_COLORS, drawColors } from "../../../envs/car_racing/colors.ts";
import { STATE_SIZE } from "../../../envs/car_racing/saved_state.ts";
import { generateTrack } from "../../../envs/car_racing/track.ts";
import { NumpyRandom } from "../../../envs/random/numpy_random.ts";
import type { Episode } from "../episodes/episode.ts";
import type { SceneWorld } from "./scene_stage.ts";

/** The track and colours of an episode, as its environment's reset drew them; nothing where it is no CarRacing. */
export function worldOfEpisode(
  { header, states }: Pick<Episode, "header" | "states">,
): SceneWorld | undefined {
  const { env, seed, options, resetOptions, stateSize } = header;
  if (!env.startsWith("CarRacing") || stateSize !== STATE_SIZE || states.length === 0) return undefined;
  const random = new NumpyRandom(seed);
  const colors = options.domainRandomize && resetOptions.randomize !== false
    ? drawColors(random)
    : DEFAULT_COLORS;
  return { colors, track: generateTrack(random) };
}

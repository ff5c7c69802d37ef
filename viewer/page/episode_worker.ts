import { serve, workerLine } from "../rpc.ts";
import { EPISODE_METHODS, type EpisodeMaker } from "./episodes/episode.ts";
import { openEpisode } from "./episodes/open_episode.ts";
import { driveScripted } from "./episodes/scripted.ts";

/** The page's worker for episodes: redraws recordings, and lets the scripted driver drive. Loads without TensorFlow. */
const maker: EpisodeMaker = { open: openEpisode, scripted: (seed) => Promise.resolve(driveScripted(seed)) };
serve(maker, EPISODE_METHODS, workerLine(globalThis));

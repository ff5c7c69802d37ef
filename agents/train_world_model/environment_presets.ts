import "../../envs/register_all.ts";
import { envSpec } from "../../envs/registry.ts";
import type { Config } from "../../core/fields/field.ts";
import { type TrainWorldModelConfig, worldKindOf, worldModelPresets } from "./config.ts";

/**
 * Take Cover, the second experiment of Ha & Schmidhuber 2018: evolution in dreams that are a little hotter than reality,
 * as sharp ones let a controller cheat. The memory has the paper's five Gaussians, which tell apart whether a fireball
 * is thrown or not.
 */
const TAKE_COVER: Config = {
  controller: "cma-es",
  temperature: 1.15,
  mixtures: 5,
  memorySteps: 1500,
  memoryRoundSteps: 600,
  rounds: 4,
  population: 32,
  dreamEpisodes: 8,
  generations: 40,
  randomShare: 0.5,
};

/** How presets differ in an environment, beside the lengths of episodes; a world model takes the options that it has. */
const CHANGES: Readonly<Record<string, Record<string, Config>>> = {
  "TakeCover-v0": {
    default: TAKE_COVER,
    smoke: {
      ...TAKE_COVER,
      rounds: 2,
      memorySteps: 20,
      memoryRoundSteps: 10,
      population: 4,
      dreamEpisodes: 2,
      generations: 2,
    },
    /** The paper's latents of 64, LSTM of 512 and controller of 1,089 numbers on [z, h, c]; 3.1 million frames. */
    paper: {
      firstRollouts: 23,
      visionLatents: 64,
      visionSteps: 308_000,
      memoryUnits: 512,
      memoryShowsCell: true,
      memoryLength: 500,
      memorySteps: 24_400,
      memoryFinalLearningRate: 7.9e-4,
      doneWeight: 10,
      temperature: 1.15,
      generations: 200,
    },
  },
};

/**
 * The presets of a kind of world model for an environment: dreams and later rollouts are as long as its longest episode,
 * and what makes sense there beside.
 *
 * @param options What was chosen, or typed: `world` and `environment`, by default those of the presets; `frameSkip`.
 * @throws RangeError for a kind of world model or an environment that is unknown.
 */
export function presetsFor(
  options: { world?: string; environment?: string; frameSkip?: number | string },
): Record<string, TrainWorldModelConfig> {
  const fit = ([name, preset]: [string, TrainWorldModelConfig]): [string, TrainWorldModelConfig] => {
    const { environment = preset.environment } = options;
    const { maxEpisodeSteps } = envSpec(environment);
    const changes = Object.entries(CHANGES[environment]?.[name] ?? {}).filter(([key]) => key in preset);
    const changed = { ...preset, ...Object.fromEntries(changes), environment };
    const frameSkip = Number(options.frameSkip ?? changed.frameSkip);
    if (maxEpisodeSteps === undefined || !(frameSkip >= 1)) return [name, changed]; // a wrong one is refused later
    const whole = Math.ceil(maxEpisodeSteps / frameSkip);
    const first = preset.rounds === 1 || environment !== preset.environment
      ? { firstDecisions: whole, firstShortest: whole, firstLongest: whole + 1 }
      : {};
    return [name, {
      ...changed,
      ...first,
      roundDecisions: whole,
      roundShortest: whole,
      roundLongest: whole + 1,
      dreamDecisions: whole,
    }];
  };
  return Object.fromEntries(Object.entries(worldModelPresets(worldKindOf(options))).map(fit));
}

import { basename, isAbsolute } from "node:path";
import { type LearnerConfig, type LearnerKind, learnerPresets } from "../agents/learner_kind.ts";
import {
  type TrainWorldModelConfig,
  worldKindOf,
  worldModelFields,
} from "../agents/train_world_model/config.ts";
import { presetsFor } from "../agents/train_world_model/environment_presets.ts";
import { flagName } from "../core/flag_name.ts";
import { WORLD_KINDS } from "../worlds/kinds.ts";
import { shellWord } from "./shell_word.ts";

/** The command that trains the same run as one that is there. */
export interface TrainingCommand {
  /** What is trained and where, such as `deno task train-world-model --world rssm`. */
  start: string;
  /** The nearest preset, and what differs from it, as flags; "" for the default preset. The seed is not among them. */
  settings: string;
}

/** The command of a run of `deno task train-world-model`. */
export function worldModelCommand(config: TrainWorldModelConfig): TrainingCommand {
  const kind = worldKindOf(config);
  const { environment } = config;
  return {
    start: words("deno task train-world-model", {
      ...kind !== WORLD_KINDS[0] && { world: kind.name },
      ...environment !== worldModelFields(kind).defaults.environment && { environment },
    }),
    settings: settingsOf({ ...config }, presetsFor(config)),
  };
}

/** The command of a run of an agent. */
export function agentCommand(kind: LearnerKind, config: LearnerConfig): TrainingCommand {
  const { environment } = config;
  return {
    start: words(`deno task train ${kind.name}`, {
      ...environment !== kind.fields.defaults.environment && { environment },
    }),
    settings: settingsOf({ ...config }, learnerPresets(kind, environment)),
  };
}

/** A whole command. */
export function withSeed({ start, settings }: TrainingCommand, seed: number): string {
  return [start, ...settings === "" ? [] : [settings], `--seed ${seed}`].join(" ");
}

/** What `start` says, or every run has of its own. */
const TOLD = ["seed", "world", "environment"];

function settingsOf(config: Record<string, unknown>, presets: Record<string, object>): string {
  const changesOf = (preset: Record<string, unknown>) =>
    Object.entries(config).filter(([key, value]) =>
      !TOLD.includes(key) && JSON.stringify(preset[key]) !== JSON.stringify(value)
    );
  const [[preset, changes]] = Object.entries(presets)
    .map(([name, preset]) => [name, changesOf({ ...preset })] as const)
    .toSorted(([, a], [, b]) => a.length - b.length);
  return words("", { ...preset !== "default" && { preset }, ...Object.fromEntries(changes) });
}

function words(start: string, flags: Record<string, unknown>): string {
  const told = Object.entries(flags).map(([key, value]) => `--${flagName(key)} ${shellWord(shown(value))}`);
  return [...start === "" ? [] : [start], ...told].join(" ");
}

/** A value as it is typed; other machines have other folders. */
function shown(value: unknown): string {
  const text = String(value);
  return isAbsolute(text) ? basename(text) : text;
}

import { existsSync } from "node:fs";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { RandomStream } from "../../core/random_stream.ts";
import { hint } from "../read_options.ts";
import { type EnvOptions, make } from "../registry.ts";
import { RecordEpisode } from "../wrappers/record_episode.ts";
import "../register_all.ts";
import { COLLECT_POLICIES, type CollectPolicy } from "./policies.ts";
import { readRecording } from "./read_recording.ts";
import type { Recording } from "./reader.ts";
import { RecordingError } from "./recording_error.ts";

/** Options of {@link collectEpisodes}. */
export interface CollectOptions {
  /** Id for `make`. */
  env: string;
  /** Options for `make`. @default none */
  options?: EnvOptions;
  /** One of {@link COLLECT_POLICIES}. @default "random" */
  policy?: string;
  /** How many episodes. @default 1 */
  episodes?: number;
  /** Seed of the first episode; the others count up from it. @default 0 */
  seed?: number;
  /** Steps between key states, see `RecordedEnvOptions`. @default 0, none */
  keyStateEvery?: number;
}

/** An episode lies in the folder. */
export interface CollectEvent {
  /** Always this. */
  type: "episode";
  /** Number of the episode, from 0. */
  index: number;
  /** Its seed. */
  seed: number;
  /** Its file. */
  path: string;
  /** Its steps. */
  steps: number;
  /** The sum of its rewards. */
  return: number;
  /** Whether it was there already. */
  found: boolean;
}

/**
 * Records episodes into a folder, one file `<env>-<policy>-seed-<seed>.rec` each. Episodes that lie there whole are
 * kept, so that a collection that was broken off goes on; files that were cut short are recorded again.
 *
 * @throws RangeError for an unknown environment or policy, a bad seed or count.
 * @throws Error when a file was recorded with other options, RecordingError when one of that name is no recording.
 */
export function* collectEpisodes(folder: string, options: CollectOptions): Generator<CollectEvent> {
  const {
    env: id,
    options: envOptions = {},
    policy: policyName = "random",
    episodes = 1,
    seed: firstSeed = 0,
    keyStateEvery = 0,
  } = options;
  const policy = findPolicy(policyName);
  if (!Number.isSafeInteger(episodes) || episodes < 1) {
    throw new RangeError(`Cannot collect episodes: expected an integer > 0 of them, got ${episodes}`);
  }
  const fileName = (seed: number) => `${id}-${policyName}-seed-${seed}.rec`;
  const env = new RecordEpisode(make(id, envOptions), folder, {
    name: ({ seed }) => fileName(seed),
    metadata: { policy: policyName },
    keyStateEvery,
    overwrite: true,
  });
  try {
    for (let index = 0; index < episodes; index++) {
      const seed = firstSeed + index;
      const path = join(folder, fileName(seed));
      const known = findWhole(path, envOptions);
      if (known) {
        const total = known.rewards.reduce((sum, reward) => sum + reward, 0);
        yield { type: "episode", index, seed, path, steps: known.steps, return: total, found: true };
      } else yield { type: "episode", index, seed, path, ...record(env, policy, seed), found: false };
    }
  } finally {
    env.close();
  }
}

function record(env: RecordEpisode, policy: CollectPolicy, seed: number): { steps: number; return: number } {
  const act = policy(env, new RandomStream(seed).fork("policy"));
  env.reset({ seed });
  for (let steps = 1, total = 0;; steps++) {
    const { reward, terminated, truncated } = env.advance(act());
    total += reward;
    if (terminated || truncated) return { steps, return: total };
  }
}

/** The recording of a whole episode at this path, if there is one. */
function findWhole(path: string, options: EnvOptions): Recording | undefined {
  if (!existsSync(path)) return undefined;
  let recording: Recording;
  try {
    recording = readRecording(path);
  } catch (error) {
    if (error instanceof RecordingError && error.code === "truncated") return undefined; // cut within its header
    throw error;
  }
  if (!isDeepStrictEqual(recording.header.options, { ...options })) {
    throw new Error(
      `Cannot collect into "${path}": expected options ${JSON.stringify(options)}, ` +
        `got a recording with ${JSON.stringify(recording.header.options)}; choose another folder`,
    );
  }
  const { steps, terminated, truncated, damage } = recording;
  const ended = steps > 0 && terminated[steps - 1] + truncated[steps - 1] > 0;
  return ended && !damage ? recording : undefined;
}

function findPolicy(name: string): CollectPolicy {
  if (Object.hasOwn(COLLECT_POLICIES, name)) return COLLECT_POLICIES[name];
  const known = Object.keys(COLLECT_POLICIES);
  throw new RangeError(
    `Cannot collect with policy "${name}": expected one of ${known.join(", ")}${hint(name, known)}`,
  );
}

import type { RecordingHeader } from "../../../envs/recordings/format.ts";
import type { Recording } from "../../../envs/recordings/reader.ts";

/** An episode, ready to be shown at any step. T steps, T + 1 pictures; arrays are row-major. */
export interface Episode {
  /** What to call it. */
  title: string;
  /** The recording's file, as it can be saved. */
  bytes: Uint8Array;
  /** What the recording says of itself. */
  header: RecordingHeader;
  /** T. */
  steps: number;
  /** Simulator steps that one of its steps lasts: 1, or a whole decision in a dream's recording. */
  stepLength: number;
  /** What the environment showed, `[T + 1, height, width, 3]`; rendered for people where it shows no pictures. */
  frames: Uint8Array;
  /** Height of its frames. */
  height: number;
  /** Width of its frames. */
  width: number;
  /** What an agent saw, `[T + 1, .., .., 3]` of {@link agentSize}; empty where agents know no such frames. */
  agentFrames: Uint8Array;
  /** Height and width of what an agent saw. */
  agentSize: readonly [height: number, width: number];
  /** The simulator's states, `[T + 1, header.stateSize]`; empty where frames are stored. */
  states: Float64Array;
  /** `[T, header.actionSize]`. */
  actions: Float32Array;
  /** `[T]`. */
  rewards: Float64Array;
  /** Return up to each picture, `[T + 1]`. */
  returns: Float64Array;
  /** `[T]`, 0 or 1. */
  terminated: Uint8Array;
  /** `[T]`, 0 or 1. */
  truncated: Uint8Array;
  /** What is wrong with the file's rest, or with the pictures, where something is. */
  damage?: string;
}

/** What the page asks of its worker for episodes. */
export interface EpisodeMaker {
  /** Reads a recording and draws all its pictures. @throws Error of one sentence when nothing is readable. */
  open(bytes: Uint8Array, title: string): Promise<Episode>;
  /** Lets the scripted driver of the default environment act; returns the recording. */
  scripted(seed: number): Promise<Uint8Array>;
}

/** Its methods: those and no others can be called from afar. */
export const EPISODE_METHODS = ["open", "scripted"] as const satisfies readonly (keyof EpisodeMaker)[];

/** The parts of a recording that an {@link Episode} takes over as they are. */
export type RecordingParts = Pick<
  Recording,
  "header" | "steps" | "states" | "actions" | "rewards" | "terminated" | "truncated"
>;

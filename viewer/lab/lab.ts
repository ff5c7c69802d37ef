import type { PicturePart } from "../../agents/agent.ts";
import type { FieldDescription } from "../../core/fields/describe_fields.ts";
import type { Config } from "../../core/fields/field.ts";
import type { Ability, InputValues } from "./ability.ts";
import type { Channel } from "./channels.ts";

/** Where tensors are computed, and why there. */
export interface LabBackend {
  /** In the page's worker, or behind the server. */
  place: "browser" | "server";
  /** `webgpu`, `wasm`, `tensorflow` or `cpu`. */
  name: string;
  /** Why this one, as the end of a sentence: `native TensorFlow is the fastest`. */
  reason: string;
}

/** A run as files, wherever they came from: the server, an export, a folder that was dropped onto the page. */
export interface RunFiles {
  /** The run's name, for messages. */
  name: string;
  /** What `config.json` holds, parsed. */
  config: unknown;
  /** The safetensors files of its checkpoint, by group (`controller`, the parts of a world model). */
  groups: Record<string, Uint8Array>;
  /** The safetensors file with some of its held-out examples, see `keepExamples`; runs of older versions have none. */
  examples?: Uint8Array;
}

/** What a model can do: panels show themselves by it. */
export interface ModelCard {
  /** What to call it by in the other methods of the {@link Lab}. */
  id: number;
  /** `train-world-model`, or a generative model's name. */
  kind: string;
  /** The run's name. */
  name: string;
  /** How many numbers were learned, by group. */
  parameters: Record<string, number>;
  /** Its pictures, `[height, width, channels]`, which it reads and draws as RGB bytes; missing where it has none. */
  picture?: [height: number, width: number, channels: number];
  /** Z; 0 for a model without latents. The features of a world model that has some begin with them. */
  latentSize: number;
  /** What {@link Lab.ask} can be asked for. */
  abilities: Ability[];
  /** Where it has an agent that acts in reality, see {@link Lab.drive} and {@link Lab.startAgent}. */
  driver?: DriverCard;
  /** Present for world models: what {@link Lab.follow} and dreams need. */
  world?: WorldCard;
}

/** What acts in reality. */
export interface DriverCard {
  /** Id of the environment. */
  environment: string;
  /** Simulator steps that a decision is held for. */
  frameSkip: number;
  /** What it may be asked for, such as a return; missing where that is nothing. */
  acting?: Readonly<Record<string, FieldDescription>>;
}

/** A world model and its controller. */
export interface WorldCard {
  /** Id of the environment that it learned. */
  environment: string;
  /** Simulator steps that a decision is held for. */
  frameSkip: number;
  /** Numbers in an action of the environment. */
  actionSize: number;
  /** Real decisions that a dream needs before it begins; 0 where the first frame is enough. */
  context: number;
  /** Whether it has densities of the latents to come: {@link Followed.weights}. */
  expects: boolean;
  /** Whether its pictures come about in turns: {@link Explained.moments}. */
  moments: boolean;
  /** Rows and columns of the parts of a frame that its attention tells apart: {@link Explained.attention}; missing without. */
  attention?: readonly [rows: number, columns: number];
  /** The kind of controller: `actor-critic`, `ppo` or `cma-es`. */
  controller: string;
  /** Whether its controller also estimates returns. */
  hasValue: boolean;
  /** Decisions of a whole dream as it was trained. */
  decisions: number;
  /** Temperature of its training. */
  temperature: number;
}

/** Steps of an episode at the agent's pace, one after the other, N: what {@link Lab.follow} reads. */
export interface FollowRequest {
  /** Where the world model stood before them, `[1, ...]`; without it, the first of them begins its episode. */
  from?: LabState;
  /** What was seen, `[N, H, W, 3]`. */
  frames: Uint8Array;
  /** The environment's actions that led there, `[N, A]`; any finite numbers where a step begins its episode. */
  actions: Float32Array;
  /** What those earned, `[N]`: sums over the simulator's steps of a decision; any finite numbers likewise. */
  rewards: Float32Array;
  /** Whether nothing but {@link Followed.to} is wanted: all else is then empty. @default false */
  onlyTo?: boolean;
}

/** The world model beside real steps; row n belongs to what was known once frame n was seen, where nothing else is said. */
export interface Followed {
  /** Where it stands after the last of them, `[1, ...]`: where a dream may start. */
  to: LabState;
  /** The pictures of where it stood: what it makes of the frames, `[N, H, W, 3]`. */
  pictures: Uint8Array;
  /** What a policy sees of it, `[N, F]`. */
  features: Float32Array;
  /** Returns that the critic expects, `[N]`; empty without a critic. */
  values: Float32Array;
  /** What the controller itself would do now, the environment's, `[N, A]`. */
  policy: Float32Array;
  /** The reward that was expected of the action that led there, before its frame was seen, `[N]`. */
  rewards: Float32Array;
  /** The probability, likewise, that the episode ends with that action, `[N]`. */
  done: Float32Array;
  /**
   * What was expected, likewise, of the latents: weights of mixtures of K Gaussians over each of them, `[N, Z, K]`; empty
   * where {@link WorldCard.expects} says no.
   */
  weights: Float32Array;
  /** Means of the Gaussians, of the latents themselves (not of their change), `[N, Z, K]`. */
  means: Float32Array;
  /** Standard deviations, `[N, Z, K]`. */
  deviations: Float32Array;
}

/** A world model's state, rows of each of its arrays by name; the model alone knows what they mean. */
export type LabState = Record<string, Float32Array>;

/** Some steps of S dreams side by side. */
export interface DreamRequest {
  /** Where they start, `[S, ...]`. */
  from: LabState;
  /** The decision that they start at, counted from the dream's beginning: a dream asked for in parts equals the whole. */
  decision: number;
  /** Decisions to dream now. */
  count: number;
  /** Sharpness: 0 without noise, 1 as learned. */
  temperature: number;
  /** A seed for each dream, `[S]`. */
  seeds: number[];
  /** The environment's actions for the decisions asked for, `[count, A]`, the same for all; without them the controller acts. */
  actions?: Float32Array;
}

/** What was dreamt; row-major. */
export interface Dreamt {
  /** Frames after each decision, `[S, count, H, W, 3]`. */
  frames: Uint8Array;
  /** What a policy sees of the dreams after each decision, `[S, count, F]`. */
  features: Float32Array;
  /** `[S, count]`. */
  rewards: Float32Array;
  /** Probability that the episode ends with the decision, `[S, count]`. */
  done: Float32Array;
  /** The environment's actions, `[S, count, A]`. */
  actions: Float32Array;
  /** Where the dreams stand now, `[S, ...]`. */
  to: LabState;
  /** How long it took, pictures included. */
  milliseconds: number;
}

/** How the last of some decisions of a dream came about. */
export interface Explained {
  /** Its picture in the making, `[M, H, W, 3]`, the finished one at last; empty where {@link WorldCard.moments} says no. */
  moments: Uint8Array;
  /** The finished picture as it was made out in each moment but the last, `[M - 1, H, W, 3]`; empty likewise. */
  foreseen: Uint8Array;
  /** What was looked at, see `AttentionToPast`: its `shape` is `[L, H, W, P]`. Missing in worlds without attention. */
  attention?: { values: Float32Array; shape: readonly [number, number, number, number] };
}

/** What an agent is shown. */
export interface Shown {
  /** What agents see of the environment at a decision, see `agentSight`: a frame `[H, W, 3]`, or numbers. */
  observation: Uint8Array | Float32Array;
  /** What was earned since the last decision; 0 with an episode's first. */
  reward: number;
  /** The environment's action that somebody else took at the last decision, `[A]`; without it the agent's own counts. */
  taken?: Float32Array;
  /** Whether the picture is wanted that its world model makes of what it sees. @default false */
  draw?: boolean;
}

/** What an agent decides. */
export interface Decision {
  /** The environment's action, `[A]`. */
  action: Float32Array;
  /** The return that the critic expects, where there is one. */
  value?: number;
  /** The parts of what it sees that it went by, where it chooses some. */
  attended?: readonly PicturePart[];
  /** What its world model makes of what it sees, `[H, W, 3]`; there where it was wanted and there is such a model. */
  picture?: Uint8Array;
}

/**
 * What computes tensors for the page: in a worker of the page (WebGPU, else WASM) or behind the server (native
 * TensorFlow); the page holds one or the other and cannot tell them apart. Arrays are row-major.
 *
 * All methods reject with an Error of one sentence; RangeError and TypeError for what the caller got wrong.
 */
export interface Lab {
  /** Starts computing, once. */
  backend(): Promise<LabBackend>;
  /** Reads a model; the caller closes it. */
  open(run: RunFiles): Promise<ModelCard>;
  /** Frees a model. */
  close(model: number): Promise<void>;
  /**
   * Asks for one of a model's {@link ModelCard.abilities}. Pieces of channels come as they are made, none before it is
   * asked for; who leaves early ends the work.
   */
  ask(model: number, ability: string, inputs: InputValues): AsyncIterable<Channel>;
  /** Runs the world model along steps of an episode. */
  follow(model: number, request: FollowRequest): Promise<Followed>;
  /** Dreams on. */
  dream(model: number, request: DreamRequest): Promise<Dreamt>;
  /** Dreams on, one dream, and tells how the last of the decisions came about. */
  explain(model: number, request: DreamRequest): Promise<Explained>;
  /**
   * Lets the model's agent drive a real episode; returns the recording.
   *
   * @param options.acting What it is asked for, of {@link DriverCard.acting}. @default their defaults
   */
  drive(model: number, options: { seed: number; acting?: Config }): Promise<Uint8Array>;
  /**
   * Wakes the model's agent for one drive, beside which others may act; returns what to call it by.
   *
   * @param acting As for {@link Lab.drive}.
   */
  startAgent(model: number, acting?: Config): Promise<number>;
  /** Lets it see and decide. */
  decide(agent: number, shown: Shown): Promise<Decision>;
  /** Frees it. */
  stopAgent(agent: number): Promise<void>;
}

/** The methods of a {@link Lab}: those and no others can be called from afar. */
export const LAB_METHODS = [
  "backend",
  "open",
  "close",
  "ask",
  "follow",
  "dream",
  "explain",
  "drive",
  "startAgent",
  "decide",
  "stopAgent",
] as const satisfies readonly (keyof Lab)[];

/** Those of {@link LAB_METHODS} whose results come piece by piece. */
export const LAB_STREAMS = ["ask"] as const satisfies readonly (keyof Lab)[];

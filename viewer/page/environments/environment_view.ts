import type { ReadonlySignal } from "@preact/signals";
import type { ComponentChildren, ComponentType } from "preact";
import type { Env, Info, Observation } from "../../../envs/env.ts";
import type { Hands } from "../../../envs/env_spec.ts";
import type { Episode } from "../episodes/episode.ts";

/** What the page knows of some environments beside what every one tells of itself (`EnvSpec`). All of it may be missing. */
export interface EnvironmentView {
  /** Whether it is for an environment. @param id See `make`. */
  fits(id: string): boolean;
  /** The simulator's steps that an episode opens on and that its dream starts from: where something is to be seen. */
  firstLook?: { look: number; dream: number };
  /** The piece of an episode that is worth to be seen first. */
  highlight?(episode: EpisodeStates): Highlight | undefined;
  /** What the welcome says of an example. */
  welcome?: { title: string; seen: string };
  /** What can make it easier to act by hand. */
  assistance?: Assistance;
  /** What a recording of it can be drawn as, in words. */
  scene?: SceneAccess;
}

/** An episode as far as its states tell of it. */
export type EpisodeStates = Pick<Episode, "header" | "states" | "steps" | "rewards">;

/** A piece of an episode to show in a loop, steps. */
export interface Highlight {
  /** Where it begins. */
  from: number;
  /** Where its dream begins. */
  dream: number;
  /** Its last step. */
  to: number;
}

/** What makes it easier to act by hand. */
export interface Assistance {
  /** What it does, in a sentence or two. */
  help: string;
  /** The hands as they are to be understood. @param env Missing in a dream. */
  apply(hands: Hands, env?: Env<Observation>): Hands;
}

/** Episodes and drives as people like to see them, drawn from states. */
export interface SceneAccess {
  /** Whether an episode can be drawn. */
  has(episode: Pick<Episode, "header" | "states">): boolean;
  /** An episode's states, where it can be drawn beside a drive from the same seed. */
  ghost?(episode: Episode, seed: number): StateTape | undefined;
  /** Loads what draws. */
  load(): Promise<EnvironmentScene>;
}

/** States in order, a simulator step apart; a drive that goes on adds to them. */
export interface StateTape {
  /** `[capacity, stateSize]`, the first `count` rows filled. */
  readonly states: Float64Array;
  /** How many states there are. */
  readonly count: number;
}

/** A drive in reality, as far as scenes read it. */
export interface DrivenEnvironment {
  /** The environment, without wrappers. */
  readonly env: Env<Observation>;
  readonly seed: number;
  readonly tape: StateTape;
  readonly steps: number;
  /** Sum of the rewards. */
  readonly total: number;
  /** What the environment said last, at the start or after a step. */
  readonly info: Info;
}

/** What draws scenes. */
export interface EnvironmentScene {
  /** The chosen episode, at the playhead. */
  Episode: ComponentType;
  /** More gauges, of the chosen episode. */
  EpisodeGauges: ComponentType;
  /** A drive as it goes on. */
  Drive: ComponentType<DriveSceneProps>;
  /** More gauges, of a drive. */
  DriveGauges: ComponentType<DriveProps>;
  /** How far a drive has come, beside its time. */
  DriveProgress: ComponentType<DriveProps>;
  /** How a drive ended; undefined for the usual words. */
  ending(drive: DrivenEnvironment): string | undefined;
  /** More numbers of a drive that ended. */
  facts(drive: DrivenEnvironment): readonly (readonly [name: string, value: string])[];
}

/** What is told of a drive as it goes on. */
export interface DriveProps {
  drive: DrivenEnvironment;
  /** Changes with each frame of the screen on which it goes on. */
  tick: ReadonlySignal<number>;
}

/** What a drive is drawn by. */
export interface DriveSceneProps extends DriveProps {
  /** The step to draw, with a fraction. */
  position(): number;
  /** Whether a person acts now. */
  human(): boolean;
  /** An episode that is drawn beside it. */
  ghost?: StateTape;
  /** What lies over it. */
  children?: ComponentChildren;
}

import type { RandomStream } from "../core/random_stream.ts";
import type { ControlOptions, Controls } from "./controls.ts";
import type { Env, Info, Observation } from "./env.ts";
import type { WrapperRecipe } from "./wrappers/wrap.ts";

/** Options of an environment: plain values, so that recordings and workers can carry them. */
export type EnvOptions = Readonly<Record<string, unknown>>;

/** One number of an action, for people. */
export interface ActionPart {
  /** What it does: a column's name in tables. */
  name: string;
  /** What to call it: a chart's title. */
  title: string;
  /** What its values mean. */
  meaning: string;
  /** The values that it takes. */
  range?: readonly [number, number];
  /** What it is drawn together with: a chart's title that several have. @default its own title */
  group?: string;
}

/** What a person's hands do: with arrow keys, a stick, or fingers. */
export interface Hands {
  /** -1 left .. 1 right. */
  across: number;
  /** 0 .. 1. */
  up: number;
  /** 0 .. 1. */
  down: number;
}

/** How a person acts in an environment, under its default options. */
export interface Play {
  /** What the hands do, in a word each: "steer"; without one a hand does nothing. */
  does: Readonly<Partial<Record<keyof Hands, string>>>;
  /** Whether what a held key does grows bit by bit, as a foot on a pedal would. @default false, all at once */
  gradual?: boolean;
  /** The action. @param before The last one, of an episode that has begun. */
  action(hands: Hands, before?: ArrayLike<number>): ArrayLike<number>;
}

/** Gives an episode's next action. */
export type NextAction = () => ArrayLike<number>;

/** What is bad in an environment beside a low reward: what agents are to avoid. */
export interface Cost {
  /** What happens where it is 1, in words that follow a share: "off the road". */
  name: string;
  /** The cost of a step by its info, 0 to 1. */
  of(info: Info): number;
}

/** What is known of an environment before one is made: what `register` is told. Only `create` and `options` are required. */
export interface EnvSpec {
  /** Builds one; it gets those of its options that the caller gave, by known names only. */
  create(options: EnvOptions): Env<Observation>;
  /** Its options: name to one line of explanation. */
  options: Readonly<Record<string, string>>;
  /** Steps after which `make` truncates an episode; without one there is no limit. */
  maxEpisodeSteps?: number;
  /** Steps that make a second in real time. @default 50 */
  stepsPerSecond?: number;
  /** What a return counts: rewards, or the steps that an agent survives. @default "reward" */
  aim?: "reward" | "survival";
  /** A mean return over 100 episodes from which on the task counts as solved; without one nobody set it. */
  rewardThreshold?: number;
  /** The numbers of an action, in order, under the options that were given. @default numbered */
  actions?(options: EnvOptions): readonly ActionPart[];
  /** How a person acts in it. @default nobody can */
  play?: Play;
  /** What agents decide. @default the numbers of its action, each in [-1, 1], see `boxControls` */
  controls?(options: ControlOptions): Controls;
  /** The picture that agents see, as wrappers around its observation. @default the whole picture, see `AgentView` */
  view?: readonly WrapperRecipe[];
  /** What agents are to avoid. @default nothing */
  cost?: Cost;
  /**
   * Its own scripted player, for one episode; nothing where it cannot take the actions of this environment.
   *
   * @param env What `create` made.
   */
  scripted?(env: Env<Observation>, random: RandomStream): NextAction | undefined;
}

/** Steps a second of an environment that does not say. */
export const STEPS_PER_SECOND = 50;

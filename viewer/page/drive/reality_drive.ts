import { RandomStream } from "../../../core/random_stream.ts";
import { agentSight, isColourPicture } from "../../../envs/agent_view.ts";
import type { Env, Info, Observation, Picture, Transition } from "../../../envs/env.ts";
import type { NextAction } from "../../../envs/env_spec.ts";
import { RecordingEncoder } from "../../../envs/recordings/encoder.ts";
import "../../../envs/register_all.ts";
import { type EnvOptions, envSpec, make } from "../../../envs/registry.ts";
import { spaceSize } from "../../../envs/spaces.ts";
import { isRedrawable, Wrapper } from "../../../envs/wrappers/wrapper.ts";
import type { DrivenEnvironment, StateTape } from "../environments/environment_view.ts";
import { stepRate } from "../state/step_rate.ts";
import { collectBytes } from "./collect_bytes.ts";
import { DriverLog } from "./driver_log.ts";

/** Seconds after which a drive is cut in an environment without a limit. */
const ENDLESS = 60;

/** What is driven in reality. */
export interface RealityDriveOptions {
  /** Its id, as `make` knows it. */
  environment: string;
  /** The episode's. */
  seed: number;
  /** Steps after which it is cut. @default the environment's own limit */
  maxSteps?: number;
}

/** The steps after which an environment's episodes are cut. */
export function usualSteps(environment: string): number {
  const { maxEpisodeSteps = Infinity } = envSpec(environment);
  return maxEpisodeSteps < Infinity ? maxEpisodeSteps : ENDLESS * stepRate(environment);
}

/** A drive in reality: the environment itself, and all that happened in it. */
export class RealityDrive implements DrivenEnvironment {
  /** What is driven. */
  readonly environment: string;
  /** The episode's. */
  readonly seed: number;
  /** Steps after which it is cut. */
  readonly maxSteps: number;
  /** The environment, without wrappers. */
  readonly env: Env<Observation>;
  /** `[maxSteps + 1, stateSize]` states, those so far filled; of size 0 where the environment saves none. */
  readonly tape: StateTape & { count: number };
  /** Who drove. */
  readonly drivers: DriverLog = new DriverLog();
  /** Numbers in an action, A. */
  readonly actionSize: number;
  /** `[maxSteps, A]`. */
  readonly actions: Float32Array;
  /** `[maxSteps]`. */
  readonly rewards: Float64Array;
  /** Sum of the rewards. */
  total = 0;
  /** What the environment said last. */
  info: Info;
  /** What the last step said. */
  last: Transition | undefined;
  readonly #env: Env<Observation>;
  /** The same as agents see it. */
  readonly #sight: Env<Observation>;
  readonly #options: EnvOptions;
  readonly #stateSize: number;
  /** What was observed, where the environment saves no states. */
  readonly #observed: Observation[] = [];

  /** Starts an episode. */
  constructor({ environment, seed, maxSteps = usualSteps(environment) }: RealityDriveOptions) {
    this.environment = environment;
    this.seed = seed;
    this.maxSteps = maxSteps;
    this.#options = maxSteps === envSpec(environment).maxEpisodeSteps ? {} : { maxEpisodeSteps: maxSteps };
    this.#env = make<Observation>(environment, this.#options);
    this.env = innermost(this.#env);
    this.#sight = agentSight(this.#env);
    this.info = this.#env.reset({ seed }).info;
    this.#stateSize = isRedrawable(this.#env) ? this.#env.stateSize : 0;
    this.tape = { states: new Float64Array((maxSteps + 1) * this.#stateSize), count: 0 };
    this.actionSize = spaceSize(this.#env.actionSpace);
    this.actions = new Float32Array(maxSteps * this.actionSize);
    this.rewards = new Float64Array(maxSteps);
    this.#save();
  }

  /** Steps so far. */
  get steps(): number {
    return this.tape.count - 1;
  }

  /** Whether it has ended. */
  get over(): boolean {
    return this.last !== undefined && (this.last.terminated || this.last.truncated);
  }

  /** What is done now, `[A]`; undefined before the first step. */
  get action(): Float32Array | undefined {
    const { steps, actionSize: size } = this;
    return steps > 0 ? this.actions.subarray((steps - 1) * size, steps * size) : undefined;
  }

  /** The environment's scripted driver from here on, where it has one. */
  scripted(): NextAction | undefined {
    const random = new RandomStream(this.seed).fork("scripted").fork(this.steps);
    return envSpec(this.environment).scripted?.(this.env, random);
  }

  /** One step. @param action `[A]`, as a recording keeps it. */
  step(action: Float32Array, driver: string): void {
    const at = this.steps;
    const transition = this.#env.advance(action);
    this.drivers.add(at, driver);
    this.actions.set(action, at * this.actionSize);
    this.rewards[at] = transition.reward;
    this.total += transition.reward;
    this.info = transition.info;
    this.last = transition;
    this.#save();
  }

  /** What was earned from a step on. */
  earned(from: number): number {
    return this.rewards.subarray(from, this.steps).reduce((sum, reward) => sum + reward, 0);
  }

  /** What agents see now, new: see `agentSight`. */
  agentObservation(): Observation {
    return this.#sight.observe();
  }

  /** Height and width of what agents see, where that is pictures. */
  get agentSize(): readonly [height: number, width: number] | undefined {
    const { observationSpace } = this.#sight;
    const [height, width] = observationSpace.shape;
    return isColourPicture(observationSpace) ? [height, width] : undefined;
  }

  /** It now as a picture for people. */
  picture(): Picture {
    return this.env.render();
  }

  /** The drive so far as a recording. */
  record(): Uint8Array {
    const { steps, actionSize } = this;
    const redrawn = this.#stateSize > 0;
    const [first] = this.#observed;
    return collectBytes((sink) => {
      const encoder = new RecordingEncoder({
        env: this.environment,
        options: this.#options,
        seed: this.seed,
        resetOptions: {},
        content: redrawn ? "states" : first instanceof Uint8Array ? "frames" : "vectors",
        stateSize: this.#stateSize,
        actionSize,
        observationShape: this.#env.observationSpace.shape,
        metadata: this.drivers.metadata(),
        first: this.#recorded(0),
      }, sink);
      for (let i = 0; i < steps; i++) {
        const ends = i === steps - 1 && this.last;
        encoder.add(this.actions.subarray(i * actionSize, (i + 1) * actionSize), {
          reward: this.rewards[i],
          terminated: ends ? ends.terminated : false,
          truncated: ends ? ends.truncated : false,
          info: {},
        }, this.#recorded(i + 1));
      }
      encoder.end(this.last?.info);
    });
  }

  /** Frees the simulator; what happened stays. */
  close(): void {
    this.#env.close();
  }

  #recorded(i: number): Float64Array | Observation {
    const size = this.#stateSize;
    return size > 0 ? this.tape.states.subarray(i * size, (i + 1) * size) : this.#observed[i];
  }

  #save(): void {
    const at = this.tape.count++, size = this.#stateSize;
    const { env } = this;
    if (size > 0 && isRedrawable(env)) env.saveState(this.tape.states.subarray(at * size, (at + 1) * size));
    else this.#observed.push(env.observe());
  }
}

function innermost(env: Env<Observation>): Env<Observation> {
  return env instanceof Wrapper ? innermost(env.env) : env;
}

import { CarRacing, type CarRacingInfo } from "../../../envs/car_racing/car_racing.ts";
import "../../../envs/register_all.ts";
import { STATE_SIZE } from "../../../envs/car_racing/saved_state.ts";
import type { CarRacingView } from "../../../envs/car_racing/state.ts";
import type { Env, Transition } from "../../../envs/env.ts";
import { RecordingEncoder } from "../../../envs/recordings/encoder.ts";
import { type EnvOptions, make } from "../../../envs/registry.ts";
import { AGENT_SIDE, cropAndResize } from "../../../envs/wrappers/crop_resize.ts";
import { Wrapper } from "../../../envs/wrappers/wrapper.ts";
import type { SceneWorld } from "../scene/scene_stage.ts";
import type { StateTape } from "../scene/state_tape.ts";
import { collectBytes } from "./collect_bytes.ts";
import { DriverLog } from "./driver_log.ts";

/** The environment that is driven. */
export const DRIVEN_ENV = "CarRacing-v3";
/** Height and width of what agents see of it. */
export const DRIVEN_SIZE = [AGENT_SIDE, AGENT_SIDE] as const;
/** Its limit of steps, which needs no option. */
const USUAL_STEPS = 1000;

/** A drive on a real track: the environment itself, and all that happened in it. */
export class RealityDrive {
  /** The track. */
  readonly seed: number;
  /** Steps after which it is cut. */
  readonly maxSteps: number;
  /** What happened: `[maxSteps + 1, STATE_SIZE]` states, those so far filled. */
  readonly tape: StateTape & { count: number };
  /** For the scene. */
  readonly world: SceneWorld;
  /** Who drove. */
  readonly drivers: DriverLog = new DriverLog();
  /** `[maxSteps, 3]`. */
  readonly actions: Float32Array;
  /** `[maxSteps]`. */
  readonly rewards: Float64Array;
  /** Sum of the rewards. */
  total = 0;
  /** What the last step said. */
  last: Transition | undefined;
  /** Tiles collected, see {@link CarRacingInfo}. */
  tilesVisited: number;
  readonly #env: Env;
  readonly #inside: CarRacing;
  readonly #options: EnvOptions;
  readonly #frame: Uint8Array;

  /** Places the car on the track of a seed. */
  constructor(seed: number, maxSteps: number) {
    this.seed = seed;
    this.maxSteps = maxSteps;
    this.#options = maxSteps === USUAL_STEPS ? {} : { maxEpisodeSteps: maxSteps };
    this.#env = make(DRIVEN_ENV, this.#options);
    this.#inside = innermost(this.#env);
    const { observation, info } = this.#env.reset({ seed });
    this.#frame = observation;
    this.tilesVisited = (info as CarRacingInfo).tilesVisited;
    this.world = { track: this.#inside.track, colors: this.#inside.view.colors };
    this.tape = { states: new Float64Array((maxSteps + 1) * STATE_SIZE), count: 0 };
    this.actions = new Float32Array(maxSteps * 3);
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

  /** What the simulator knows now, for drivers that see everything. */
  get view(): CarRacingView {
    return this.#inside.view;
  }

  /** One step. @param action `[3]`, as a recording keeps it. */
  step(action: Float32Array, driver: string): void {
    const at = this.steps;
    const transition = this.#env.advance(action);
    this.drivers.add(at, driver);
    this.actions.set(action, at * 3);
    this.rewards[at] = transition.reward;
    this.total += transition.reward;
    this.tilesVisited = (transition.info as CarRacingInfo).tilesVisited;
    this.last = transition;
    this.#save();
  }

  /** What was earned from a step on. */
  earned(from: number): number {
    return this.rewards.subarray(from, this.steps).reduce((sum, reward) => sum + reward, 0);
  }

  /** What an agent sees now, `[H, W, 3]` of {@link DRIVEN_SIZE}, new. */
  agentFrame(): Uint8Array {
    return cropAndResize(this.#env.observe(this.#frame));
  }

  /** The drive so far as a recording. */
  record(): Uint8Array {
    const { tape, steps } = this;
    const state = (i: number) => tape.states.subarray(i * STATE_SIZE, (i + 1) * STATE_SIZE);
    return collectBytes((sink) => {
      const encoder = new RecordingEncoder({
        env: DRIVEN_ENV,
        options: this.#options,
        seed: this.seed,
        resetOptions: {},
        content: "states",
        stateSize: STATE_SIZE,
        actionSize: 3,
        observationShape: this.#env.observationSpace.shape,
        metadata: this.drivers.metadata(),
        first: state(0),
      }, sink);
      for (let i = 0; i < steps; i++) {
        const ends = i === steps - 1 && this.last;
        encoder.add(this.actions.subarray(i * 3, i * 3 + 3), {
          reward: this.rewards[i],
          terminated: ends ? ends.terminated : false,
          truncated: ends ? ends.truncated : false,
          info: {},
        }, state(i + 1));
      }
      encoder.end(this.last?.info);
    });
  }

  /** Frees the simulator; what happened stays. */
  close(): void {
    this.#env.close();
  }

  #save(): void {
    const at = this.tape.count++;
    this.#inside.saveState(this.tape.states.subarray(at * STATE_SIZE, (at + 1) * STATE_SIZE));
  }
}

function innermost(env: Env): CarRacing {
  if (env instanceof Wrapper) return innermost(env.env);
  if (env instanceof CarRacing) return env;
  throw new TypeError(`Cannot drive ${env.id}: expected a CarRacing environment, got another one`);
}

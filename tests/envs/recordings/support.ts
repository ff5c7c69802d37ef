import { RandomStream, type RandomStreamState } from "../../../core/random_stream.ts";
import {
  Box,
  type ByteSource,
  type Env,
  type EnvState,
  make,
  type Observation,
  type Picture,
  RecordInMemory,
  register,
  type ResetOptions,
  type ResetResult,
  type StepResult,
  type Transition,
  Wrapper,
} from "../../../envs/mod.ts";
import "../../support/counter_env.ts";

/** A walk of two numbers that its own generator shakes: what comes next cannot be told from what is seen. */
export class DriftEnv implements Env<Float32Array> {
  /** Calls of `advance` of all of them. */
  static advances = 0;
  readonly id = "Drift-v0";
  readonly observationSpace = new Box(-1e3, 1e3, { shape: [2] });
  readonly actionSpace = new Box([-1], [1]);
  #random = new RandomStream(0);
  #place = new Float32Array(2);

  reset({ seed = 0 }: ResetOptions = {}): ResetResult<Float32Array> {
    this.#random = new RandomStream(seed);
    this.#place = Float32Array.of(this.#random.uniform(), -0);
    return { observation: this.observe(), info: {} };
  }

  advance(action: ArrayLike<number>): Transition {
    DriftEnv.advances++;
    this.#place[0] += action[0] + this.#random.uniform(-1, 1);
    this.#place[1] *= -1.01;
    return { reward: this.#place[0] ** 2, terminated: false, truncated: false, info: {} };
  }

  step(action: ArrayLike<number>): StepResult<Float32Array> {
    const transition = this.advance(action);
    return { observation: this.observe(), ...transition };
  }

  observe(target: Float32Array = new Float32Array(2)): Float32Array {
    target.set(this.#place);
    return target;
  }

  render(): Picture {
    return { width: 1, height: 1, data: new Uint8Array(3) };
  }

  getState(): EnvState {
    return { random: this.#random.state(), place: this.#place.slice() };
  }

  setState(state: EnvState): void {
    this.#random = RandomStream.fromState(state.random as RandomStreamState);
    this.#place = (state.place as Float32Array).slice();
  }

  close(): void {}
}

register("Drift-v0", { create: () => new DriftEnv(), options: {}, maxEpisodeSteps: 60 });

/** The kinds of content that a recording may have. */
export const CONTENTS = ["states", "frames", "vectors"] as const;

/** An environment that is recorded with this content. */
export function envOf(content: typeof CONTENTS[number]): Env<Observation> {
  if (content === "vectors") return make<Float32Array>("Drift-v0") as Env<Observation>;
  const counter = make("Counter-v0", { limit: 100, size: 4 });
  return (content === "states" ? counter : new Wrapper(counter)) as Env<Observation>;
}

/** What {@link recordEpisode} saw. */
export interface Seen {
  bytes: Uint8Array<ArrayBuffer>;
  observations: Observation[];
  rewards: number[];
  actions: number[];
}

/** Records one episode of random actions to its end. */
export function recordEpisode(
  content: typeof CONTENTS[number],
  { seed = 5, keyStateEvery = 0, steps = Infinity }: {
    seed?: number;
    keyStateEvery?: number;
    steps?: number;
  } = {},
): Seen {
  const env = new RecordInMemory<Observation>(envOf(content), {
    keyStateEvery,
    metadata: { driver: "test" },
  });
  const random = new RandomStream(seed);
  const observations = [env.reset({ seed }).observation];
  const rewards: number[] = [], actions: number[] = [];
  for (let over = false; !over && rewards.length < steps;) {
    const action = env.actionSpace.sample(random);
    const { observation, reward, terminated, truncated } = env.step(action);
    observations.push(observation);
    rewards.push(reward);
    actions.push(...action);
    over = terminated || truncated;
  }
  env.finish();
  return { bytes: env.bytes(), observations, rewards, actions };
}

/** Bytes in memory that count how many of them are read. */
export class CountedBytes implements ByteSource {
  count = 0;
  closed = 0;

  constructor(readonly bytes: Uint8Array) {}

  get length(): number {
    return this.bytes.length;
  }

  read(from: number, to: number): Uint8Array {
    if (!(0 <= from && from <= to && to <= this.length)) throw new RangeError(`Bytes ${from} to ${to}`);
    this.count += to - from;
    return this.bytes.subarray(from, to);
  }

  close(): void {
    this.closed++;
  }
}

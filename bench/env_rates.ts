import process from "node:process";
import { RandomStream } from "../core/mod.ts";
import {
  type Env,
  envSpec,
  make,
  type Observation,
  registeredIds,
  type Space,
  spaceSize,
  SyncVectorEnv,
  type VectorEnv,
  WorkerVectorEnv,
} from "../envs/mod.ts";

/** Steps between two looks at the clock. */
const BLOCK = 200;
/** Seconds that a vector runs before it is measured: each worker compiles for itself, on the cores that it computes on. */
const WARM_UP = 4;
/** Actions that are drawn beforehand, and then taken in turn. */
const PROGRAM = 1000;

/** The environments of a list like `CartPole-v1,Acrobot-v1`, or all. @throws RangeError for one that does not exist. */
export function environmentIds(list?: string): string[] {
  const ids = list?.split(",") ?? registeredIds();
  for (const id of ids) envSpec(id);
  return ids;
}

/** Milliseconds of processor time so far: on a busy machine, waiting for a core is nobody's cost. */
export function processorTime(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** Steps a second on one core, resets included: without a picture and with one for each step. */
export interface CoreRates {
  bare: number;
  pixels: number;
}

/**
 * Random steps on one core, in processor time. The picture is the observation, or where that is a vector, `render()`.
 *
 * @param seconds How long to measure each of the two.
 */
export function measureCore(id: string, seconds: number): CoreRates {
  const env = make<Observation>(id);
  const actions = program(env.actionSpace, 1);
  const draw = drawing(env);
  const rate = (perStep: () => void): number => {
    let seed = 1, steps = 0;
    env.reset({ seed });
    const run = () => {
      for (let i = 0; i < BLOCK; i++, steps++) {
        const { terminated, truncated } = env.advance(actions[steps % PROGRAM]);
        perStep();
        if (terminated || truncated) env.reset({ seed: ++seed });
      }
    };
    run();
    steps = 0;
    const start = processorTime();
    while (processorTime() - start < 1000 * seconds) run();
    return 1000 * steps / (processorTime() - start);
  };
  const rates = { bare: rate(() => {}), pixels: rate(draw) };
  env.close();
  return rates;
}

/** A vector to be measured. */
export interface MeasuredVector {
  /** How many environments step together. */
  count: number;
  /** 0 for this thread. */
  workers: number;
  /** How long to measure. */
  seconds: number;
}

/** Steps a second of several environments with their observations, by the clock on the wall. */
export async function measureVector(
  id: string,
  { count, workers, seconds }: MeasuredVector,
): Promise<number> {
  const vector = makeVector(id, count, workers);
  const actions = program(vector.actionSpace, count);
  await vector.reset({ seeds: Array.from({ length: count }, (_, i) => i + 1) });
  let steps = 0;
  const rateOver = async (seconds: number) => {
    const [start, first] = [performance.now(), steps];
    while (performance.now() - start < 1000 * seconds) await vector.step(actions[steps++ % PROGRAM]);
    return 1000 * (steps - first) * count / (performance.now() - start);
  };
  await rateOver(WARM_UP);
  const rate = await rateOver(seconds);
  await vector.close();
  return rate;
}

/** One in this thread for 0 workers. */
function makeVector(id: string, count: number, workers: number): VectorEnv<Observation> {
  const autoreset = "nextStep";
  if (workers > 0) return new WorkerVectorEnv<Observation>({ id }, { count, workers, autoreset });
  const envs = Array.from({ length: count }, () => make<Observation>(id));
  return new SyncVectorEnv(envs, { autoreset });
}

/** Random actions, `[PROGRAM][count, A]`. */
function program(space: Space, count: number): Float32Array[] {
  const random = new RandomStream(1);
  return Array.from({ length: PROGRAM }, () => {
    return Float32Array.from(Array.from({ length: count }, () => [...space.sample(random)]).flat());
  });
}

function drawing(env: Env<Observation>): () => void {
  if (env.observationSpace.dtype !== "uint8") return () => env.render();
  const frame = new Uint8Array(spaceSize(env.observationSpace));
  return () => env.observe(frame);
}

import {
  type AutoresetMode,
  type EnvRecipe,
  makeFromRecipe,
  type Observation,
  SyncVectorEnv,
  type VectorEnv,
  WorkerVectorEnv,
} from "../../../../envs/mod.ts";
import { RandomStream } from "../../../../core/random_stream.ts";
// They register the tests' environments; workers import them by themselves.
import "../../../support/counter_env.ts";
import "./dice_env.ts";

/** How a test's vector is made. */
export interface VectorPlan {
  recipe: EnvRecipe;
  count: number;
  autoreset?: AutoresetMode;
  /** 0 for one in this thread. */
  workers: number;
  patience?: number;
}

/** A vector in this thread or over workers. */
export function makeVector<O extends Observation = Uint8Array>(plan: VectorPlan): VectorEnv<O> {
  const { recipe, workers, count, autoreset, patience } = plan;
  if (workers > 0) {
    return new WorkerVectorEnv<O>(recipe, { count, workers, autoreset, patience });
  }
  const envs = Array.from({ length: count }, () => makeFromRecipe<O>(recipe));
  return new SyncVectorEnv<O>(envs, { autoreset });
}

/** Runs a test with a vector that is closed whatever happens. */
export async function withVector<O extends Observation, T>(
  plan: VectorPlan,
  test: (vector: VectorEnv<O>) => Promise<T>,
): Promise<T> {
  const vector = makeVector<O>(plan);
  try {
    return await test(vector);
  } finally {
    await vector.close();
  }
}

/** A copy of what a vector gave, its arrays as hexadecimal bytes: exact, and short where a comparison fails. */
export function copy(result: object): unknown {
  const entries = Object.entries(result).map(([name, value]) => [
    name,
    ArrayBuffer.isView(value) ? hex(value) : structuredClone(value),
  ]);
  return Object.fromEntries(entries);
}

function hex({ buffer, byteOffset, byteLength }: ArrayBufferView): string {
  return new Uint8Array(buffer, byteOffset, byteLength).slice().toHex();
}

/**
 * Steps with seeded noise, restarts some of those that finished and now and then others, and keeps a copy of
 * everything that the vector gave.
 */
export async function drive<O extends Observation>(
  vector: VectorEnv<O>,
  steps: number,
  random: RandomStream,
): Promise<unknown[]> {
  const log: unknown[] = [];
  for (let step = 0; step < steps; step++) {
    const rows = Array.from({ length: vector.count }, () => [...vector.actionSpace.sample(random)]);
    const result = await vector.step(Float32Array.from(rows.flat()));
    log.push(copy(result));
    const { terminated, truncated } = result;
    const indices = [...terminated.keys()].filter((i) =>
      random.uniform() < (terminated[i] || truncated[i] ? 0.5 : 0.02)
    );
    if (indices.length === 0) continue;
    const seeds = indices.map(() => random.integer(0, 1000));
    const { observations, infos } = await vector.reset({ seeds, indices });
    log.push(copy({ observations, infos }));
  }
  return log;
}

/** Resets all with seeds in a row, then {@link drive}s. */
export async function driveFrom<O extends Observation>(
  vector: VectorEnv<O>,
  seed: number,
  steps: number,
): Promise<unknown[]> {
  const seeds = Array.from({ length: vector.count }, (_, i) => seed + i);
  const { observations, infos } = await vector.reset({ seeds });
  const start = copy({ observations, infos });
  return [start, ...await drive(vector, steps, new RandomStream(seed))];
}

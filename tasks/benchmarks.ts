import { Task } from "./cli.ts";
import { type Flags, path, positiveNumber, RUNS_FLAG, text, wholeNumber } from "./flags.ts";

/** One of `deno task bench`'s benchmarks. */
export interface Benchmark<F extends Flags = Flags> {
  /** What it measures. */
  help: string;
  /** Its options. */
  flags: F;
}

const only = (what: string) => text(`${what},${what}`, "measure only these", { unset: "all" });

/** All benchmarks by name; each is a file of `bench/`. */
export const BENCHMARKS = {
  envs: {
    help: "Steps a second of every environment, alone and in vectors, beside Gymnasium's.",
    flags: {
      only: only("ID"),
      seconds: positiveNumber("how long each measurement takes", 3),
      count: wholeNumber("environments that a vector steps together", { minimum: 1, fallback: 16 }),
    },
  },
  baselines: {
    help: "What random and scripted players reach in every environment.",
    flags: { only: only("ID"), seeds: wholeNumber("episodes", { minimum: 1, fallback: 100 }) },
  },
  runtime: { help: "Operations and training steps beside Python's TensorFlow.", flags: {} },
  models: {
    help:
      "Training steps of attention and every model, eager, compiled and in Keras; tokens a second that a GPT writes.",
    flags: { only: only("MODEL") },
  },
  dream: { help: "Steps a second of dreams beside their matrix products alone.", flags: {} },
  worlds: {
    help:
      "How well world models foresee: the newest run of each kind on the same held-out drives, picture by picture, and how " +
      "fast they dream.",
    flags: {
      compare: text("RUN,RUN", "the runs to compare", { unset: "the newest finished one of each kind" }),
      streams: wholeNumber("drives side by side, shared by the runs' drivers", { minimum: 2, fallback: 16 }),
      picture: path("FILE", "where the dreams are drawn, a PNG file", "runs/worlds.png"),
    },
  },
  viewer: {
    help: "How fast the viewer comes up, scrubs and dreams in Chromium.",
    flags: {
      runs: RUNS_FLAG,
      run: text("NAME", "the run to show", { unset: "the newest" }),
      examples: path("DIR", "the folder of examples", "the project's pretrained"),
    },
  },
} satisfies Record<string, Benchmark>;

/** The name of a benchmark. */
export type BenchmarkName = keyof typeof BENCHMARKS;

/** A benchmark as a task of its own. */
export function benchmark<N extends BenchmarkName>(name: N): Task<typeof BENCHMARKS[N]["flags"]> {
  const { help, flags } = BENCHMARKS[name];
  return new Task<typeof BENCHMARKS[N]["flags"]>({
    name: `bench ${name}`,
    help,
    flags,
    examples: [`bench ${name}`],
  });
}

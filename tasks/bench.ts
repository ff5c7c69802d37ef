/**
 * `deno task bench [NAME]`: runs the benchmarks, each in a process of its own so that one does not warm or fill
 * another's memory. `--help` tells the rest.
 *
 * @module
 */
import { fileURLToPath } from "node:url";
import { type BenchmarkName, BENCHMARKS } from "./benchmarks.ts";
import { nearestName } from "../core/mod.ts";
import { type Given, Task } from "./cli.ts";
import type { Flags } from "./flags.ts";
import { UsageError } from "./run_task.ts";

const NAMES = Object.keys(BENCHMARKS) as BenchmarkName[];

/** `deno task bench [NAME]`. */
export const TASK = new Task({
  name: "bench",
  help:
    "Runs one benchmark, or all of them, each compared with a peer or a limit measured in the same run. NAME --help shows " +
    "the options of a benchmark.",
  operand: {
    name: "NAME",
    help: NAMES.map((name) => `${name}: ${BENCHMARKS[name].help}`).join("\n"),
    wanted: "at most one benchmark",
    suggest: () => NAMES,
  },
  flags: {},
  more: (name) => name === undefined ? { flags: {} } : benchmarkOf(name),
  examples: ["bench dream", "bench envs --only CartPole-v1,Pendulum-v1 --seconds 1", "bench"],
});

if (import.meta.main) await TASK.run(main);

async function main({ operands: [only] }: Given<Flags>): Promise<void> {
  const args = Deno.args.filter((argument) => argument !== only);
  for (const name of only === undefined ? NAMES : [only]) {
    const script = fileURLToPath(new URL(`../bench/${name}.ts`, import.meta.url));
    const { code } = await new Deno.Command(Deno.execPath(), { args: ["run", "-A", script, ...args] }).spawn()
      .status;
    if (code !== 0) Deno.exit(code);
  }
}

/** @throws UsageError naming the nearest benchmark. */
function benchmarkOf(name: string): { help: string; flags: Flags } {
  const found = NAMES.find((known) => known === name);
  if (found !== undefined) return BENCHMARKS[found];
  const near = nearestName(name, NAMES);
  throw new UsageError(
    `Cannot run benchmark "${name}": expected one of ${NAMES.join(", ")}${
      near ? `; did you mean "${near}"?` : ""
    }`,
  );
}

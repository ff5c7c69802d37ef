// deno-lint-ignore-file no-console -- a task prints
/**
 * `deno task bench [envs|baselines|runtime|models|dream|viewer]`: runs the benchmarks, each in a process of its own so that one
 * does not warm or fill another's memory.
 *
 * @module
 */
import { fileURLToPath } from "node:url";
import { nearestName } from "../core/mod.ts";

const BENCHMARKS = ["envs", "baselines", "runtime", "models", "dream", "viewer"];

if (import.meta.main) {
  const names = Deno.args.filter((argument) => !argument.startsWith("-"));
  const flags = Deno.args.filter((argument) => argument.startsWith("-"));
  if (flags.includes("--help") || flags.includes("-h")) {
    console.log(
      `deno task bench [${BENCHMARKS.join("|")}] [flags of the benchmark]\nWithout a name: all of them.`,
    );
    Deno.exit(0);
  }
  for (const name of names) {
    if (BENCHMARKS.includes(name)) continue;
    const near = nearestName(name, BENCHMARKS);
    console.error(
      `Cannot run benchmark "${name}": expected one of ${BENCHMARKS.join(", ")}${
        near ? `; did you mean ${near}?` : ""
      }`,
    );
    Deno.exit(2);
  }
  for (const name of names.length > 0 ? names : BENCHMARKS) {
    const script = fileURLToPath(new URL(`../bench/${name}.ts`, import.meta.url));
    const { code } = await new Deno.Command(Deno.execPath(), { args: ["run", "-A", script, ...flags] })
      .spawn().status;
    if (code !== 0) Deno.exit(code);
  }
}

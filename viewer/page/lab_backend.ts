import * as tf from "@tensorflow/tfjs";
import { realAdapter } from "../../generative/runtime/real_adapter.ts";
import type { LabBackend } from "../lab/lab.ts";

/** What a backend was started as. */
type Started = Omit<LabBackend, "place">;

const STARTERS: Record<string, () => Promise<unknown>> = {
  webgpu: startWebGPU,
  wasm: startWasm,
  cpu: startPlain,
};

/** Why the backend no longer computes, once it does not. */
let failure: string | undefined;

/**
 * Starts the fastest of WebGPU, WASM and plain JavaScript that works in this worker.
 *
 * @param wanted `webgpu`, `wasm` or `cpu`; WebGPU then also counts where the processor emulates it.
 * @throws RangeError for another name, Error when the one that is wanted does not start.
 */
export async function startBrowserBackend(wanted?: string): Promise<Started> {
  tf.enableProdMode(); // tfjs would print advice otherwise
  if (wanted !== undefined) {
    if (!Object.hasOwn(STARTERS, wanted)) {
      const known = Object.keys(STARTERS).join(", ");
      throw new RangeError(`Cannot compute by "${wanted}": expected one of ${known}`);
    }
    await STARTERS[wanted]();
    const warning = wanted === "webgpu"
      ? await realAdapter().then(() => "", ({ message }) => `; ${message}`)
      : "";
    return { name: wanted, reason: `selected by the user${warning}` };
  }
  const missing: string[] = [];
  try {
    const device = await realAdapter();
    await startWebGPU();
    return { name: "webgpu", reason: `the graphics card is the fastest${device && ` (${device})`}` };
  } catch (error) {
    missing.push((error as Error).message);
  }
  try {
    await startWasm();
    return { name: "wasm", reason: `${missing.join("; ")}; WebAssembly is the next best` };
  } catch (error) {
    missing.push(`WebAssembly failed to start (${(error as Error).message})`);
  }
  await startPlain();
  return { name: "cpu", reason: `${missing.join("; ")}; plain JavaScript is slow` };
}

/** What went wrong, in a sentence that says what to do where the backend itself is at fault. */
export function explainFailure(error: unknown): Error {
  if (failure !== undefined) return new Error(failure);
  const kernel = /^Kernel '(\w+)' not registered for backend '(\w+)'/.exec((error as Error).message);
  if (!kernel) return error as Error;
  return new Error(`Cannot compute ${kernel[1]} by ${kernel[2]}: let the server compute instead`);
}

async function startWebGPU(): Promise<void> {
  await import("@tensorflow/tfjs-backend-webgpu");
  await use("webgpu");
  const { device } = tf.backend() as unknown as { device: GPUDevice };
  device.lost.then(({ message }) => {
    const why = message.trim().replace(/\.$/, "") || "the device was lost";
    failure = `Cannot compute by WebGPU any longer (${why}): reload the page, or let the server compute`;
  });
}

async function startWasm(): Promise<void> {
  const { setWasmPaths } = await import("@tensorflow/tfjs-backend-wasm");
  setWasmPaths(new URL("wasm/", location.href).href);
  // Threads need a page that is isolated from others', which a static export cannot promise.
  tf.env().set("WASM_HAS_MULTITHREAD_SUPPORT", false);
  await use("wasm");
}

async function startPlain(): Promise<void> {
  await use("cpu");
}

async function use(name: string): Promise<void> {
  if (!await tf.setBackend(name)) throw new Error(`${name} failed to start`);
  await tf.ready();
  // A backend that starts may still not compute: a driver's shader compiler fails at the first one.
  const probe = tf.tidy(() => tf.ones([2, 2]).matMul(tf.ones([2, 2])).sum());
  const [sum] = await probe.data();
  probe.dispose();
  if (sum !== 8) throw new Error(`${name} computes wrong results`);
}

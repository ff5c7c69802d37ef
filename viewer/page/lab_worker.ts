import { createLab } from "../lab/create_lab.ts";
import { type Lab, LAB_METHODS } from "../lab/lab.ts";
import { serve, workerLine } from "../rpc.ts";
import { explainFailure, startBrowserBackend } from "./lab_backend.ts";

/**
 * The page's worker for tensors: a lab on WebGPU, else on WASM, else in plain JavaScript. `?backend=wasm` behind its
 * address asks for one of them.
 */
const wanted = new URL(location.href).searchParams.get("backend") ?? undefined;
const lab = createLab({ place: "browser", start: () => startBrowserBackend(wanted) });
const explained = {
  ...Object.fromEntries(LAB_METHODS.map((method) => [
    method,
    (...args: unknown[]) =>
      (lab[method] as (...args: unknown[]) => Promise<unknown>)(...args).catch((error) => {
        throw explainFailure(error);
      }),
  ])),
  async *ask(...args: Parameters<Lab["ask"]>) {
    try {
      yield* lab.ask(...args);
    } catch (error) {
      throw explainFailure(error);
    }
  },
} as unknown as Lab;
serve(explained, LAB_METHODS, workerLine(globalThis));

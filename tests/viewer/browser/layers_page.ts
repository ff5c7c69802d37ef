import { startBrowserBackend } from "../../../viewer/page/lab_backend.ts";
import { layerCases } from "../../generative/nn/layer_cases.ts";

/** Computes all layers on a backend of the page: their outputs by name. */
async function runLayers(backend: string): Promise<Record<string, number[]>> {
  await startBrowserBackend(backend);
  const outputs: Record<string, number[]> = {};
  for (const { name, tensors, output } of layerCases()) {
    try {
      outputs[name] = [...await output(tensors).data()];
    } catch (error) {
      throw new Error(`${name}: ${(error as Error).message}`);
    }
  }
  return outputs;
}

Object.assign(globalThis, { runLayers });

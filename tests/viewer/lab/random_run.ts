import { join } from "node:path";
import { assembleNetworks, type Networks } from "../../../agents/train_world_model/assemble_networks.ts";
import type { TrainWorldModelConfig } from "../../../agents/train_world_model/config.ts";
import { RandomStream } from "../../../core/random_stream.ts";
import { initialiseParameters, type NamedTensors } from "../../../generative/nn/parameters.ts";
import { startBackend } from "../../../generative/runtime/mod.ts";
import { RunFolder, saveCheckpoint } from "../../../generative/train/mod.ts";
import type { RecurrentWorldModel } from "../../../worlds/mod.ts";
import { createLab } from "../../../viewer/lab/create_lab.ts";
import type { Lab, RunFiles } from "../../../viewer/lab/lab.ts";
import { tinyConfig } from "../../support/tiny_run.ts";

/** A run that was never trained: its networks are as they begin, its latents as wide as trained ones. */
export interface RandomRun {
  /** Its files, as the page reads them. */
  files: RunFiles;
  /** Its folder. */
  folder: string;
  config: TrainWorldModelConfig;
  networks: Networks & { worldModel: RecurrentWorldModel };
  /** Parameters of vision and memory. */
  world: NamedTensors;
  /** Parameters of the controller. */
  weights: NamedTensors;
}

/** Makes a run in a folder that goes with the process. Tensors belong to the caller. */
export async function randomRun(changes: Partial<TrainWorldModelConfig> = {}): Promise<RandomRun> {
  await startBackend();
  const config = tinyConfig(changes);
  const networks = assembleNetworks(config) as RandomRun["networks"];
  const random = new RandomStream(5);
  const vision = initialiseParameters(networks.worldModel.vision.parameters, random);
  for (const [name, scale] of [["vision/mu/kernel", 30], ["vision/logVar/kernel", 10]] as const) {
    const wide = vision[name].mul(scale);
    vision[name].dispose();
    vision[name] = wide;
  }
  const memory = initialiseParameters(networks.worldModel.memory.parameters, random);
  const weights = initialiseParameters(networks.policy.parameters, random);
  const root = Deno.makeTempDirSync({ prefix: "somnium-lab-" });
  globalThis.addEventListener("unload", () => Deno.removeSync(root, { recursive: true }));
  using runFolder = RunFolder.open("random", { root, config });
  const { path: folder } = runFolder;
  await saveCheckpoint(join(folder, "checkpoints"), {
    tensors: { vision, memory, controller: weights },
    data: null,
  });
  return { files: readFiles(folder), folder, config, networks, world: { ...vision, ...memory }, weights };
}

/** A run's files, as the page reads them. */
export function readFiles(folder: string): RunFiles {
  const json = (path: string) => JSON.parse(Deno.readTextFileSync(join(folder, path)));
  const index: { files: Record<string, { path: string }> } = json("checkpoints/checkpoint.json");
  const groups = Object.entries(index.files).map(([group, { path }]) =>
    [group, Deno.readFileSync(join(folder, "checkpoints", path))] as const
  );
  return { name: "random", config: json("config.json"), groups: Object.fromEntries(groups) };
}

/** A lab on this process's backend. */
export function nativeLab(): Lab {
  return createLab({ place: "server", start: () => startBackend() });
}

import { RandomStream } from "../../core/random_stream.ts";
import { initialiseParameters, type NamedTensors } from "../../generative/nn/parameters.ts";
import { FirstFrames } from "../../worlds/mdn_rnn/first_frames.ts";
import { Memory, type MemoryConfig } from "../../worlds/mdn_rnn/memory.ts";
import { RecurrentWorldModel } from "../../worlds/mdn_rnn/recurrent_world_model.ts";
import { Vision, type VisionConfig } from "../../worlds/mdn_rnn/vision.ts";

/** A vision small enough for the plain CPU backend. */
export const TINY_VISION: VisionConfig = {
  latentSize: 3,
  encoderFilters: [2, 2, 2, 2],
  encoderUnits: 4,
  decoderUnits: [4, 8],
  decoderActivation: "relu",
  decoderMapSize: 2,
  decoderLayers: [
    { filters: 2, kernelSize: 4 },
    { filters: 2, kernelSize: 4 },
    { filters: 2, kernelSize: 4 },
    { filters: 3, kernelSize: 6 },
  ],
  pixelOffset: 0.5,
  reconstructionWeight: 2,
  klTolerance: 0,
};

/** A memory to go with it. */
export const TINY_MEMORY: MemoryConfig = {
  latentSize: 3,
  actionSize: 2,
  units: 4,
  components: 2,
  predictChange: true,
  logSigmaRange: [-4, 2],
  headUnits: [5],
  rewardScale: 5,
};

/** A world model of the two, with its parameters. */
export function tinyWorld(seed = 1): { worldModel: RecurrentWorldModel; parameters: NamedTensors } {
  const worldModel = new RecurrentWorldModel(new Vision(TINY_VISION), new Memory(TINY_MEMORY));
  return { worldModel, parameters: initialiseParameters(worldModel.parameters, new RandomStream(seed)) };
}

/** Eight starts around zero. */
export function tinyStarts(): FirstFrames {
  const random = new RandomStream(3);
  const mu = Float32Array.from({ length: 24 }, () => random.normal());
  return new FirstFrames({ mu, logVar: new Float32Array(24).fill(-2) }, 3);
}

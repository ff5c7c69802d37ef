import * as tf from "@tensorflow/tfjs";
import type { LatentAccess } from "../../generative/models/model.ts";
import type { NamedTensors } from "../../generative/nn/mod.ts";
import { RecurrentWorldModel } from "../../worlds/mdn_rnn/recurrent_world_model.ts";
import type { WorldModel } from "../../worlds/world_model.ts";

/** Latents of a world model that can be looked at, changed and drawn from. */
export interface GaussianLatents extends LatentAccess {
  /** Its parameters in the form that is fastest on the present backend, beside those that it has: the caller's. */
  arrange(world: NamedTensors): NamedTensors;
}

/**
 * The Gaussian latents of a world model, where it sees by an auto-encoder of its own: that of Ha & Schmidhuber. The one
 * place where the viewer knows a kind of world model.
 */
export function gaussianLatents(model: WorldModel): GaussianLatents | undefined {
  if (!(model instanceof RecurrentWorldModel)) return undefined;
  const { vision } = model;
  return {
    size: vision.latentSize,
    encode: vision.encode.bind(vision),
    decode: vision.decode.bind(vision),
    arrange: (world) => tf.getBackend() === "wasm" ? vision.arrangeDecoder(world) : {},
  };
}

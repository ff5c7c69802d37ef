import type * as tf from "@tensorflow/tfjs";
import type { NamedTensors } from "../generative/nn/parameters.ts";
import { compile, type Compiled } from "../generative/runtime/compile.ts";
import type { WorldModel, WorldState } from "./world_model.ts";

/** Draws states as pictures, int32 `[B, H, W, C]` in 0 .. 255, as one compiled function; the caller disposes of it. */
export function compilePicture(model: WorldModel): Compiled<[NamedTensors, WorldState], tf.Tensor> {
  return compile(
    (parameters: NamedTensors, state: WorldState): tf.Tensor =>
      model.picture(parameters, state).mul(255).round().cast("int32"),
    { name: "dream picture" },
  );
}

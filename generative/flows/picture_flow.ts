import * as tf from "@tensorflow/tfjs";
import { fields } from "../../core/fields/field.ts";
import { pictureBatch, toPictures } from "../data/picture_tensors.ts";
import type { GenerativeModel } from "../models/model.ts";
import { drawLatents } from "../models/latent_model.ts";
import { sampler, samplingFields } from "../models/sampler.ts";
import { seedTensor } from "../runtime/mod.ts";
import type { Optimiser } from "../train/adamw.ts";
import { createTrainStep, initialiseTrainState } from "../train/train_step.ts";
import { exploreGlow } from "./explore_glow.ts";
import type { Glow } from "./glow.ts";

/** Pictures that the actnorms are set by. */
const START_EXAMPLES = 64;

/** What samples can be asked for. */
const PICTURE_OPTIONS = fields({
  temperature: samplingFields.temperature(
    "Multiplies the latents: 1 draws pictures as they are distributed, 0.7 makes them smoother and more typical.",
  ),
});

/** Glow as a model that learns from bytes, `{ pictures: int32 [B, H, W, C] }`. */
export function pictureFlow(glow: Glow, { optimiser }: { optimiser: Optimiser }): GenerativeModel {
  return {
    parameters: glow.parameters,
    begin(data, random) {
      const state = initialiseTrainState(glow, optimiser, random);
      const found = tf.tidy(() => {
        const first = Array.from({ length: Math.min(START_EXAMPLES, data.count) }, (_, i) => i);
        const seed = seedTensor(random.fork("start").seedPair());
        return glow.start(state.parameters, glow.dequantise(pictureBatch(data, first), seed));
      });
      tf.dispose(Object.keys(found).map((name) => state.parameters[name]));
      return { ...state, parameters: { ...state.parameters, ...found } };
    },
    createStep: (options) => createTrainStep(glow, optimiser, options),
    batch: (data, { indices }) => ({ pictures: pictureBatch(data, indices) }),
    measure: (parameters, batch, seed) => glow.loss(parameters, batch, seed),
    ...sampler(PICTURE_OPTIONS, async (parameters, { count, random, options: { temperature } }) => {
      const pixels = tf.tidy(() => {
        const latents = drawLatents({ count, random, temperature }, glow.dimensions);
        return glow.quantise(glow.generate(parameters, latents));
      });
      const pictures = await toPictures(pixels);
      pixels.dispose();
      return { kind: "pictures", pictures };
    }),
    explore: (context) => exploreGlow(glow, context),
  };
}

import * as tf from "@tensorflow/tfjs";
import { fields } from "../../core/fields/field.ts";
import { pictureBatch, unitPixels } from "../data/picture_tensors.ts";
import { encodePictures } from "../models/latents/encode_pictures.ts";
import { decodeTo } from "../models/latents/exploration.ts";
import type { GenerativeModel, LatentAccess, Part } from "../models/model.ts";
import { sampler, samplingFields } from "../models/sampler.ts";
import {
  collectParameters,
  disposeTensors,
  initialiseParameters,
  initialisers,
  type NamedTensors,
  parameter,
  type ParameterSpecs,
} from "../nn/mod.ts";
import { exploreMixture } from "./explore_mixture.ts";
import { fitMixture, type GaussianMixture, sampleMixture } from "./gaussian_mixture.ts";

/** Sizes of a {@link latentMixture}. */
export interface LatentMixtureOptions {
  /** Gaussians, K. */
  components: number;
  /** Iterations of expectation-maximisation at most. */
  iterations: number;
}

/**
 * Ex-post density estimation (Ghosh et al., 2020, section 4): the density of the latents of a trained autoencoder is a
 * mixture of Gaussians; what is drawn from it is decoded. Of latents that are distributions the means count.
 */
export function latentMixture(autoencoder: Part, options: LatentMixtureOptions): GenerativeModel {
  const { components, iterations } = options;
  const { size, encode, decode } = autoencoder.model.latents as Required<LatentAccess>;
  const latents: Required<LatentAccess> = {
    size,
    encode: (parameters, pictures) => ({ mu: encode(autoencoder.own(parameters), pictures).mu }),
    decode: (parameters, latents) => decode(autoencoder.own(parameters), latents),
  };
  const mixture: ParameterSpecs = {
    "mixture/weights": { shape: [components], initialiser: initialisers.constant(1 / components) },
    "mixture/means": { shape: [components, size], initialiser: initialisers.zeros },
    "mixture/whitenings": { shape: [components, size, size], initialiser: initialisers.zeros },
  };
  return {
    parameters: collectParameters(autoencoder, { parameters: mixture }),
    latents,
    async begin(data, random, { signal } = {}) {
      const learned = initialiseParameters(autoencoder.parameters, random);
      try {
        const { mu } = await encodePictures(latents.encode, { parameters: learned, data, limit: data.count });
        const request = { size, components, iterations, random: random.fork("mixture"), signal };
        const { mixture } = await fitMixture(mu, request);
        return { parameters: { ...learned, ...writeMixture(mixture) }, optimiser: {} };
      } catch (error) {
        disposeTensors(learned);
        throw error;
      }
    },
    batch: (data, { indices }) => tf.tidy(() => ({ pictures: unitPixels(pictureBatch(data, indices)) })),
    measure: (parameters, { pictures }) => ({
      loss: logDensity(parameters, latents.encode(parameters, pictures).mu).mean().neg(),
    }),
    ...sampler(
      fields({
        temperature: samplingFields.temperature(
          "Multiplies the deviations from the means of the Gaussians: less than 1 makes samples more typical and less varied.",
        ),
      }),
      async (parameters, { count, random, options: { temperature } }) => {
        const drawn = sampleMixture(await readMixture(parameters), { count, random, temperature });
        return { kind: "pictures", pictures: await decodeTo(latents, parameters)(drawn) };
      },
    ),
    async *explore(context) {
      yield* exploreMixture(latents, { ...context, mixture: await readMixture(context.parameters) });
    },
  };
}

/** In tensors what {@link GaussianMixture} defines: latents `[B, Z]` to log densities `[B]`. */
function logDensity(parameters: NamedTensors, latents: tf.Tensor): tf.Tensor {
  const [weights, means, whitenings] = ["weights", "means", "whitenings"]
    .map((name) => parameter(parameters, `mixture/${name}`));
  const size = means.shape[1]!;
  const away = latents.expandDims(0).sub(means.expandDims(1)); // [K, B, Z]
  const distances = away.matMul(whitenings, false, true).square().sum(2); // [K, B]
  const scales = whitenings.mul(tf.eye(size)).sum(2).log().sum(1); // [K]
  const constants = weights.log().add(scales).sub(size / 2 * Math.log(2 * Math.PI));
  return distances.mul(-0.5).add(constants.expandDims(1)).logSumExp(0);
}

function writeMixture({ size, weights, means, whitenings }: GaussianMixture): NamedTensors {
  const components = weights.length;
  return {
    "mixture/weights": tf.tensor1d(Float32Array.from(weights)),
    "mixture/means": tf.tensor2d(Float32Array.from(means), [components, size]),
    "mixture/whitenings": tf.tensor3d(Float32Array.from(whitenings), [components, size, size]),
  };
}

async function readMixture(parameters: NamedTensors): Promise<GaussianMixture> {
  const read = async (name: string) =>
    Float64Array.from(await parameter(parameters, `mixture/${name}`).data());
  const size = parameter(parameters, "mixture/means").shape[1]!;
  return {
    size,
    weights: await read("weights"),
    means: await read("means"),
    whitenings: await read("whitenings"),
  };
}

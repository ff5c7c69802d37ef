import { KindRegistry } from "../core/kind_registry.ts";
import { AUTOENCODER } from "./autoencoders/autoencoder_kind.ts";
import { LATENT_MIXTURE } from "./autoencoders/latent_mixture_kind.ts";
import { VAE_FASHION } from "./autoencoders/vae_kind.ts";
import { VAE_FACES } from "./autoencoders/vae_faces_kind.ts";
import { PIXEL_CNN } from "./autoregressive/pixel_cnn_kind.ts";
import { PIXEL_CNN_PP } from "./autoregressive/pixel_cnn_pp_kind.ts";
import { WORD_LSTM } from "./autoregressive/word_lstm_kind.ts";
import { CNN_CLASSIFIER } from "./classifiers/cnn_classifier_kind.ts";
import { MLP_CLASSIFIER } from "./classifiers/mlp_classifier_kind.ts";
import { DDM } from "./diffusion/ddm_kind.ts";
import { DIFFUSION } from "./diffusion/diffusion_kind.ts";
import { DIFFUSION_MOONS } from "./diffusion/diffusion_moons_kind.ts";
import { EBM_DIGITS } from "./energy_based/ebm_kind.ts";
import { RBM_DIGITS } from "./energy_based/rbm_kind.ts";
import { SCORE_MATCHING } from "./energy_based/score_matching_kind.ts";
import { BOX_MODEL } from "./first_steps/box_model_kind.ts";
import { CONVOLUTIONS } from "./first_steps/convolution_demo_kind.ts";
import { FFJORD_MOONS } from "./flows/ffjord_kind.ts";
import { GLOW } from "./flows/glow_kind.ts";
import { REAL_NVP } from "./flows/real_nvp_kind.ts";
import { CONDITIONAL_WGAN_GP } from "./gans/conditional_wgan_gp_kind.ts";
import { DCGAN_BRICKS } from "./gans/dcgan_kind.ts";
import { WGAN_GP } from "./gans/wgan_gp_kind.ts";
import { GPT_TEXT } from "./transformers/gpt_kind.ts";
import { MASKED_WORDS } from "./transformers/masked_words_kind.ts";
import { TEXT_TO_TEXT } from "./transformers/text_to_text_kind.ts";
import { CHORALE_TRANSFORMER } from "./music/chorale_transformer_kind.ts";
import { MUSE_GAN } from "./music/muse_gan_kind.ts";
import { MUSIC_TRANSFORMER } from "./music/music_transformer_kind.ts";
import type { ModelKind } from "./models/model.ts";

/** The models that come with the lab, in the order of the book. */
// deno-lint-ignore no-explicit-any -- each kind has a configuration of its own; schemas check them
export const MODEL_KINDS: readonly ModelKind<any>[] = [
  BOX_MODEL,
  CONVOLUTIONS,
  MLP_CLASSIFIER,
  CNN_CLASSIFIER,
  AUTOENCODER,
  LATENT_MIXTURE,
  VAE_FASHION,
  VAE_FACES,
  DCGAN_BRICKS,
  WGAN_GP,
  CONDITIONAL_WGAN_GP,
  WORD_LSTM,
  PIXEL_CNN,
  PIXEL_CNN_PP,
  REAL_NVP,
  FFJORD_MOONS,
  GLOW,
  EBM_DIGITS,
  RBM_DIGITS,
  SCORE_MATCHING,
  DIFFUSION_MOONS,
  DDM,
  DIFFUSION,
  GPT_TEXT,
  MASKED_WORDS,
  TEXT_TO_TEXT,
  MUSIC_TRANSFORMER,
  CHORALE_TRANSFORMER,
  MUSE_GAN,
];

const registry = new KindRegistry<ModelKind>("model", MODEL_KINDS);

/**
 * Makes a kind of model known by its name: it can then be trained and loaded like those of {@link MODEL_KINDS}.
 *
 * @throws RangeError for a name that is taken.
 */
export function registerModelKind(kind: ModelKind): void {
  registry.register(kind);
}

/** Every kind that is known: those of {@link MODEL_KINDS}, then those that were registered. */
export function modelKinds(): readonly ModelKind[] {
  return registry.all();
}

/** Whether a name is that of a kind of model. */
export function isModelKind(name: string): boolean {
  return registry.has(name);
}

/** Whether no kind that comes with Somnium is called so. */
export function isOwnKind(name: string): boolean {
  return !MODEL_KINDS.some((known) => known.name === name);
}

/** The kind of a name. @throws RangeError naming the nearest one. */
export function modelKind(name: string): ModelKind {
  return registry.get(name);
}

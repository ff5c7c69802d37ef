/**
 * Parts of networks: each declares its parameters by name and computes with the tensors it is handed.
 *
 * @module
 */
export * from "./activations.ts";
export * from "./attention.ts";
export * from "./attention_bias.ts";
export * from "./attention_cache.ts";
export * from "./batch_norm.ts";
export * from "./bias.ts";
export * from "./conv2d.ts";
export * from "./conv_transpose2d.ts";
export * from "./cross_entropy.ts";
export * from "./distributions.ts";
export * from "./dropout.ts";
export * from "./embedding.ts";
export * from "./equalised_rate.ts";
export * from "./feed_forward.ts";
export * from "./gamma_functions.ts";
export * from "./gated_residual.ts";
export * from "./gaussian_head.ts";
export * from "./gradients.ts";
export * from "./group_norm.ts";
export * from "./gated_unit.ts";
export * from "./gru.ts";
export * from "./layer_norm.ts";
export * from "./linear.ts";
export * from "./linear_cross_entropy.ts";
export * from "./losses.ts";
export * from "./lstm.ts";
export * from "./masked_conv2d.ts";
export * from "./mlp.ts";
export * from "./norm_gru.ts";
export * from "./parameters.ts";
export * from "./relative_positions.ts";
export * from "./reparameterised.ts";
export * from "./resample.ts";
export * from "./rms_norm.ts";
export * from "./rotary.ts";
export * from "./sinusoids.ts";
export * from "./spectral_norm.ts";
export * from "./statistics.ts";
export * from "./transformer_block.ts";
export * from "./transformer_stack.ts";
export * from "./two_hot.ts";
export * from "./unroll.ts";
export * from "./vector_quantiser.ts";
export * from "./weight_norm.ts";
export * from "./windowed_transformer.ts";
/** Ways to start a parameter. */
export * as initialisers from "./initialisers.ts";
export type { Initialiser } from "./initialisers.ts";

/**
 * Parts of networks: each declares its parameters by name and computes with the tensors it is handed.
 *
 * @module
 */
export * from "./activations.ts";
export * from "./batch_norm.ts";
export * from "./bias.ts";
export * from "./conv2d.ts";
export * from "./conv_transpose2d.ts";
export * from "./cross_entropy.ts";
export * from "./distributions.ts";
export * from "./dropout.ts";
export * from "./embedding.ts";
export * from "./gradients.ts";
export * from "./linear.ts";
export * from "./linear_cross_entropy.ts";
export * from "./losses.ts";
export * from "./lstm.ts";
export * from "./masked_conv2d.ts";
export * from "./mlp.ts";
export * from "./parameters.ts";
export * from "./statistics.ts";
/** Ways to start a parameter. */
export * as initialisers from "./initialisers.ts";
export type { Initialiser } from "./initialisers.ts";

/**
 * Somnium: a reinforcement-learning and world-model lab for Deno.
 *
 * The packages, from the ground up: `envs` (worlds to act in), `generative` (tensors, networks, training), `worlds`
 * (models of an environment, dreams), `agents` (what acts, and how it learns), `viewer` (what people look at).
 *
 * @module
 */
export * as core from "./core/mod.ts";
export * as envs from "./envs/mod.ts";
export * as runtime from "./generative/runtime/mod.ts";
export * as nn from "./generative/nn/mod.ts";
export * as training from "./generative/train/mod.ts";
export * as data from "./generative/data/mod.ts";
export * as models from "./generative/mod.ts";
export * as worlds from "./worlds/mod.ts";
export * as agents from "./agents/mod.ts";
export * as viewer from "./viewer/mod.ts";

/**
 * Generative models: those that can be trained by name, trained ones, and what all of them share.
 *
 * @module
 */
export * from "./kinds.ts";
export * from "./load_model.ts";
export * from "./models/mod.ts";

/**
 * STORM (Zhang et al., 2023): a world model with a transformer that takes in one token a step.
 *
 * @module
 */
export * from "./create_storm.ts";
export * from "./fields.ts";
export * from "./sequence_model.ts";
export * from "./storm.ts";
export * from "./storm_kind.ts";
export * from "./storm_world_model.ts";

/**
 * DIAMOND (Alonso et al., 2024): a world model that foresees frames by diffusion.
 *
 * @module
 */
export * from "./create_diamond.ts";
export * from "./denoiser.ts";
export * from "./diamond_kind.ts";
export * from "./diamond_world_model.ts";
export * from "./fields.ts";
export * from "./history.ts";
export * from "./outcome_model.ts";

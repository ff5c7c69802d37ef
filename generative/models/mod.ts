/**
 * Models by name: what one is, the driver that trains, loads and measures them all, and what is drawn of them.
 *
 * @module
 */
export * from "./check_model.ts";
export * from "./expect_model_kind.ts";
export * from "./explore_latents.ts";
export * from "./latent_model.ts";
export * from "./learned_data.ts";
export * from "./measure_model.ts";
export * from "./model.ts";
export * from "./model_data.ts";
export * from "./model_fields.ts";
export * from "./parts.ts";
export * from "./sampler.ts";
export * from "./shape_metadata.ts";
export * from "./train_model.ts";
export * from "./write_artifact.ts";

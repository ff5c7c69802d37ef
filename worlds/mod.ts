/**
 * Models of an environment, and dreams: environments that such a model simulates.
 *
 * @module
 */
export * from "./component.ts";
export * from "./diamond/mod.ts";
export * from "./dream.ts";
export * from "./dream_env.ts";
export * from "./dream_rollout.ts";
export * from "./dream_vector_env.ts";
export * from "./encode_in_chunks.ts";
export * from "./experience.ts";
export * from "./foresight.ts";
export * from "./iris/mod.ts";
export * from "./kinds.ts";
export * from "./mdn_rnn/mod.ts";
export * from "./noise.ts";
export * from "./parts/mod.ts";
export * from "./rollout_blocks.ts";
export * from "./rows_at.ts";
export * from "./rssm/mod.ts";
export * from "./storm/mod.ts";

export * from "./trainable_world_model.ts";
export * from "./world_kind.ts";
export * from "./world_model.ts";

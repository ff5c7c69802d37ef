/**
 * Models of an environment: vision turns frames into latents, memory predicts what follows, and a dream is an
 * environment made of the two.
 *
 * @module
 */
export * from "./dream.ts";
export * from "./dream_env.ts";
export * from "./dream_rollout.ts";
export * from "./dream_vector_env.ts";
export * from "./encode_frames.ts";
export * from "./enlarge.ts";
export * from "./memory.ts";
export * from "./mixture.ts";
export * from "./recurrent_world_model.ts";
export * from "./unroll_states.ts";
export * from "./vision.ts";
export * from "./world_model.ts";

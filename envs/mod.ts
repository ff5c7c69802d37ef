/**
 * Worlds to act in: CarRacing-v3 and what every environment shares. No TensorFlow, no browser.
 *
 * Start with {@link make}, which builds an {@link Env} by its id; `env.ts` holds the contracts.
 *
 * @module
 */
export type { RandomStream, RandomStreamState } from "../core/random_stream.ts";
export * from "./car_racing/mod.ts";
export * from "./check_env.ts";
export * from "./env.ts";
export * from "./env_state.ts";
export * from "./recordings/mod.ts";
export * from "./recipe.ts";
export * from "./registry.ts";
export * from "./spaces.ts";
export * from "./vector/mod.ts";
export * from "./wrappers/crop_resize.ts";
export * from "./wrappers/frame_skip.ts";
export * from "./wrappers/record_episode.ts";
export * from "./wrappers/recorded_env.ts";
export * from "./wrappers/time_limit.ts";
export * from "./wrappers/wrapper.ts";

/**
 * Worlds to act in: driving, racing and dodging tasks, the classic ones, and what every environment shares. No
 * TensorFlow, no browser.
 *
 * Start with {@link make}, which builds an {@link Env} by its id; `env.ts` holds the contracts.
 *
 * @module
 */
export type { RandomStream, RandomStreamState } from "../core/random_stream.ts";
export * from "./agent_view.ts";
export * from "./car_racing/mod.ts";
export * from "./car_traffic/mod.ts";
export * from "./check_env.ts";
export * from "./check_parallel_env.ts";
export * from "./classic/mod.ts";
export * from "./controls.ts";
export * from "./env.ts";
export * from "./env_spec.ts";
export * from "./env_state.ts";
export * from "./parallel_env.ts";
export * from "./parallel_registry.ts";
export * from "./recordings/mod.ts";
export * from "./recipe.ts";
export * from "./registry.ts";
export * from "./seat_env.ts";
export * from "./spaces.ts";
export * from "./take_cover/mod.ts";
export * from "./vector/mod.ts";
export * from "./wrappers/mod.ts";

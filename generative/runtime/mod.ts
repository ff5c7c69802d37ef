/**
 * The TensorFlow runtime: chooses and starts a backend, compiles steps, draws random numbers in graphs.
 *
 * Nothing is loaded before `startBackend()`; the parts that need Deno are loaded then, so that models which import
 * this module run in the browser as well.
 *
 * @module
 */
export * from "./backend.ts";
export * from "./compile.ts";
export type { InstallEvent } from "./install/events.ts";
export { type CompileOptions, executeNative, isNative, type NativeAttributes } from "./native.ts";
export * from "./random.ts";
export * from "./repeat.ts";
export * from "./stop_gradient.ts";
export * from "./tree.ts";
export * from "./variables.ts";

/**
 * The TensorFlow runtime: chooses and starts a backend, compiles steps, draws random numbers in graphs.
 *
 * @module
 */
export * from "./backend.ts";
export * from "./compile.ts";
export { executeNative, isNative, type NativeAttributes } from "./native.ts";
export * from "./random.ts";
export * from "./tree.ts";

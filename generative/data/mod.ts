/**
 * Data to learn from.
 *
 * @module
 */
export * from "./batches.ts";

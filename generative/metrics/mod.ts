/**
 * How far pictures that a model made are from those that it learned from.
 *
 * @module
 */
export * from "./feature_classifier.ts";
export * from "./frechet_distance.ts";
export * from "./kernel_distance.ts";
export * from "./picture_distances.ts";

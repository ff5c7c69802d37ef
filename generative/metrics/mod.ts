/**
 * How far what a model made is from what it learned from.
 *
 * @module
 */
export * from "./feature_classifier.ts";
export * from "./frechet_distance.ts";
export * from "./kernel_distance.ts";
export * from "./picture_distances.ts";
export * from "./stray_points.ts";

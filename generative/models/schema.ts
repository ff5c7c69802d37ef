import * as v from "valibot";

/** A whole number, 1 or more (or another minimum). */
export const count = (minimum = 1) => v.pipe(v.number(), v.integer(), v.minValue(minimum));
/** A number above 0. */
export const positive = v.pipe(v.number(), v.gtValue(0));
/** A number from 0 up to, but not 1. */
export const share = v.pipe(v.number(), v.minValue(0), v.ltValue(1));

/** The entries that every model's schema has, see `ModelConfig`. */
export const commonEntries = {
  model: v.string(),
  data: v.string(),
  size: count(0),
  examples: count(0),
  epochs: count(),
  batchSize: count(),
  seed: count(0),
};

/** Entries of the fields that the driver heeds where a model has them, see `DriverFields`. */
export const driverEntries = {
  fit: v.picklist(["pad", "resize"]),
  length: count(0),
  vocabulary: count(3),
  epochSteps: count(0),
  distanceSamples: count(0),
};

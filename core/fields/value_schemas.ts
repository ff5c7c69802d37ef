import * as v from "valibot";

/** A whole number, 1 or more (or another minimum). */
export const count = (minimum = 1): v.GenericSchema<number> =>
  v.pipe(v.number(), v.integer(), v.minValue(minimum));
/** A number above 0. */
export const positive: v.GenericSchema<number> = v.pipe(v.number(), v.gtValue(0));
/** A number of 0 or more. */
export const nonNegative: v.GenericSchema<number> = v.pipe(v.number(), v.minValue(0));
/** A number from 0 to 1. */
export const share: v.GenericSchema<number> = v.pipe(v.number(), v.minValue(0), v.maxValue(1));
/** A number from 0 up to, but not 1. */
export const shareBelowOne: v.GenericSchema<number> = v.pipe(v.number(), v.minValue(0), v.ltValue(1));

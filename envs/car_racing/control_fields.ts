import * as v from "valibot";
import { field } from "../../core/fields/field.ts";

/** What can be set of the controls with which agents learn to drive a car. */
export const CAR_CONTROL_FIELDS = {
  gasLimit: field(
    v.pipe(v.number(), v.gtValue(0), v.maxValue(1)),
    "Gas at full throttle in CarRacing and its kin, wherever the actor-critic drives. Drivers that are trained in a " +
      "dream fail by overspeed.",
    0.2,
  ),
};

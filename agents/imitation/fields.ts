import * as v from "valibot";
import { type ConfigOf, field, fields } from "../../core/fields/field.ts";
import { count } from "../../core/fields/value_schemas.ts";
import { supervisedFields } from "../offline/fields.ts";

/** The options of imitation. */
export const IMITATION_FIELDS = fields({
  ...supervisedFields("Decisions of an update.", {
    environment: "CartPole-v1",
    updates: 5000,
    batchSize: 256,
    learningRate: 1e-3,
    warmUpUpdates: 100,
    weightDecay: 1e-4,
    clipNorm: 1,
  }),
  best: field(
    v.pipe(v.number(), v.gtValue(0), v.maxValue(1)),
    "Share of the recordings that are imitated, those with the highest returns: 1 is all, 0.1 the best tenth.",
    1,
  ),
  units: field(v.array(count()), "Units of the layers.", [64, 64]),
});

/** The configuration of imitation. */
export type ImitationConfig = ConfigOf<typeof IMITATION_FIELDS.entries>;

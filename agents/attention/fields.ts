import * as v from "valibot";
import { field, fields } from "../../core/fields/field.ts";
import { count, positive } from "../../core/fields/value_schemas.ts";
import { onlineFields } from "../learner_kind.ts";

/** The options of an agent that looks at patches. */
export const ATTENTION_FIELDS = fields({
  ...onlineFields({ environment: "CarRacing-v3", environments: 32, decisions: 8_000_000 }),
  patchSize: field(count(), "Rows and columns of a patch, in pixels.", 7),
  patchStride: field(count(), "Pixels from one patch to the next.", 4),
  patches: field(count(), "Patches that the agent acts by: the most important ones.", 10),
  querySize: field(count(), "Numbers in the query and in the key of a patch.", 4),
  units: field(count(), "Units of the LSTM that reads where these patches are.", 16),
  population: field(count(4), "Candidates in a generation of CMA-ES.", 64),
  episodes: field(count(), "Episodes of each candidate; all candidates of a generation have the same.", 2),
  patience: field(
    count(0),
    "Decisions without a positive reward, one after another, after which a candidate's episode is cut. 0: never.",
    20,
  ),
  stepSize: field(positive, "Step size with which CMA-ES begins.", 0.1),
  covariance: field(
    v.picklist(["diagonal", "full"]),
    "What CMA-ES learns of the shape of its distribution: variances alone, which hundreds of generations are enough for, or " +
      "all covariances, as in the paper, whose eigen system takes minutes for thousands of numbers.",
    "diagonal",
  ),
});

/** The resolved options of an agent that looks at patches. */
export type AttentionConfig = typeof ATTENTION_FIELDS.defaults;

import { type ConfigOf, field, fields } from "../../core/fields/field.ts";
import { count, shareBelowOne } from "../../core/fields/value_schemas.ts";
import { supervisedFields } from "../offline/fields.ts";

/** The options of a Decision Transformer. The paper's, for Gym, are in the README. */
export const DECISION_TRANSFORMER_FIELDS = fields({
  ...supervisedFields("Windows of an update.", {
    environment: "CartPole-v1",
    updates: 3000,
    batchSize: 64,
    learningRate: 1e-3,
    warmUpUpdates: 300,
    weightDecay: 1e-4,
    clipNorm: 0.25,
  }),
  context: field(count(), "Decisions that it looks back on, the present one included.", 20),
  layers: field(count(), "Blocks of the transformer.", 3),
  heads: field(count(), "Heads of each block's attention.", 1),
  width: field(count(), "Numbers that stand for a token.", 64),
  dropout: field(
    shareBelowOne,
    "Share that training drops out of tokens, attention weights and the parts' outputs.",
    0.1,
  ),
});

/** The configuration of a Decision Transformer. */
export type DecisionTransformerConfig = ConfigOf<typeof DECISION_TRANSFORMER_FIELDS.entries>;

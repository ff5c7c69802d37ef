/**
 * What several kinds of world models are made of.
 *
 * @module
 */
export * from "./baseline_seeing.ts";
export * from "./decision_sequences.ts";
export * from "./enlarge.ts";
export * from "./kl_balance.ts";
export * from "./latents.ts";
export * from "./outcome_predictors.ts";
export * from "./preceding_decisions.ts";
export * from "./sight.ts";

import { KindRegistry } from "../core/kind_registry.ts";
import { ATTENTION_KIND } from "./attention/attention_kind.ts";
import { DECISION_TRANSFORMER_KIND } from "./decision_transformer/decision_transformer_kind.ts";
import { IMITATION_KIND } from "./imitation/imitation_kind.ts";
import type { LearnerKind } from "./learner_kind.ts";
import { PPO_KIND } from "./ppo/ppo_kind.ts";

/** The ways to learn that come with the lab: from environments alone, or from recordings. */
export const LEARNER_KINDS: readonly LearnerKind[] = [
  PPO_KIND,
  ATTENTION_KIND,
  IMITATION_KIND,
  DECISION_TRANSFORMER_KIND,
];

const registry = new KindRegistry<LearnerKind>("agent", LEARNER_KINDS);

/**
 * Makes a way to learn known by its name: agents can then be trained and loaded like those of {@link LEARNER_KINDS}.
 *
 * @throws RangeError for a name that is taken.
 */
export function registerLearnerKind(kind: LearnerKind): void {
  registry.register(kind);
}

/** Every kind that is known: those of {@link LEARNER_KINDS}, then those that were registered. */
export function learnerKinds(): readonly LearnerKind[] {
  return registry.all();
}

/** Whether a name is that of a way to learn. */
export function isLearnerKind(name: string): boolean {
  return registry.has(name);
}

/** The kind of a name. @throws RangeError naming the nearest one. */
export function learnerKind(name: string): LearnerKind {
  return registry.get(name);
}

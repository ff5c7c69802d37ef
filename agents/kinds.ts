import { nearestName } from "../core/nearest_name.ts";
import type { LearnerKind } from "./learner_kind.ts";
import { PPO_KIND } from "./ppo/ppo_kind.ts";

/** The ways to learn that come with the lab, for agents that learn from environments alone. */
export const LEARNER_KINDS: readonly LearnerKind[] = [
  PPO_KIND,
];

const registered: LearnerKind[] = [];

/**
 * Makes a way to learn known by its name: agents can then be trained and loaded like those of {@link LEARNER_KINDS}.
 *
 * @throws RangeError for a name that is taken.
 */
export function registerLearnerKind(kind: LearnerKind): void {
  if (learnerKinds().some(({ name }) => name === kind.name)) {
    throw new RangeError(
      `Cannot register agent "${kind.name}": expected a name of its own, got one that is taken`,
    );
  }
  registered.push(kind);
}

/** Every kind that is known: those of {@link LEARNER_KINDS}, then those that were registered. */
export function learnerKinds(): readonly LearnerKind[] {
  return [...LEARNER_KINDS, ...registered];
}

/** Whether a name is that of a way to learn. */
export function isLearnerKind(name: string): boolean {
  return learnerKinds().some((known) => known.name === name);
}

/** The kind of a name. @throws RangeError naming the nearest one. */
export function learnerKind(name: string): LearnerKind {
  const kind = learnerKinds().find((known) => known.name === name);
  if (kind) return kind;
  const names = learnerKinds().map(({ name }) => name);
  const near = nearestName(name, names);
  throw new RangeError(
    `Cannot find agent "${name}": expected one of ${names.join(", ")}${
      near ? ` (did you mean "${near}"?)` : ""
    }`,
  );
}

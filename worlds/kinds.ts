import { nearestName } from "../core/nearest_name.ts";
import { MDN_RNN } from "./mdn_rnn/mdn_rnn_kind.ts";
import { RSSM } from "./rssm/rssm_kind.ts";
import type { WorldKind } from "./world_kind.ts";

/** The kinds of world models that come with the lab, in the order of their years. */
// deno-lint-ignore no-explicit-any -- each kind has a configuration of its own; schemas check them
export const WORLD_KINDS: readonly WorldKind<any>[] = [
  MDN_RNN,
  RSSM,
];

const registered: WorldKind[] = [];

/**
 * Makes a kind of world model known by its name: it can then be trained and loaded like those of {@link WORLD_KINDS}.
 *
 * @throws RangeError for a name that is taken.
 */
export function registerWorldKind(kind: WorldKind): void {
  if (worldKinds().some(({ name }) => name === kind.name)) {
    throw new RangeError(
      `Cannot register world model "${kind.name}": expected a name of its own, got one that is taken`,
    );
  }
  registered.push(kind);
}

/** Every kind that is known: those of {@link WORLD_KINDS}, then those that were registered. */
export function worldKinds(): readonly WorldKind[] {
  return [...WORLD_KINDS, ...registered];
}

/** The kind of a name. @throws RangeError naming the nearest one. */
export function worldKind(name: string): WorldKind {
  const kind = worldKinds().find((known) => known.name === name);
  if (kind) return kind;
  const names = worldKinds().map(({ name }) => name);
  const near = nearestName(name, names);
  throw new RangeError(
    `Cannot find world model "${name}": expected one of ${names.join(", ")}${
      near ? ` (did you mean "${near}"?)` : ""
    }`,
  );
}

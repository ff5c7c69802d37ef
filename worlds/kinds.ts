import { KindRegistry } from "../core/kind_registry.ts";
import { DIAMOND } from "./diamond/diamond_kind.ts";
import { IRIS } from "./iris/iris_kind.ts";
import { MDN_RNN } from "./mdn_rnn/mdn_rnn_kind.ts";
import { RSSM } from "./rssm/rssm_kind.ts";
import { STORM } from "./storm/storm_kind.ts";
import type { WorldKind } from "./world_kind.ts";

/** The kinds of world models that come with the lab, in the order of their years. */
// deno-lint-ignore no-explicit-any -- each kind has a configuration of its own; schemas check them
export const WORLD_KINDS: readonly WorldKind<any>[] = [
  MDN_RNN,
  RSSM,
  IRIS,
  STORM,
  DIAMOND,
];

const registry = new KindRegistry<WorldKind>("world model", WORLD_KINDS);

/**
 * Makes a kind of world model known by its name: it can then be trained and loaded like those of {@link WORLD_KINDS}.
 *
 * @throws RangeError for a name that is taken.
 */
export function registerWorldKind(kind: WorldKind): void {
  registry.register(kind);
}

/** Every kind that is known: those of {@link WORLD_KINDS}, then those that were registered. */
export function worldKinds(): readonly WorldKind[] {
  return registry.all();
}

/** The kind of a name. @throws RangeError naming the nearest one. */
export function worldKind(name: string): WorldKind {
  return registry.get(name);
}

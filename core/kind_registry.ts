import { nearestName } from "./nearest_name.ts";

/** Kinds of something by name: those that come with the lab, and those that are registered. */
export class KindRegistry<K extends { readonly name: string }> {
  readonly #registered: K[] = [];

  /**
   * Those that come with the lab; others are registered.
   *
   * @param what What errors call one of them: "world model".
   * @param own Those that come with the lab, in their order.
   */
  constructor(readonly what: string, readonly own: readonly K[]) {}

  /** Makes a kind known by its name. @throws RangeError for a name that is taken. */
  register(kind: K): void {
    if (this.has(kind.name)) {
      throw new RangeError(
        `Cannot register ${this.what} "${kind.name}": expected a name of its own, got one that is taken`,
      );
    }
    this.#registered.push(kind);
  }

  /** Every kind that is known: the lab's own, then those that were registered. */
  all(): readonly K[] {
    return [...this.own, ...this.#registered];
  }

  /** Whether a kind of that name is known. */
  has(name: string): boolean {
    return this.all().some((known) => known.name === name);
  }

  /** The kind of a name. @throws RangeError naming the nearest one. */
  get(name: string): K {
    const kind = this.all().find((known) => known.name === name);
    if (kind) return kind;
    const names = this.all().map(({ name }) => name);
    const near = nearestName(name, names);
    throw new RangeError(
      `Cannot find ${this.what} "${name}": expected one of ${names.join(", ")}${
        near ? ` (did you mean "${near}"?)` : ""
      }`,
    );
  }
}

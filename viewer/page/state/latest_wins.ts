/** Work that someone asks for, in parts: it runs on with each `next()`. It handles its own failures. */
export interface Work {
  /** Lower goes first. */
  rank: number;
  /** Begins it. */
  begin(): AsyncIterator<void, void>;
}

/**
 * A line in front of something that does one thing at a time. Each asker has at most one wish waiting: a newer one
 * takes its place, so a slider that moves faster than pictures are made skips those that nobody would see. Between
 * the parts of long work, work of a lower rank is let through; what has begun is finished before the same asker's
 * next wish begins.
 */
export class LatestWins {
  #waiting = new Map<object, Work>();
  #begun = new Map<object, { rank: number; parts: AsyncIterator<void, void> }>();
  #busy = false;

  /** Asks for work. @param asker Whose earlier wish this replaces. */
  ask(asker: object, work: Work): void {
    this.#waiting.set(asker, work);
    this.#work();
  }

  /** Takes back an asker's wish, and ends the work that has begun after the part that is under way. */
  forget(asker: object): void {
    this.#waiting.delete(asker);
    this.#begun.get(asker)?.parts.return?.();
    this.#begun.delete(asker);
  }

  async #work(): Promise<void> {
    if (this.#busy) return;
    this.#busy = true;
    for (let asker = this.#next(); asker; asker = this.#next()) {
      const { done } = await this.#begin(asker).next();
      if (done) this.#begun.delete(asker);
    }
    this.#busy = false;
  }

  /** Whose turn it is. */
  #next(): object | undefined {
    let first: object | undefined;
    let lowest = Infinity;
    for (const asker of new Set([...this.#begun.keys(), ...this.#waiting.keys()])) {
      const { rank } = (this.#begun.get(asker) ?? this.#waiting.get(asker))!;
      if (rank < lowest) [first, lowest] = [asker, rank];
    }
    return first;
  }

  #begin(asker: object): AsyncIterator<void, void> {
    const begun = this.#begun.get(asker);
    if (begun) return begun.parts;
    const { rank, begin } = this.#waiting.get(asker)!;
    const parts = begin();
    this.#waiting.delete(asker);
    this.#begun.set(asker, { rank, parts });
    return parts;
  }
}

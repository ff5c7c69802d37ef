/** Work of one kind: only what was asked for last is worth doing. */
interface Job {
  rank: number;
  start(): Promise<void>;
}

/**
 * A line in front of something that does one thing at a time. Each asker has at most one job waiting: a newer one
 * takes its place, so a slider that moves faster than pictures are made skips those that nobody would see. Lower ranks go
 * first.
 */
export class LatestWins {
  #waiting = new Map<object, Job>();
  #busy = false;

  /** Asks for work. @param asker Whose earlier wish this replaces. @param start Does it, and handles its failures. */
  ask(asker: object, { rank, start }: Job): void {
    this.#waiting.set(asker, { rank, start });
    this.#next();
  }

  /** Takes a wish back. */
  forget(asker: object): void {
    this.#waiting.delete(asker);
  }

  async #next(): Promise<void> {
    if (this.#busy) return;
    this.#busy = true;
    while (this.#waiting.size > 0) {
      const [asker, job] = [...this.#waiting].reduce((a, b) => b[1].rank < a[1].rank ? b : a);
      this.#waiting.delete(asker);
      await job.start();
    }
    this.#busy = false;
  }
}

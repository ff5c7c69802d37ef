/** Steps that one frame of the screen makes up for, at most: a page that was held up does not leap. */
const MOST_STEPS = 5;

/** Turns frames of the screen into steps of one length. */
export class FixedSteps {
  /** Seconds of a step. */
  pace: number;
  #pending = 0;

  /** @param pace Seconds of a step. */
  constructor(pace: number) {
    this.pace = pace;
  }

  /** How much of the next step has passed, 0 .. 1. */
  get fraction(): number {
    return Math.min(Math.max(this.#pending / this.pace, 0), 1);
  }

  /** Forgets time that passed. */
  clear(): void {
    this.#pending = 0;
  }

  /**
   * Makes the steps that are due.
   *
   * @param step Makes one; false when it cannot yet, because something is waited for: the time that passes meanwhile is
   * not made up for.
   */
  advance(seconds: number, step: () => boolean): void {
    this.#pending += seconds;
    let made = 0;
    while (this.#pending >= this.pace - 1e-9) {
      if (made === MOST_STEPS || !step()) {
        this.#pending = Math.min(this.#pending, this.pace);
        return;
      }
      this.#pending -= this.pace;
      made++;
    }
  }
}

import type { Drivers } from "../episodes/driver_at.ts";

/** Who drove from which step on. */
export class DriverLog {
  readonly #changes: (readonly [step: number, driver: string])[] = [];

  /** Says who drives a step; steps come in order. */
  add(step: number, driver: string): void {
    if (this.#changes.at(-1)?.[1] !== driver) this.#changes.push([step, driver]);
  }

  /** The changes: from this step on, this one drove. */
  get changes(): Drivers {
    return this.#changes;
  }

  /** What a recording says of it: `driver` (`mixed` where there were several) and the changes as `drivers`. */
  metadata(): { driver: string; drivers: Drivers } {
    const names = new Set(this.#changes.map(([, driver]) => driver));
    return { driver: names.size > 1 ? "mixed" : [...names][0] ?? "", drivers: [...this.#changes] };
  }
}

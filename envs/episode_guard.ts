import type { EpisodeStatus } from "./env_state.ts";

/** Where in its life an environment is; refuses the calls that do not belong there. */
export class EpisodeGuard {
  #status: EpisodeStatus | "closed" = "new";

  /** @param id The environment's, for errors. */
  constructor(readonly id: string) {}

  /** Where in an episode the environment is, for its state. @throws TypeError when it is closed. */
  get status(): EpisodeStatus {
    if (this.#status === "closed") this.refuse("save");
    return this.#status as EpisodeStatus;
  }

  /** An episode begins. */
  begin(): void {
    this.#status = "running";
  }

  /** The episode has ended; a reset begins another one. */
  end(): void {
    this.#status = "over";
  }

  /** Goes on from a saved status. */
  restore(status: EpisodeStatus): void {
    this.#status = status;
  }

  /** The environment is of no more use. */
  close(): void {
    this.#status = "closed";
  }

  /** @throws TypeError before the first reset, after an episode's end and when closed. */
  expectRunning(): void {
    if (this.#status === "running") return;
    if (this.#status === "closed") this.refuse("step");
    const got = this.#status === "new" ? "before the first reset" : "after the end of the episode";
    throw new TypeError(`Cannot step ${this.id}: expected a reset, got a step ${got}`);
  }

  /** @param what What is to be done. @throws TypeError before the first reset and when closed. */
  expectEpisode(what: string): void {
    if (this.#status === "new" || this.#status === "closed") this.refuse(what);
  }

  /** @param what What is to be done. @throws TypeError when closed. */
  expectOpen(what: string): void {
    if (this.#status === "closed") this.refuse(what);
  }

  /** Refuses what needs an episode. @throws TypeError always. */
  refuse(what: string): never {
    const got = this.#status === "closed" ? "one that is closed" : "one before its first reset";
    throw new TypeError(`Cannot ${what} ${this.id}: expected a running environment, got ${got}`);
  }
}

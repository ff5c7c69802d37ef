import type { Config } from "../../../core/fields/field.ts";
import type { Decision, Lab, Shown } from "../../lab/lab.ts";

/** What an agent sees, where that is a picture, and what its model makes of it. */
export interface Sight {
  /** Rows and columns. */
  size: readonly [height: number, width: number];
  /** `[H, W, 3]`. */
  frame: Uint8Array;
  /** What the model reconstructs of it, `[H, W, 3]`; missing where nobody asked. */
  reconstruction?: Uint8Array;
}

/** Decisions that may be under way while somebody else drives: the simulation then waits for the agent to keep up. */
const MOST_PENDING = 6;

/**
 * A run's agent beside a drive. It sees every decision's moment, also while somebody else drives: it is then told what was
 * done.
 */
export class ControllerPilot {
  /** Simulator steps that a decision is held for. */
  readonly frameSkip: number;
  /** The latest decision. */
  latest: (Decision & { decision: number }) | undefined;
  /** What went wrong; nothing is decided from then on. */
  problem: Error | undefined;
  readonly #lab: Lab;
  readonly #agent: Promise<number>;
  #pending = 0;
  #chain: Promise<unknown>;
  #closed = false;

  /** Wakes the agent. @param options.acting What it is asked for, see {@link Lab.startAgent}. */
  constructor(
    lab: Lab,
    { model, frameSkip, acting }: { model: number; frameSkip: number; acting?: Config },
  ) {
    this.#lab = lab;
    this.frameSkip = frameSkip;
    this.#agent = lab.startAgent(model, acting);
    this.#chain = this.#agent.catch((error) => this.#fail(error));
  }

  /** Whether it is too far behind to be shown more. */
  get behind(): boolean {
    return this.#pending >= MOST_PENDING;
  }

  /**
   * Shows it what is seen at a decision.
   *
   * @param seen Told of the reconstruction of a picture, `[H, W, 3]`, when it is wanted.
   */
  see(decision: number, shown: Shown, seen?: (reconstruction: Uint8Array) => void): void {
    this.#pending++;
    this.#chain = this.#chain.then(async () => {
      if (this.#closed || this.problem) return;
      const draw = seen && this.#pending <= MOST_PENDING / 2; // pictures would hold up the frames that wait
      const decided = await this.#lab.decide(await this.#agent, { ...shown, draw });
      this.latest = { ...decided, decision };
      if (decided.picture && !this.#closed) seen?.(decided.picture);
    }).catch((error) => this.#fail(error)).finally(() => this.#pending--);
  }

  /** Frees it. */
  close(): void {
    this.#closed = true;
    this.#agent.then((agent) => this.#lab.stopAgent(agent)).catch(() => {}); // its lab may be gone
  }

  #fail(error: unknown): void {
    this.problem ??= error instanceof Error ? error : new Error(String(error));
  }
}

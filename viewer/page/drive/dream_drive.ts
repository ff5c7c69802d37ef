import { RecordingEncoder } from "../../../envs/recordings/encoder.ts";
import type { LabState } from "../../lab/lab.ts";
import { collectBytes } from "./collect_bytes.ts";
import { DriverLog } from "./driver_log.ts";

/** Decisions after which a dream is cut: 80 seconds of a drive. */
export const LONGEST_DREAM = 1000;
/** Probability of an end from which on a dream counts as ended. */
export const DREAM_END = 0.5;

/** Where a dream starts. */
export interface DreamStart {
  /** Finds the world model's state, `[1, ...]`: asked for once, when the dream begins. */
  position(): Promise<LabState>;
  /** The first frame, `[H, W, 3]`. */
  frame: Uint8Array;
  /** Height and width of its frames. */
  size: readonly [height: number, width: number];
  /** Numbers in an action, A. */
  actionSize: number;
  /** What its recording says of it: model, episode, step. */
  metadata: Record<string, unknown>;
}

/** What one decision of a dream brought. */
export interface DreamMoment {
  /** `[H, W, 3]`. */
  frame: Uint8Array;
  /** The environment's action, `[A]`. */
  action: Float32Array;
  /** The reward of the decision. */
  reward: number;
  /** Probability that the episode ends with it. */
  done: number;
}

/** A drive inside a dream, and all that happened in it. */
export class DreamDrive {
  /** Who drove. */
  readonly drivers: DriverLog = new DriverLog();
  /** What happened, decision by decision. */
  readonly moments: DreamMoment[] = [];
  /** Sum of the rewards. */
  total = 0;
  /** Whether it goes on although the model believes that it has ended. */
  beyond = false;
  readonly #start: DreamStart;
  #position: LabState | undefined;

  /** @param seed The dream's. */
  constructor(start: DreamStart, readonly seed: number) {
    this.#start = start;
  }

  /** Where the dream stands. */
  async position(): Promise<LabState> {
    return this.#position ??= await this.#start.position();
  }

  /** Decisions so far. */
  get decisions(): number {
    return this.moments.length;
  }

  /** Height and width of what is seen. */
  get size(): DreamStart["size"] {
    return this.#start.size;
  }

  /** What is seen now. */
  get frame(): Uint8Array {
    return this.moments.at(-1)?.frame ?? this.#start.frame;
  }

  /** Whether the model believes that it has ended. */
  get ended(): boolean {
    return (this.moments.at(-1)?.done ?? 0) > DREAM_END;
  }

  /** Whether it has ended or is cut. */
  get over(): boolean {
    return (this.ended && !this.beyond) || this.decisions >= LONGEST_DREAM;
  }

  /** Adds a decision. */
  add(moment: DreamMoment, to: LabState, driver: string): void {
    this.drivers.add(this.decisions, driver);
    this.moments.push(moment);
    this.total += moment.reward;
    this.#position = to;
  }

  /** The dream so far as a recording of frames, one a decision. */
  record(): Uint8Array {
    return collectBytes((sink) => {
      const encoder = new RecordingEncoder({
        env: "Dream-v0",
        options: {},
        seed: this.seed,
        resetOptions: {},
        content: "frames",
        stateSize: 0,
        actionSize: this.#start.actionSize,
        observationShape: [...this.size, 3],
        metadata: { ...this.#start.metadata, ...this.drivers.metadata(), dream: true },
        first: this.#start.frame,
      }, sink);
      this.moments.forEach(({ action, reward, frame }, i) => {
        const last = i === this.decisions - 1;
        const terminated = last && this.ended;
        encoder.add(action, {
          reward,
          terminated,
          truncated: last && !terminated && this.decisions >= LONGEST_DREAM,
          info: {},
        }, frame);
      });
      encoder.end({ done: this.moments.at(-1)?.done ?? 0 });
    });
  }
}

import { STATE_SIZE } from "../../../../envs/car_racing/saved_state.ts";
import { type StateTape, TILES_AT } from "./state_tape.ts";

/** Tiles whose textures share one number of a state. */
const TILES_A_NUMBER = 48;
/** The step of tiles that nobody has touched. */
export const NEVER = 1e9;

/** The step at which each tile of a drive was touched first; a tape that grew is gone on with. */
export class VisitedTiles {
  /** `[n]`, {@link NEVER} where it was not. */
  readonly steps: Float32Array;
  #done = 0;
  readonly #tape: StateTape;

  /** Of a tape on a track of so many tiles. */
  constructor(tape: StateTape, tiles: number) {
    this.#tape = tape;
    this.steps = new Float32Array(tiles).fill(NEVER);
  }

  /** Reads the states that came since the last call. @returns Whether another tile was touched. */
  extend(): boolean {
    const { states, count } = this.#tape;
    let changed = false;
    for (; this.#done < count; this.#done++) {
      for (let word = 0; word * TILES_A_NUMBER < this.steps.length; word++) {
        const at = this.#done * STATE_SIZE + TILES_AT + word;
        if (this.#done > 0 && states[at] === states[at - STATE_SIZE]) continue;
        changed = this.#read(states[at], word * TILES_A_NUMBER) || changed;
      }
    }
    return changed;
  }

  /** How many tiles were touched up to a step. */
  countAt(step: number): number {
    let count = 0;
    for (const touched of this.steps) if (touched <= step) count++;
    return count;
  }

  #read(bits: number, first: number): boolean {
    let changed = false;
    const last = Math.min(first + TILES_A_NUMBER, this.steps.length);
    for (let tile = first; tile < last; tile++) {
      if (bits % 2 === 1 && this.steps[tile] === NEVER) {
        this.steps[tile] = this.#done;
        changed = true;
      }
      bits = Math.floor(bits / 2);
    }
    return changed;
  }
}

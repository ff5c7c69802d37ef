import { keepsKey } from "../ui/keeps_key.ts";
import type { Hands } from "../../../envs/env_spec.ts";
import { idleHands, moveHands } from "./hands.ts";
import { BUTTON, findGamepad, readGamepad } from "./gamepad_controls.ts";

/** Keys by where they move a hand: W A S D and arrows, Space is down too. Places of keys, whatever letters they carry. */
const KEYS: Record<string, "left" | "right" | "up" | "down"> = {
  KeyA: "left",
  ArrowLeft: "left",
  KeyD: "right",
  ArrowRight: "right",
  KeyW: "up",
  ArrowUp: "up",
  KeyS: "down",
  ArrowDown: "down",
  Space: "down",
};

/** What fingers on the screen want. */
export interface TouchInput extends Hands {
  /** How many there are. */
  fingers: number;
}

/** A person's hands: keyboard, gamepad or fingers, whichever moves. */
export class HumanInput {
  /** Written to by what fingers hold on the screen. */
  readonly touch: TouchInput = { fingers: 0, ...idleHands() };
  readonly #held = new Set<string>();
  readonly #present = idleHands();
  readonly #wanted = idleHands();
  readonly #pressed = new Set<number>();

  /**
   * Listens to the keys that drive; no other command hears of them.
   *
   * @param wants Whether they are wanted now.
   * @returns What ends it.
   */
  listen(wants: () => boolean): () => void {
    const listeners = new AbortController();
    const options = { capture: true, signal: listeners.signal };
    addEventListener("keydown", (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey || !KEYS[event.code] || !wants()) return;
      if (keepsKey(event.target, event.key)) return;
      event.preventDefault();
      this.#held.add(event.code);
    }, options);
    addEventListener("keyup", ({ code }) => this.#held.delete(code), options);
    addEventListener("blur", ({ target }) => target === globalThis && this.release(), options); // and not a control's
    return () => {
      listeners.abort();
      this.release();
    };
  }

  /** Lets everything go. */
  release(): void {
    this.#held.clear();
    this.#pressed.clear();
    Object.assign(this.touch, { fingers: 0, ...idleHands() });
    Object.assign(this.#present, idleHands());
  }

  /**
   * What the hands do now.
   *
   * @param seconds Since the last call.
   * @param gradual Whether what a held key does grows bit by bit.
   */
  read(seconds: number, { gradual }: { gradual: boolean }): Hands {
    const pad = findGamepad(navigator.getGamepads());
    if (pad) {
      const hands = readGamepad(pad);
      if (hands.across !== 0 || hands.up > 0 || hands.down > 0) return Object.assign(this.#present, hands);
    }
    const held = (what: string) => [...this.#held].some((code) => KEYS[code] === what) ? 1 : 0;
    const { touch } = this;
    this.#wanted.across = held("right") - held("left");
    this.#wanted.up = Math.max(held("up"), touch.up);
    this.#wanted.down = Math.max(held("down"), touch.down);
    moveHands(this.#present, this.#wanted, gradual ? seconds : Infinity);
    if (touch.fingers > 0 && this.#wanted.across === 0) this.#present.across = touch.across;
    return this.#present;
  }

  /** Which of the gamepad's buttons went down since the last call: Start begins and pauses, Y hands over. */
  padPresses(): { start: boolean; handOver: boolean } {
    const pad = findGamepad(navigator.getGamepads());
    const went = (button: number) => {
      const down = pad?.buttons[button]?.pressed ?? false;
      const before = this.#pressed.has(button);
      if (down) this.#pressed.add(button);
      else this.#pressed.delete(button);
      return down && !before;
    };
    return { start: went(BUTTON.start), handOver: went(BUTTON.y) };
  }
}

import { keepsKey } from "../ui/keeps_key.ts";
import { type Controls, rampControls } from "./controls.ts";
import { BUTTON, findGamepad, readGamepad } from "./gamepad_controls.ts";

/** Keys by what they do: W A S D and arrows, Space is the brake too. Places of keys, whatever letters they carry. */
const KEYS: Record<string, "left" | "right" | "gas" | "brake"> = {
  KeyA: "left",
  ArrowLeft: "left",
  KeyD: "right",
  ArrowRight: "right",
  KeyW: "gas",
  ArrowUp: "gas",
  KeyS: "brake",
  ArrowDown: "brake",
  Space: "brake",
};

/** What fingers on the screen want. */
export interface TouchInput {
  /** Fingers on wheel and pedals. */
  fingers: number;
  /** The wheel, -1 .. 1: as it is turned. */
  steer: number;
  /** Pedals: 0 or 1. */
  gas: number;
  /** See {@link TouchInput.gas}. */
  brake: number;
}

/** A person's hands: keyboard, gamepad or fingers, whichever moves. */
export class HumanInput {
  /** Written to by the wheel and pedals on the screen. */
  readonly touch: TouchInput = { fingers: 0, steer: 0, gas: 0, brake: 0 };
  readonly #held = new Set<string>();
  readonly #present: Controls = { steer: 0, gas: 0, brake: 0 };
  readonly #wanted: Controls = { steer: 0, gas: 0, brake: 0 };
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
    Object.assign(this.touch, { fingers: 0, steer: 0, gas: 0, brake: 0 });
    Object.assign(this.#present, { steer: 0, gas: 0, brake: 0 });
  }

  /** What the hands do now. @param seconds Since the last call. */
  read(seconds: number): Controls {
    const pad = findGamepad(navigator.getGamepads());
    if (pad) {
      const controls = readGamepad(pad);
      if (controls.steer !== 0 || controls.gas > 0 || controls.brake > 0) {
        return Object.assign(this.#present, controls);
      }
    }
    const held = (what: string) => [...this.#held].some((code) => KEYS[code] === what) ? 1 : 0;
    const { touch } = this;
    this.#wanted.steer = held("right") - held("left");
    this.#wanted.gas = Math.max(held("gas"), touch.gas);
    this.#wanted.brake = Math.max(held("brake"), touch.brake);
    rampControls(this.#present, this.#wanted, seconds);
    if (touch.fingers > 0 && this.#wanted.steer === 0) this.#present.steer = touch.steer;
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

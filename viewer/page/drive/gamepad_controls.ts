import type { Hands } from "../../../envs/env_spec.ts";

/** Deflection that counts as none. */
const DEAD_ZONE = 0.12;
/** Pull of a trigger that counts as none. */
const DEAD_TRIGGER = 0.04;
/** Above 1: finer near the middle. */
const CURVE = 1.6;

/** Buttons of the standard mapping. */
export const BUTTON = {
  a: 0,
  b: 1,
  y: 3,
  leftTrigger: 6,
  rightTrigger: 7,
  start: 9,
  left: 14,
  right: 15,
} as const;

/** What is read of a gamepad. */
export interface PadState {
  readonly mapping: string;
  readonly connected: boolean;
  readonly axes: readonly number[];
  readonly buttons: readonly { readonly pressed: boolean; readonly value: number }[];
}

/**
 * A gamepad of the standard mapping as hands: left stick or cross is across, the right trigger (or A) up, the left one
 * (or B) down.
 */
export function readGamepad(pad: PadState): Hands {
  const value = (button: number) => pad.buttons[button]?.value ?? 0;
  const cross = value(BUTTON.right) - value(BUTTON.left);
  return {
    across: cross !== 0 ? cross : stick(pad.axes[0] ?? 0),
    up: Math.max(trigger(value(BUTTON.rightTrigger)), value(BUTTON.a)),
    down: Math.max(trigger(value(BUTTON.leftTrigger)), value(BUTTON.b)),
  };
}

/** The first gamepad that is there and that can be read. */
export function findGamepad(pads: readonly (PadState | null)[]): PadState | undefined {
  return pads.find((pad): pad is PadState => pad !== null && pad.connected && pad.mapping === "standard");
}

/** Takes the dead zone out and bends what is left, so that the middle is fine and the end is reached. */
function stick(deflection: number): number {
  const beyond = (Math.abs(deflection) - DEAD_ZONE) / (1 - DEAD_ZONE);
  return beyond <= 0 ? 0 : Math.sign(deflection) * Math.min(beyond, 1) ** CURVE;
}

function trigger(pull: number): number {
  return pull <= DEAD_TRIGGER ? 0 : (pull - DEAD_TRIGGER) / (1 - DEAD_TRIGGER);
}

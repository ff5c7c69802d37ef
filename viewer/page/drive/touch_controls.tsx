import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { idleHands } from "./hands.ts";
import { playOf } from "./human_action.ts";
import type { HumanInput } from "./human_input.ts";

/** How far a finger turns the wheel fully, CSS pixels. */
const FULL_TURN = 70;
/** The wheel's turn on the screen, degrees. */
const DEGREES = 110;

/** A wheel and pedals for fingers, as far as they do anything; several at a time. Shown where the screen is touched. */
export function TouchControls({ input, environment }: { input: HumanInput; environment: string }) {
  const shown = useSignal(matchMedia("(pointer: coarse)").matches);
  useEffect(() => {
    const touched = ({ pointerType }: PointerEvent) => {
      if (pointerType === "touch") shown.value = true;
    };
    addEventListener("pointerdown", touched);
    return () => {
      removeEventListener("pointerdown", touched);
      Object.assign(input.touch, { fingers: 0, ...idleHands() });
    };
  }, []);
  if (!shown.value) return null;
  const { across, down, up } = playOf(environment).does;
  return (
    <div class="drive-touch">
      {across && <Wheel input={input} label={capital(across)} />}
      <div class="drive-pedals">
        {down && <Pedal input={input} pedal="down" label={capital(down)} />}
        {up && <Pedal input={input} pedal="up" label={capital(up)} />}
      </div>
    </div>
  );
}

function capital(word: string): string {
  return word[0].toUpperCase() + word.slice(1);
}

function Wheel({ input, label }: { input: HumanInput; label: string }) {
  const rim = useRef<SVGGElement>(null);
  const start = useRef<number | undefined>(undefined);
  const turn = (across: number) => {
    input.touch.across = across;
    rim.current!.setAttribute("transform", `rotate(${(across * DEGREES).toFixed(1)})`);
  };
  const end = () => {
    if (start.current === undefined) return;
    start.current = undefined;
    input.touch.fingers--;
    turn(0);
  };
  return (
    <div
      class="drive-wheel"
      role="slider"
      aria-label={label}
      aria-valuemin={-1}
      aria-valuemax={1}
      aria-valuenow={0}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        if (start.current === undefined) input.touch.fingers++;
        start.current = event.clientX;
      }}
      onPointerMove={(event) => {
        if (start.current === undefined) return;
        turn(Math.max(-1, Math.min(1, (event.clientX - start.current) / FULL_TURN)));
      }}
      onPointerUp={end}
      onPointerCancel={end}
    >
      <svg viewBox="-50 -50 100 100" aria-hidden="true" focusable="false">
        <g ref={rim}>
          <circle r="41" class="drive-rim" />
          <path d="M-41 0H-12M12 0H41M0 12V41" class="drive-spokes" />
          <circle r="12" class="drive-hub" />
          <path d="M0 -45V-37" class="drive-mark" />
        </g>
      </svg>
    </div>
  );
}

function Pedal({ input, pedal, label }: { input: HumanInput; pedal: "up" | "down"; label: string }) {
  const press = (down: 0 | 1) => {
    if (input.touch[pedal] === down) return;
    input.touch[pedal] = down;
    input.touch.fingers += down === 1 ? 1 : -1;
  };
  return (
    <button
      type="button"
      class={`drive-pedal drive-pedal-${pedal}`}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        press(1);
      }}
      onPointerUp={() => press(0)}
      onPointerCancel={() => press(0)}
      onContextMenu={(event) => event.preventDefault()}
    >
      {label}
    </button>
  );
}

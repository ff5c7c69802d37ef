import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import type { HumanInput } from "./human_input.ts";

/** How far a finger turns the wheel fully, CSS pixels. */
const FULL_TURN = 70;
/** The wheel's turn on the screen, degrees. */
const DEGREES = 110;

/** A steering wheel and pedals for fingers; several at a time. Shown where the screen is touched. */
export function TouchControls({ input }: { input: HumanInput }) {
  const shown = useSignal(matchMedia("(pointer: coarse)").matches);
  useEffect(() => {
    const touched = ({ pointerType }: PointerEvent) => {
      if (pointerType === "touch") shown.value = true;
    };
    addEventListener("pointerdown", touched);
    return () => {
      removeEventListener("pointerdown", touched);
      Object.assign(input.touch, { fingers: 0, steer: 0, gas: 0, brake: 0 });
    };
  }, []);
  if (!shown.value) return null;
  return (
    <div class="drive-touch">
      <Wheel input={input} />
      <div class="drive-pedals">
        <Pedal input={input} pedal="brake" label="Brake" />
        <Pedal input={input} pedal="gas" label="Gas" />
      </div>
    </div>
  );
}

function Wheel({ input }: { input: HumanInput }) {
  const rim = useRef<SVGGElement>(null);
  const start = useRef<number | undefined>(undefined);
  const turn = (steer: number) => {
    input.touch.steer = steer;
    rim.current!.setAttribute("transform", `rotate(${(steer * DEGREES).toFixed(1)})`);
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
      aria-label="Steering wheel"
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

function Pedal({ input, pedal, label }: { input: HumanInput; pedal: "gas" | "brake"; label: string }) {
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

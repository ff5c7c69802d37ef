import { type ReadonlySignal, useSignalEffect } from "@preact/signals";
import { useRef } from "preact/hooks";
import { STATE_SIZE } from "../../../../envs/car_racing/saved_state.ts";
import { Gauge, setGauge } from "../../ui/gauges.tsx";
import { AT, type StateTape, WHEEL_NUMBERS } from "./state_tape.ts";

/** Fastest speed (u/s) and spin (rad/s) that the bars have room for: what the car reaches. */
const TOP_SPEED = 100;
const TOP_SPIN = 180;
const WHEELS = ["front left", "front right", "rear left", "rear right"];

/** Speed and the spin of the wheels at a step; moved without rendering. */
export function MotionGauges({ at }: { at: ReadonlySignal<{ tape: StateTape; step: number } | undefined> }) {
  const wheels = useRef<HTMLDivElement>(null);
  useSignalEffect(() => {
    const shown = at.value;
    if (!wheels.current) return;
    const gauges = wheels.current.parentElement!;
    wheels.current.hidden = shown === undefined;
    if (!shown) return setGauge(gauges, "speed", undefined);
    const { tape: { states, count }, step } = shown;
    const from = Math.min(step, count - 1) * STATE_SIZE;
    const speed = Math.hypot(states[from + AT.vx], states[from + AT.vy]);
    setGauge(gauges, "speed", speed, { most: TOP_SPEED, digits: 0 });
    WHEELS.forEach((name, i) => {
      const spin = Math.abs(states[from + AT.wheels + i * WHEEL_NUMBERS + 3]);
      const column = gauges.querySelector<HTMLElement>(`[data-wheel="${name}"]`)!;
      column.style.transform = `scaleY(${Math.min(1, spin / TOP_SPIN).toFixed(3)})`;
    });
  });
  return (
    <>
      <Gauge name="speed" title="Simulator units per second; the car is five units long">Speed</Gauge>
      <div
        class="gauge gauge-wheels"
        ref={wheels}
        title="Spin of the four wheels: front left, front right, rear left, rear right"
      >
        <dt>Wheels</dt>
        <dd aria-hidden="true">
          {WHEELS.map((name) => (
            <span key={name}>
              <i data-wheel={name} />
            </span>
          ))}
        </dd>
      </div>
    </>
  );
}

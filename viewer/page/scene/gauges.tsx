import { type ReadonlySignal, useComputed, useSignalEffect } from "@preact/signals";
import { useRef } from "preact/hooks";
import { valueOf } from "../state/async_state.ts";
import { step } from "../state/playhead.ts";
import { decisionAt, episode, perception } from "../state/session.ts";
import { signed } from "../ui/signed.ts";
import { AT, type StateTape, WHEEL_NUMBERS } from "./state_tape.ts";
import { STATE_SIZE } from "../../../envs/car_racing/saved_state.ts";

/** What the instruments show. */
export interface GaugeReading {
  /** Speed, u/s; missing in a dream. */
  speed?: number;
  /** Spin of the wheels, rad/s, `[4]`: front left, front right, rear left, rear right; missing in a dream. */
  wheels?: readonly number[];
  /** The action that is taken: steering -1 left .. 1 right. */
  steer: number;
  /** 0 .. 1. */
  gas: number;
  /** 0 .. 1. */
  brake: number;
  /** Reward of the last step. */
  reward: number;
  /** Sum of the rewards. */
  total: number;
  /** The return that the critic expects from here on, where there is one. */
  value?: number;
}

/** Fastest speed and spin that the bars have room for: what the car reaches. */
const TOP_SPEED = 100;
const TOP_SPIN = 180;
const WHEELS = ["front left", "front right", "rear left", "rear right"];

/** Speed and spin as a state has them. */
export function motionGauges(tape: StateTape, at: number): Pick<GaugeReading, "speed" | "wheels"> {
  const from = Math.min(at, tape.count - 1) * STATE_SIZE;
  const { states } = tape;
  return {
    speed: Math.hypot(states[from + AT.vx], states[from + AT.vy]),
    wheels: WHEELS.map((_, i) => states[from + AT.wheels + i * WHEEL_NUMBERS + 3]),
  };
}

/** The car's instruments; moved without rendering. */
export function Gauges({ reading }: { reading: ReadonlySignal<GaugeReading | undefined> }) {
  const root = useRef<HTMLDListElement>(null);
  useSignalEffect(() => {
    if (root.current) show(root.current, reading.value);
  });
  return (
    <dl class="gauges" ref={root} aria-label="Instruments">
      <Gauge name="speed" title="Simulator units per second; the car is five units long">Speed</Gauge>
      <Gauge name="steer" centred title="Steering, -1 left to 1 right">Steer</Gauge>
      <Gauge name="gas" title="Gas, 0 to 1">Gas</Gauge>
      <Gauge name="brake" title="Brake, 0 to 1; the wheels lock from 0.9">Brake</Gauge>
      <div
        class="gauge gauge-wheels"
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
      <Gauge name="reward" plain title="Reward of the last step">Reward</Gauge>
      <Gauge name="total" plain title="Sum of the rewards so far">Return</Gauge>
      <Gauge
        name="value"
        plain
        title="The return that the critic predicts from here on, in the model's own units"
      >
        Value
      </Gauge>
    </dl>
  );
}

function Gauge({ name, children, title, centred, plain }: {
  name: string;
  children: string;
  title: string;
  centred?: boolean;
  plain?: boolean;
}) {
  return (
    <div class={`gauge gauge-${name}`} data-gauge={name} title={title}>
      <dt>{children}</dt>
      <dd>
        {!plain && (
          <span class={centred ? "gauge-track centred" : "gauge-track"} aria-hidden="true">
            <i />
          </span>
        )}
        <b />
      </dd>
    </div>
  );
}

/** The instruments of the chosen episode at the playhead's step. */
export function EpisodeGauges() {
  const reading = useComputed((): GaugeReading | undefined => {
    const shown = valueOf(episode.value);
    if (!shown || shown.header.actionSize !== 3) return undefined;
    const at = Math.min(step.value, shown.steps);
    const action = 3 * Math.min(at, shown.steps - 1);
    const seen = valueOf(perception.value);
    const known = seen?.episode === shown ? seen.followed?.values : undefined;
    return {
      ...(shown.header.stateSize === STATE_SIZE
        ? motionGauges({ states: shown.states, count: shown.steps + 1 }, at)
        : {}),
      steer: shown.actions[action] ?? 0,
      gas: shown.actions[action + 1] ?? 0,
      brake: shown.actions[action + 2] ?? 0,
      reward: at > 0 ? shown.rewards[at - 1] : 0,
      total: shown.returns[at],
      value: known && known.length > 0 ? known[Math.min(decisionAt(at), known.length - 1)] : undefined,
    };
  });
  return <Gauges reading={reading} />;
}

function show(root: HTMLElement, reading: GaugeReading | undefined): void {
  const set = (name: string, value: number | undefined, { most = 1, digits = 2, sign = false } = {}) => {
    const gauge = root.querySelector<HTMLElement>(`[data-gauge="${name}"]`)!;
    gauge.hidden = value === undefined;
    if (value === undefined) return;
    const part = Math.max(-1, Math.min(1, value / most));
    const bar = gauge.querySelector<HTMLElement>("i");
    if (bar) bar.style.transform = `scaleX(${part.toFixed(3)})`;
    const text = (sign && value > 0 ? "+" : "") + signed(value, digits);
    const label = gauge.querySelector("b")!;
    if (label.textContent !== text) label.textContent = text;
  };
  set("speed", reading?.speed, { most: TOP_SPEED, digits: 0 });
  set("steer", reading?.steer ?? 0, { sign: true });
  set("gas", reading?.gas ?? 0);
  set("brake", reading?.brake ?? 0);
  set("reward", reading?.reward ?? 0, { digits: 1, sign: true });
  set("total", reading?.total ?? 0, { digits: 1 });
  set("value", reading?.value, { digits: 1 });
  root.querySelector<HTMLElement>(".gauge-wheels")!.hidden = reading?.wheels === undefined;
  reading?.wheels?.forEach((spin, i) => {
    const column = root.querySelector<HTMLElement>(`[data-wheel="${WHEELS[i]}"]`)!;
    column.style.transform = `scaleY(${Math.min(1, Math.abs(spin) / TOP_SPIN).toFixed(3)})`;
  });
}

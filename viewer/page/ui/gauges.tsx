import { type ReadonlySignal, useSignalEffect } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useRef } from "preact/hooks";
import type { ActionPart } from "../../../envs/env_spec.ts";
import { signed } from "./signed.ts";

/** What the instruments show. */
export interface GaugeReading {
  /** The action that is taken, `[A]`; none before the first one. */
  action: ArrayLike<number>;
  /** Reward of the last step. */
  reward: number;
  /** Sum of the rewards. */
  total: number;
  /** The return that the critic expects from here on, where there is one. */
  value?: number;
}

/** What is done and earned; moved without rendering. @param parts What the action's numbers are. */
export function Gauges({ parts, reading, children }: {
  parts: readonly ActionPart[];
  reading: ReadonlySignal<GaugeReading | undefined>;
  /** Gauges of the environment's own, before the others. */
  children?: ComponentChildren;
}) {
  const root = useRef<HTMLDListElement>(null);
  useSignalEffect(() => {
    const { action = [], reward = 0, total = 0, value } = reading.value ?? {};
    const set = (name: string, value: number | undefined, scale?: GaugeScale) =>
      root.current && setGauge(root.current, name, value, scale);
    parts.forEach(({ name, range = [-1, 1] }, i) => {
      const most = Math.max(Math.abs(range[0]), Math.abs(range[1])) || 1;
      set(name, action[i] ?? 0, { most, sign: range[0] < 0 });
    });
    set("reward", reward, { digits: 1, sign: true });
    set("total", total, { digits: 1 });
    set("value", value, { digits: 1 });
  });
  return (
    <dl class="gauges" ref={root} aria-label="Instruments">
      {children}
      {parts.map(({ name, title, meaning, range = [-1, 1] }, i) => (
        <Gauge key={name} name={name} color={i} centred={range[0] < 0} title={`${title}: ${meaning}`}>
          {name[0].toUpperCase() + name.slice(1)}
        </Gauge>
      ))}
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

/** One number with its name and, unless it is plain, a bar. */
export function Gauge({ name, children, title, centred, plain, color }: {
  /** What {@link setGauge} calls it. */
  name: string;
  children: string;
  title: string;
  /** Whether the bar grows to both sides. */
  centred?: boolean;
  plain?: boolean;
  /** Which of the colours of actions it has. */
  color?: number;
}) {
  return (
    <div class="gauge" data-gauge={name} data-color={color} title={title}>
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

/** How a number is shown. */
export interface GaugeScale {
  /** The number that the whole bar stands for. @default 1 */
  most?: number;
  /** Digits behind the point. @default 2 */
  digits?: number;
  /** Whether a plus is shown as well. @default false */
  sign?: boolean;
}

/** Moves one of the gauges within an element; without a value it is hidden. */
export function setGauge(
  root: HTMLElement,
  name: string,
  value: number | undefined,
  { most = 1, digits = 2, sign = false }: GaugeScale = {},
): void {
  const gauge = root.querySelector<HTMLElement>(`[data-gauge="${name}"]`)!;
  gauge.hidden = value === undefined;
  if (value === undefined) return;
  const part = Math.max(-1, Math.min(1, value / most));
  const bar = gauge.querySelector<HTMLElement>("i");
  if (bar) bar.style.transform = `scaleX(${part.toFixed(3)})`;
  const text = (sign && value > 0 ? "+" : "") + signed(value, digits);
  const label = gauge.querySelector("b")!;
  if (label.textContent !== text) label.textContent = text;
}

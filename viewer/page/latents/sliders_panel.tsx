import { useSignal, useSignalEffect } from "@preact/signals";
import { useLayoutEffect, useRef } from "preact/hooks";
import { Button } from "../ui/controls.tsx";
import { Panel } from "../ui/panel.tsx";
import { COLLAPSED } from "./divergence.ts";
import { signed } from "../ui/signed.ts";
import { base, choose, chosen, edited, held, hold, nats, order, reach, release } from "./latents_state.ts";

/** As many sliders as are of use at once; the rest come on demand. */
const FEW = 64;

/** A slider for each dimension: it follows the frame until it is moved, and holds its value until it is reset. */
export function SlidersPanel() {
  const list = useRef<HTMLDivElement>(null);
  const all = useSignal(false);
  const draw = () => {
    if (!edited.value || !base.value) return;
    for (const line of list.current?.children ?? []) {
      const dimension = Number((line as HTMLElement).dataset.dimension);
      const [input, button] = [line.querySelector("input")!, line.querySelector("button")!];
      const value = edited.value[dimension];
      const text = signed(value);
      const isHeld = held.value.has(dimension);
      input.valueAsNumber = value;
      input.setAttribute("aria-valuetext", text);
      button.textContent = text;
      button.setAttribute("aria-label", `${text}, reset z${dimension}`);
      button.disabled = !isHeld;
      line.classList.toggle("held", isHeld);
      if (!isHeld) continue;
      const part = (base.value[dimension] + reach.value) / (2 * reach.value);
      (line as HTMLElement).style.setProperty("--frame", String(Math.min(Math.max(part, 0), 1)));
    }
  };
  useSignalEffect(draw);
  useLayoutEffect(draw);

  const dimensions = all.value ? order.value : order.value.slice(0, FEW);
  return (
    <Panel
      title="Sliders"
      class="latents-sliders-panel"
      actions={order.value.length > FEW && (
        <Button
          label={all.value ? `Show ${FEW}` : `Show all ${order.value.length}`}
          onClick={() => all.value = !all.value}
        />
      )}
    >
      <div ref={list} class="latents-sliders">
        {dimensions.map((dimension) => (
          <div
            key={dimension}
            data-dimension={dimension}
            class={nats.value && nats.value[dimension] < COLLAPSED
              ? "latents-slider collapsed"
              : "latents-slider"}
            data-chosen={dimension === chosen.value}
          >
            <label htmlFor={`latents-z${dimension}`}>z{dimension}</label>
            <input
              id={`latents-z${dimension}`}
              type="range"
              min={-reach.value}
              max={reach.value}
              step={0.01}
              onFocus={() => choose(dimension)}
              onInput={({ currentTarget }) => hold(dimension, currentTarget.valueAsNumber)}
              onDblClick={() => release(dimension)}
            />
            <button
              type="button"
              title={`Reset z${dimension}`}
              onClick={() => release(dimension)}
            />
          </div>
        ))}
      </div>
      <p class="small dim latents-note">
        {nats.value && "Ticks mark the frame's values. A slider that you moved keeps its value. "}
        Double-click a slider, or click its number, to reset it.
      </p>
    </Panel>
  );
}

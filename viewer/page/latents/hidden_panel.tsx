import { useSignal, useSignalEffect } from "@preact/signals";
import { useMemo, useRef } from "preact/hooks";
import { interpolateRgb, quantile, rgb } from "../charts/d3.ts";
import { seek, step } from "../state/playhead.ts";
import { type Encoding, frameSkip } from "../state/session.ts";
import { Choice } from "../ui/controls.tsx";
import { paint } from "../ui/pixel_canvas.tsx";
import { tokenColor } from "../ui/token_color.ts";
import { similarFirst } from "./similar_first.ts";

/** What a policy sees beside the latents, the memory's hidden state, over the episode: a row of colour for each unit. */
export function HiddenPanel({ perception: { followed, model } }: { perception: Encoding }) {
  const moments = followed.rewards.length + 1;
  const units = followed.features.length / moments - model.card.latentSize;
  const hidden = useMemo(() => lastColumns(followed.features, { rows: moments, count: units }), [followed]);
  const order = useSignal<"similar" | "index">("similar");
  const similar = useMemo(() => similarFirst(hidden, units), [hidden]);
  const most = useMemo(() => quantile(hidden.map(Math.abs), 0.99) || 1, [hidden]);
  const canvas = useRef<HTMLCanvasElement>(null);
  const playhead = useRef<HTMLDivElement>(null);

  useSignalEffect(() => {
    const shown = order.value === "similar" ? similar : similar.toSorted((a, b) => a - b);
    const colors = diverging();
    const data = new Uint8Array(units * moments * 3);
    for (const [y, unit] of shown.entries()) {
      for (let d = 0; d < moments; d++) {
        const part = Math.min(Math.max(hidden[d * units + unit] / most, -1), 1);
        data.set(colors[Math.round((part + 1) * 127)], (y * moments + d) * 3);
      }
    }
    paint(canvas.current!, { data, height: units, width: moments });
  });
  useSignalEffect(() => {
    const part = (step.value / frameSkip.value + 0.5) / moments;
    playhead.current!.style.transform = `translateX(${Math.min(part, 1) * 100}%)`;
  });
  const seekTo = (event: PointerEvent) => {
    const { left, width } = canvas.current!.getBoundingClientRect();
    seek(Math.floor((event.clientX - left) / width * moments) * frameSkip.value);
  };
  return (
    <div>
      <div class="latents-memory-head">
        <h3>Hidden state, {units} units</h3>
        <Choice
          label="Order"
          value={order.value}
          options={[["similar", "Similar units together"], ["index", "By index"]]}
          onChange={(value) => order.value = value}
        />
      </div>
      <div
        class="latents-heat"
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId);
          seekTo(event);
        }}
        onPointerMove={(event) => event.buttons > 0 && seekTo(event)}
      >
        <canvas
          ref={canvas}
          class="pixels"
          role="img"
          aria-label={`Hidden state of ${units} units over ${moments} decisions`}
        />
        <div ref={playhead} class="latents-playhead" />
      </div>
      <p class="latents-keys dim">
        <span class="latents-negative">−{most.toFixed(2)} and below</span>
        <span class="latents-positive">{most.toFixed(2)} and above</span>
        <span>time runs to the right; click to go to a moment</span>
      </p>
    </div>
  );
}

/** The last columns of a matrix, row-major. */
function lastColumns(matrix: Float32Array, { rows, count }: { rows: number; count: number }): Float32Array {
  const size = matrix.length / rows;
  const columns = new Float32Array(rows * count);
  for (let row = 0; row < rows; row++) {
    columns.set(matrix.subarray((row + 1) * size - count, (row + 1) * size), row * count);
  }
  return columns;
}

/** Blue below zero, the panel's own colour at zero, orange above: apart for colour-blind readers too. `[255]`. */
function diverging(): [number, number, number][] {
  const [low, middle, high] = [tokenColor("--series-5"), tokenColor("--surface"), tokenColor("--series-6")];
  const [below, above] = [interpolateRgb(low, middle), interpolateRgb(middle, high)];
  return Array.from({ length: 255 }, (_, i) => {
    const { r, g, b } = rgb(i < 127 ? below(i / 127) : above((i - 127) / 127));
    return [r, g, b];
  });
}

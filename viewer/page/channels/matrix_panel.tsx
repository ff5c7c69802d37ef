import { useComputed, useSignal } from "@preact/signals";
import { useLayoutEffect } from "preact/hooks";
import { interpolateRdBu, rgb } from "../charts/d3.ts";
import { PixelCanvas } from "../ui/pixel_canvas.tsx";
import { signed } from "../ui/signed.ts";
import type { ChannelPanelProps } from "./channel_panel.ts";

/** A table of numbers as a heat map: blue above 0, red below. */
export function MatrixPanel({ channel }: ChannelPanelProps<"matrix">) {
  const shown = useSignal(channel);
  useLayoutEffect(() => {
    shown.value = channel;
  }, [channel]);
  const picture = useComputed(() => {
    const { rows, values } = shown.value;
    const most = reach(values);
    const data = new Uint8Array(values.length * 3);
    values.forEach((value, i) => {
      const { r, g, b } = rgb(interpolateRdBu(0.5 + value / most / 2));
      data.set([r, g, b], 3 * i);
    });
    return { data, height: rows, width: values.length / rows };
  });
  const { name, rows, values } = channel;
  const most = signed(reach(values)).replace("+", "");
  return (
    <div class="channel-matrix">
      <PixelCanvas picture={picture} label={name} class="channel-sheet" />
      <p class="small dim">
        {name}: {rows} × {values.length / rows}, from −{most} (red) to {most} (blue)
      </p>
    </div>
  );
}

function reach(values: Float32Array): number {
  return values.reduce((most, value) => Math.max(most, Math.abs(value)), 1e-12);
}

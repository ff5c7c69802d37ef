import { useSignal, useSignalEffect } from "@preact/signals";
import { useLayoutEffect, useRef } from "preact/hooks";
import type { PointsChannel } from "../../lab/channels.ts";
import { rgb } from "../charts/d3.ts";
import { tokenColor } from "../ui/token_color.ts";
import type { ChannelPanelProps } from "./channel_panel.ts";

/** Side of the picture in its own pixels; CSS makes it as wide as its panel allows. */
const SIDE = 960;
/** Radius of a dot in those pixels. */
const DOT = 3;
/** Half the length of an arrow's head. */
const HEAD = 8;

/** Points in the plane over the data's own, the model's density or the arrows of its score. */
export function PointsPanel({ channel }: ChannelPanelProps<"points">) {
  const shown = useSignal(channel);
  useLayoutEffect(() => {
    shown.value = channel;
  }, [channel]);
  const canvas = useRef<HTMLCanvasElement>(null);
  useSignalEffect(() => draw(canvas.current!.getContext("2d")!, shown.value));
  const { name, points, data, heat, field, extent } = channel;
  const reach = Number(extent.toPrecision(2));
  return (
    <figure class="channel-points">
      <canvas ref={canvas} width={SIDE} height={SIDE} role="img" aria-label={name} />
      <figcaption class="small">
        <span class="dream">● {points.length / 2} samples</span>
        {data && <span class="real">● {data.length / 2} held-out points</span>}
        {heat && <span class="channel-density">■ density</span>}
        {field && <span class="dim">→ score</span>}
        <span class="dim">x and y from −{reach} to {reach}</span>
      </figcaption>
    </figure>
  );
}

function draw(context: CanvasRenderingContext2D, { points, data, heat, field, extent }: PointsChannel): void {
  const place = (value: number) => (value / extent + 1) / 2 * SIDE;
  context.fillStyle = tokenColor("--bg");
  context.fillRect(0, 0, SIDE, SIDE);
  if (heat) drawHeat(context, heat);
  context.strokeStyle = tokenColor("--line");
  context.strokeRect(SIDE / 2, -1, SIDE, SIDE / 2 + 1);
  context.strokeRect(-1, SIDE / 2, SIDE / 2 + 1, SIDE);
  const dots = (all: Float32Array, color: `--${string}`, alpha: number) => {
    context.globalAlpha = alpha;
    context.fillStyle = tokenColor(color);
    context.beginPath();
    for (let i = 0; i < all.length; i += 2) {
      const [x, y] = [place(all[i]), place(-all[i + 1])];
      context.moveTo(x + DOT, y);
      context.arc(x, y, DOT, 0, 2 * Math.PI);
    }
    context.fill();
    context.globalAlpha = 1;
  };
  if (data) dots(data, "--real", 0.45);
  dots(points, "--dream", 0.75);
  if (field) drawArrows(context, field, { place, scale: SIDE / 2 / extent });
}

/** A density as a tint: its square root, so that faint parts show. */
function drawHeat(
  context: CanvasRenderingContext2D,
  { side, values }: NonNullable<PointsChannel["heat"]>,
): void {
  const most = values.reduce((most, value) => Math.max(most, value), 1e-30);
  const { r, g, b } = rgb(tokenColor("--accent"));
  const small = new OffscreenCanvas(side, side);
  const image = new ImageData(side, side);
  values.forEach((value, i) => image.data.set([r, g, b, 200 * Math.sqrt(value / most)], 4 * i));
  small.getContext("2d")!.putImageData(image, 0, 0);
  context.drawImage(small, 0, 0, SIDE, SIDE);
}

function drawArrows(
  context: CanvasRenderingContext2D,
  { places, arrows }: NonNullable<PointsChannel["field"]>,
  { place, scale }: { place: (value: number) => number; scale: number },
): void {
  context.strokeStyle = tokenColor("--text");
  context.lineWidth = 1.5;
  context.beginPath();
  for (let i = 0; i < places.length; i += 2) {
    const [x, y] = [place(places[i]), place(-places[i + 1])];
    const [dx, dy] = [arrows[i] * scale, -arrows[i + 1] * scale];
    const length = Math.hypot(dx, dy);
    if (!(length > 1)) continue;
    const [ux, uy] = [dx / length * Math.min(HEAD, length / 2), dy / length * Math.min(HEAD, length / 2)];
    const [tipX, tipY] = [x + dx, y + dy];
    context.moveTo(x, y);
    context.lineTo(tipX, tipY);
    context.moveTo(tipX - ux - uy / 2, tipY - uy + ux / 2);
    context.lineTo(tipX, tipY);
    context.lineTo(tipX - ux + uy / 2, tipY - uy - ux / 2);
  }
  context.stroke();
}

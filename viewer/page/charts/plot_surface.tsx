import { type Signal, useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import type { Plot } from "./plot.ts";

/** What lies above a plot and takes pointers and keys. */
export interface PlotSurfaceProps {
  /** What the chart is called. */
  label: string;
  plot: Plot;
  /** Where the crosshair stands. */
  hover: Signal<number | undefined>;
  /** The part of the horizontal axis that is shown. */
  zoomed: Signal<readonly [number, number] | undefined>;
  crosshair: boolean;
  zoom: boolean;
  onSeek?: (x: number) => void;
  /** The nearest value's place to x, some values on. */
  stepFrom(x: number | undefined, values: number): number | undefined;
  /** The values at x in words. */
  describe(x: number): string;
}

/** Moves the crosshair, seeks and zooms: by mouse, touch and keys. */
export function PlotSurface(
  { label, plot, hover, zoomed, crosshair, zoom, onSeek, stepFrom, describe }: PlotSurfaceProps,
) {
  const surface = useRef<HTMLDivElement>(null);
  const box = useRef<HTMLDivElement>(null);
  const pointers = useRef(new Map<number, number>());
  const start = useRef<{ px: number; plot: Plot; both?: [number, number]; moved: boolean } | undefined>(
    undefined,
  );
  const spoken = useSignal("");
  const { innerWidth, innerHeight, margin } = plot;
  const invert = (px: number, scale = plot.x) => Number(scale.invert(px));
  const pixel = (event: MouseEvent) =>
    Math.min(Math.max(event.clientX - surface.current!.getBoundingClientRect().left, 0), innerWidth);
  const point = (x: number | undefined) => {
    if (crosshair) hover.value = x;
  };
  /** Shows what lies between two pixels, which may lie outside. */
  const show = (from: number, to: number, scale = plot.x) => {
    const [low, high] = plot.full;
    const ends: [number, number] = [Math.max(invert(from, scale), low), Math.min(invert(to, scale), high)];
    if (ends[0] <= low && ends[1] >= high) zoomed.value = undefined;
    else if (ends[1] - ends[0] > (high - low) * 1e-6) zoomed.value = ends;
  };
  const zoomBy = (factor: number, about: number) =>
    show(about - about * factor, about + (innerWidth - about) * factor);
  const drawBox = (from?: number, to = 0) => {
    const { style } = box.current!;
    style.display = from === undefined ? "none" : "block";
    if (from === undefined) return;
    style.left = `${Math.min(from, to)}px`;
    style.width = `${Math.abs(to - from)}px`;
  };

  const down = (event: PointerEvent) => {
    if (event.button !== 0) return;
    const px = pixel(event);
    pointers.current.set(event.pointerId, px);
    surface.current!.setPointerCapture(event.pointerId);
    const both = [...pointers.current.values()].sort((a, b) => a - b);
    const pinch = zoom && both.length === 2 ? both as [number, number] : undefined;
    start.current = { px, plot, both: pinch, moved: pinch !== undefined };
    point(invert(px));
    if (onSeek && !dragsBox(event)) onSeek(invert(px));
  };
  /** Whether dragging chooses what to zoom to; else it seeks. */
  const dragsBox = (event: PointerEvent) => zoom && event.pointerType !== "touch";
  const move = (event: PointerEvent) => {
    const px = pixel(event);
    const began = start.current;
    if (pointers.current.has(event.pointerId)) pointers.current.set(event.pointerId, px);
    if (!began) return point(invert(px));
    if (began.both) {
      const [a, b] = [...pointers.current.values()].sort((left, right) => left - right);
      if (b - a < 8) return;
      const scale = (began.both[1] - began.both[0]) / (b - a);
      const old = (at: number) => began.both![0] + (at - a) * scale;
      return show(old(0), old(innerWidth), began.plot.x);
    }
    point(invert(px));
    if (!dragsBox(event)) return onSeek?.(invert(px));
    began.moved ||= Math.abs(px - began.px) > 4;
    if (began.moved) drawBox(began.px, px);
  };
  const up = (event: PointerEvent) => {
    const began = start.current;
    pointers.current.delete(event.pointerId);
    if (pointers.current.size === 0) start.current = undefined;
    if (!began || began.both || !dragsBox(event)) return;
    drawBox();
    const px = pixel(event);
    if (!began.moved) onSeek?.(invert(px));
    else if (event.type === "pointerup") show(Math.min(began.px, px), Math.max(began.px, px));
  };
  const key = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const far = event.shiftKey ? 10 : 1;
    const now = hover.value;
    const middle = innerWidth / 2;
    const about = now === undefined ? middle : Math.min(Math.max(Number(plot.x(now)), 0), innerWidth);
    const actions: Record<string, () => void> = {
      ArrowLeft: () => point(stepFrom(now, -far)),
      ArrowRight: () => point(stepFrom(now, far)),
      Home: () => point(stepFrom(undefined, 0)),
      End: () => point(stepFrom(Infinity, 0)),
      ...(onSeek && now !== undefined && { Enter: () => onSeek(now) }),
      ...(now !== undefined && { Escape: () => point(undefined) }),
      ...(zoom && {
        "+": () => zoomBy(1 / 1.5, about),
        "=": () => zoomBy(1 / 1.5, about),
        "-": () => zoomBy(1.5, about),
        "0": () => zoomed.value = undefined,
      }),
    };
    const action = actions[event.key];
    if (!action) return;
    event.preventDefault();
    event.stopPropagation();
    action();
    spoken.value = hover.value === undefined ? "" : describe(hover.value);
  };
  const wheel = useRef<(event: WheelEvent) => void>(() => {});
  wheel.current = (event) => {
    // a page of charts must still scroll: a wheel zooms a chart that was clicked, or with Shift or Ctrl
    const meant = event.shiftKey || event.ctrlKey || document.activeElement === surface.current;
    if (!zoom || !meant) return;
    event.preventDefault();
    zoomBy(Math.exp((event.deltaY || event.deltaX) / 400), pixel(event));
  };
  useEffect(() => {
    const listener = (event: WheelEvent) => wheel.current(event);
    surface.current!.addEventListener("wheel", listener, { passive: false });
    return () => surface.current?.removeEventListener("wheel", listener);
  }, []);

  const [from, to] = plot.x.domain().map(Number);
  const px = (pixels: number) => `${pixels}px`;
  return (
    <div
      ref={surface}
      class="chart-surface"
      style={{ left: px(margin.left), top: px(margin.top), width: px(innerWidth), height: px(innerHeight) }}
      role="slider"
      tabIndex={0}
      data-keeps-focus={zoom || undefined}
      aria-label={`Crosshair of ${label}`}
      aria-valuemin={from}
      aria-valuemax={to}
      aria-valuenow={from}
      aria-valuetext={spoken.value || "no point selected"}
      title={zoom ? "Drag to zoom, double-click to reset" : undefined}
      onPointerDown={down}
      onPointerMove={move}
      onPointerUp={up}
      onPointerCancel={up}
      onPointerLeave={(event) => event.pointerType === "mouse" && point(undefined)}
      onBlur={() => point(undefined)}
      onDblClick={() => zoom && (zoomed.value = undefined)}
      onKeyDown={key}
    >
      <div ref={box} class="chart-box" />
    </div>
  );
}

import { type Adjustment, unadjusted, zoomAbout } from "./scene_camera.ts";

/** Zoom of one notch of a mouse wheel's 100 px. */
const WHEEL = 0.0016;

/**
 * Lets the reader zoom by pinch, by the wheel with Ctrl, and by the wheel alone after a click into the pane until the
 * pointer leaves it: a page must still scroll. A drag pans, and a double click starts over.
 *
 * @param change Told of each new adjustment.
 * @param scrolled Told of a wheel that was left to the page.
 * @param anchor How far down the pane the camera's place lies, 0 .. 1.
 * @returns What ends it.
 */
export function controlCamera(
  pane: HTMLElement,
  { read, change, scrolled, anchor }: {
    read: () => Adjustment;
    change: (adjustment: Adjustment) => void;
    scrolled: () => void;
    anchor: () => number;
  },
): () => void {
  const pointers = new Map<number, { x: number; y: number }>();
  const fromAnchor = (x: number, y: number) => {
    const box = pane.getBoundingClientRect();
    return { x: x - box.left - box.width / 2, y: y - box.top - box.height * anchor() };
  };
  const listeners = new AbortController();
  const { signal } = listeners;
  let entered = false;
  pane.addEventListener("pointerleave", () => entered = false, { signal });
  pane.addEventListener("wheel", (event) => {
    if (!entered && !event.ctrlKey && !event.metaKey) return scrolled(); // a trackpad's pinch comes with Ctrl
    event.preventDefault();
    const pixels = event.deltaY * (event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 33 : 1);
    change(zoomAbout(read(), Math.exp(-pixels * WHEEL), fromAnchor(event.clientX, event.clientY)));
  }, { passive: false, signal });
  pane.addEventListener("pointerdown", (event) => {
    if (event.button !== 0 || pointers.size === 2) return;
    entered = true;
    pointers.set(event.pointerId, { x: event.clientX, y: event.clientY });
    pane.setPointerCapture(event.pointerId);
  }, { signal });
  pane.addEventListener("pointermove", (event) => {
    const last = pointers.get(event.pointerId);
    if (!last) return;
    const now = { x: event.clientX, y: event.clientY };
    const other = [...pointers].find(([id]) => id !== event.pointerId)?.[1];
    pointers.set(event.pointerId, now);
    const { zoom, panX, panY } = read();
    if (!other) return change({ zoom, panX: panX + now.x - last.x, panY: panY + now.y - last.y });
    const before = Math.hypot(last.x - other.x, last.y - other.y) || 1;
    const factor = Math.hypot(now.x - other.x, now.y - other.y) / before;
    change(zoomAbout(read(), factor, fromAnchor((now.x + other.x) / 2, (now.y + other.y) / 2)));
  }, { signal });
  const end = (event: PointerEvent) => pointers.delete(event.pointerId);
  pane.addEventListener("pointerup", end, { signal });
  pane.addEventListener("pointercancel", end, { signal });
  pane.addEventListener("dblclick", () => change(unadjusted()), { signal });
  return () => listeners.abort();
}

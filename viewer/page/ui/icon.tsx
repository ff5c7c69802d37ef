/** Signs on a 16 x 16 grid: strokes; those under `filled` are filled. */
const ICONS = {
  play: { filled: "M4.5 2.8v10.4a.6.6 0 0 0 .9.5l8.3-5.2a.6.6 0 0 0 0-1L5.4 2.3a.6.6 0 0 0-.9.5z" },
  pause: { filled: "M4 2.5h2.6v11H4zM9.4 2.5H12v11H9.4z" },
  back: { stroke: "M10 3.5 5.5 8l4.5 4.5" },
  forward: { stroke: "M6 3.5 10.5 8 6 12.5" },
  backTen: { stroke: "M8 3.5 3.5 8 8 12.5M13 3.5 8.5 8l4.5 4.5" },
  forwardTen: { stroke: "M8 3.5 12.5 8 8 12.5M3 3.5 7.5 8 3 12.5" },
  start: { stroke: "M3.5 3v10M12.5 3.5 7 8l5.5 4.5" },
  end: { stroke: "M12.5 3v10M3.5 3.5 9 8l-5.5 4.5" },
  loop: {
    stroke:
      "M11 2.2 13.2 4.4 11 6.6M13 4.4H5.4A2.9 2.9 0 0 0 2.5 7.3v.5M5 13.8 2.8 11.6 5 9.4M3 11.6h7.6a2.9 2.9 0 0 0 2.9-2.9v-.5",
  },
  rangeIn: { stroke: "M6 2.5H3.5v11H6M7.5 8h6" },
  rangeOut: { stroke: "M10 2.5h2.5v11H10M8.5 8h-6" },
  clear: { stroke: "M4 4l8 8M12 4l-8 8" },
  up: { stroke: "M3.5 10 8 5.5l4.5 4.5" },
  down: { stroke: "M3.5 6 8 10.5 12.5 6" },
  list: { stroke: "M2.5 4h11M2.5 8h11M2.5 12h7" },
  open: { stroke: "M2 12.5v-9h4l1.5 2H14v7z" },
  link: {
    stroke:
      "M6.8 9.2a2.6 2.6 0 0 0 3.7 0l2.2-2.2a2.6 2.6 0 0 0-3.7-3.7l-.7.7M9.2 6.8a2.6 2.6 0 0 0-3.7 0L3.3 9a2.6 2.6 0 0 0 3.7 3.7l.7-.7",
  },
  sun: {
    stroke:
      "M8 1.5v1.4M8 13.1v1.4M1.5 8h1.4M13.1 8h1.4M3.4 3.4l1 1M11.6 11.6l1 1M12.6 3.4l-1 1M4.4 11.6l-1 1M8 5.2a2.8 2.8 0 1 0 0 5.6 2.8 2.8 0 0 0 0-5.6z",
  },
  moon: { stroke: "M13.3 9.7A5.7 5.7 0 0 1 6.3 2.7a5.7 5.7 0 1 0 7 7z" },
  help: {
    stroke: "M5.8 6a2.2 2.2 0 1 1 3.2 2c-.7.4-1 .8-1 1.6",
    filled: "M8 11a.95.95 0 1 0 0 1.9A.95.95 0 0 0 8 11z",
  },
  search: { stroke: "M7 2.5a4.5 4.5 0 1 0 0 9 4.5 4.5 0 0 0 0-9zM10.3 10.3l3.2 3.2" },
  chip: {
    stroke:
      "M4.5 4.5h7v7h-7zM6.5 1.8v2.7M9.5 1.8v2.7M6.5 11.5v2.7M9.5 11.5v2.7M1.8 6.5h2.7M1.8 9.5h2.7M11.5 6.5h2.7M11.5 9.5h2.7",
  },
} as const satisfies Record<string, { stroke?: string; filled?: string }>;

/** What {@link Icon} can draw. */
export type IconName = keyof typeof ICONS;

/** A sign beside or instead of words; never the only name of a control. */
export function Icon({ name }: { name: IconName }) {
  const { stroke, filled }: { stroke?: string; filled?: string } = ICONS[name];
  return (
    <svg class="icon" viewBox="0 0 16 16" aria-hidden="true" focusable="false">
      {stroke && <path d={stroke} />}
      {filled && <path class="filled" d={filled} />}
    </svg>
  );
}

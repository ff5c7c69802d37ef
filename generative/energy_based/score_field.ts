import {
  CHART_COLORS,
  CHART_MARGIN,
  chartPicture,
  chartStyle,
  escapeXml,
  roundPlace,
} from "../../core/pictures/chart_parts.ts";

/** Arrows over points. */
export interface FieldPanel {
  /** What is written above it. */
  name: string;
  /** `[N, 2]`: x and y in turn. */
  points: ArrayLike<number>;
  /** Where arrows start, `[M, 2]`. */
  places: ArrayLike<number>;
  /** How far they reach, `[M, 2]`, in units of the plane. */
  arrows: ArrayLike<number>;
}

const [SIDE, GAP] = [300, 14];
/** Length and half width of an arrow's head, in pixels. */
const [HEAD, HALF] = [4, 2.2];

/**
 * Fields of arrows side by side, each over points, as the text of an SVG picture that is readable on light and on dark
 * pages.
 *
 * @param view x and y run from -extent to extent.
 */
export function scoreField(
  { title, panels, extent }: { title: string; panels: readonly FieldPanel[]; extent: number },
): string {
  const place = (value: number) => (value / extent + 1) / 2 * SIDE;
  const drawn = panels.map(({ name, points, places, arrows }, n) => {
    const dots: string[] = [];
    for (let i = 0; i < points.length; i += 2) {
      dots.push(`M${roundPlace(place(points[i]))},${roundPlace(place(-points[i + 1]))}h0`);
    }
    const lines: string[] = [];
    for (let i = 0; i < places.length; i += 2) {
      const [x, y] = [place(places[i]), place(-places[i + 1])];
      lines.push(arrow(x, y, arrows[i] / extent / 2 * SIDE, -arrows[i + 1] / extent / 2 * SIDE));
    }
    const left = GAP + n * (SIDE + GAP);
    return `<svg x="${left}" y="${CHART_MARGIN.top + 18}" width="${SIDE}" height="${SIDE}">` +
      `<rect class="frame" width="${SIDE}" height="${SIDE}"/><path class="dots" d="${dots.join("")}"/>` +
      `<path class="arrows" d="${lines.join("")}"/></svg>` +
      `<text class="tick" x="${left}" y="${CHART_MARGIN.top + 10}">${escapeXml(name)}</text>`;
  });
  const size = {
    width: GAP + panels.length * (SIDE + GAP),
    height: CHART_MARGIN.top + 18 + SIDE + GAP,
  };
  const style =
    ".frame{fill:none;stroke:#8888}.dots{fill:none;stroke-width:2;stroke-linecap:round;opacity:.6}" +
    ".arrows{fill:none;stroke-width:1.4}" +
    chartStyle((mode) => `.dots{stroke:${CHART_COLORS[1][mode]}}.arrows{stroke:${CHART_COLORS[0][mode]}}`);
  return chartPicture({ title, ...size, style }, drawn);
}

/** A line with a head, short ones with a small one. */
function arrow(x: number, y: number, dx: number, dy: number): string {
  const length = Math.hypot(dx, dy);
  if (!(length > 0.1)) return "";
  const size = Math.min(1, length / (2 * HEAD));
  const [ux, uy] = [dx / length * size, dy / length * size];
  const [tipX, tipY] = [x + dx, y + dy];
  const side = (half: number) =>
    `${roundPlace(tipX - HEAD * ux - half * uy)},${roundPlace(tipY - HEAD * uy + half * ux)}`;
  const tip = `${roundPlace(tipX)},${roundPlace(tipY)}`;
  return `M${roundPlace(x)},${roundPlace(y)}L${tip}M${side(HALF)}L${tip}L${side(-HALF)}`;
}

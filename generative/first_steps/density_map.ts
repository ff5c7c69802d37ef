import {
  axisX,
  axisY,
  CHART_COLORS,
  CHART_MARGIN,
  chartPicture,
  type ChartScale,
  chartStyle,
  horizontalScale,
  roundPlace,
  valueRange,
  verticalRange,
} from "../../core/pictures/chart_parts.ts";
import { scaleLinear } from "d3";
import type { BoxDensity } from "./box_density.ts";

const [WIDTH, HEIGHT] = [760, 560];
/** What the layers are called, and which colour each has. */
const LAYERS = [["density", 0], ["learned", 2], ["held", 5], ["samples", 1]] as const;
const NAMES = { density: "density", learned: "learned points", held: "held-out points", samples: "samples" };

/**
 * A density as cells, with points over it, as the text of an SVG picture. It needs no script: the pointer over an entry
 * of the legend leaves that layer alone, and a cell tells its density.
 */
export function densityMap(
  { low, high, cells, logDensity }: BoxDensity,
  points: { learned: Float32Array; held: Float32Array; samples: Float32Array },
): string {
  const all = Object.values(points);
  const values = (axis: number) => all.flatMap((layer) => Array.from(layer).filter((_, i) => i % 2 === axis));
  const x = horizontalScale(padded(valueRange(values(0))), WIDTH);
  const y: ChartScale = scaleLinear(padded(valueRange(values(1))), verticalRange(HEIGHT));

  const most = Math.max(...Array.from(logDensity, Math.exp));
  const [width, height] = [(x(high[0]) - x(low[0])) / cells, (y(low[1]) - y(high[1])) / cells];
  const drawnCells = Array.from(logDensity, (log, i) => {
    const [left, top] = [x(low[0]) + i % cells * width, y(low[1]) - (Math.floor(i / cells) + 1) * height];
    const density = Math.exp(log);
    return `<rect class="cell" x="${roundPlace(left)}" y="${roundPlace(top)}" width="${
      roundPlace(width)
    }" height="${roundPlace(height)}" fill-opacity="${roundPlace(0.3 * density / most)}"><title>density ${
      density.toPrecision(3)
    }</title></rect>`;
  });
  const drawnPoints = Object.entries(points).map(([name, layer]) => {
    const places = Array.from(
      { length: layer.length / 2 },
      (_, n) => `M${x(layer[2 * n]).toFixed(1)},${y(layer[2 * n + 1]).toFixed(1)}h0`,
    );
    return `<g class="layer ${name}"><path class="dot" d="${places.join("")}"/></g>`;
  });
  const keys = LAYERS.map(([name], i) => {
    const left = CHART_MARGIN.left + 165 * i;
    return `<g class="key ${name}-key" tabindex="0"><rect class="hit" x="${left - 6}" y="${
      HEIGHT + 2
    }" width="160" height="24"/><rect class="swatch ${name}" x="${left}" y="${
      HEIGHT + 8
    }" width="12" height="12"/><text x="${left + 18}" y="${HEIGHT + 19}">${NAMES[name]}</text></g>`;
  });
  const size = { width: WIDTH, height: HEIGHT };
  return chartPicture(
    { title: "Where points are likely", width: WIDTH, height: HEIGHT + 36, style: style() },
    [
      ...axisX(x, { label: "x", ...size }),
      ...axisY(y, { label: "y", ...size }),
      ...keys, // before the layers, so that a rule about what follows them reaches these
      `<g class="layer density">${drawnCells.join("")}</g>`,
      ...drawnPoints,
    ],
  );
}

function padded([low, high]: [number, number]): [number, number] {
  const room = 0.04 * (high - low);
  return [low - room, high + room];
}

function style(): string {
  const alone = LAYERS.map(([name]) =>
    [":hover", ":focus"].map((state) => `.${name}-key${state}~.layer:not(.${name})`).join()
  );
  return `.layer{transition:opacity .2s}.dot{fill:none;stroke-width:3.2;stroke-linecap:round;opacity:.8}` +
    `.key{cursor:pointer}.hit{fill:none;pointer-events:all}.cell:hover{stroke-width:2}` +
    `${alone.join()}{opacity:.04}` +
    chartStyle((mode) =>
      LAYERS.map(([name, color]) => {
        const fill = CHART_COLORS[color][mode];
        return name === "density"
          ? `.cell{fill:${fill};stroke:${fill};stroke-opacity:.35;stroke-width:.5}.swatch.density{fill:${fill}}`
          : `.${name} .dot{stroke:${fill}}.swatch.${name}{fill:${fill}}`;
      }).join("")
    );
}

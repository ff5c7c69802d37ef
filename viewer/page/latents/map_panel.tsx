import { computed, useSignal, useSignalEffect } from "@preact/signals";
import { useMemo, useRef } from "preact/hooks";
import { interpolateViridis, quadtree, rgb } from "../charts/d3.ts";
import { pictureIn } from "../episodes/pictures.ts";
import { seek } from "../state/playhead.ts";
import { type Encoding, frameSkip } from "../state/session.ts";
import { shownTheme } from "../state/settings.ts";
import { Panel } from "../ui/panel.tsx";
import { paint, PixelCanvas, type RgbPicture } from "../ui/pixel_canvas.tsx";
import { edited, held, nameOf, row } from "./latents_state.ts";
import { principalComponents, project } from "./principal_components.ts";

/** The map's own units; it is drawn as wide as its panel. */
const [WIDTH, HEIGHT, MARGIN] = [480, 420, 16];
/** Viridis without the end that the background would swallow. */
const colorAt = (part: number) =>
  interpolateViridis(shownTheme.value === "dark" ? 0.2 + part * 0.8 : part * 0.88);

/** Time from the episode's start to its end, as a picture one pixel high. */
const LEGEND = computed<RgbPicture>(() => {
  const data = new Uint8Array(256 * 3);
  for (let i = 0; i < 256; i++) {
    const { r, g, b } = rgb(colorAt(i / 255));
    data.set([r, g, b], i * 3);
  }
  return { data, height: 1, width: 256 };
});

/** The episode's latents from the side where they vary most, as a path in time. */
export function MapPanel({ perception }: { perception: Encoding }) {
  const { card } = perception.model;
  const map = useMemo(() => layOut(perception.encoded.mu, card.latentSize), [perception]);
  const { places, components } = map;
  const svg = useRef<SVGSVGElement>(null);
  const thumbnail = useRef<HTMLDivElement>(null);
  const hovered = useSignal<number | undefined>(undefined);

  useSignalEffect(() => {
    const mark = (name: string) => svg.current!.querySelector<SVGElement>(name)!;
    move(mark(".now"), places[Math.min(row.value, places.length - 1)]);
    move(
      mark(".edit"),
      held.value.size > 0 && edited.value ? map.place(project(components, edited.value)) : undefined,
    );
    move(mark(".hovered"), hovered.value === undefined ? undefined : places[hovered.value]);
  });
  useSignalEffect(() => {
    const box = thumbnail.current!;
    box.hidden = hovered.value === undefined;
    if (hovered.value === undefined) return;
    const [x, y] = places[hovered.value];
    const scale = svg.current!.clientWidth / WIDTH;
    const left = x < WIDTH / 2 ? x * scale + 12 : x * scale - 108;
    box.style.transform = `translate(${left}px, ${Math.max(y * scale - 60, 0)}px)`;
    const { agentFrames, agentSize } = perception.episode;
    paint(box.querySelector("canvas")!, pictureIn(agentFrames, hovered.value * frameSkip.peek(), agentSize));
    box.querySelector("span")!.textContent = nameOf(hovered.value);
  });
  const nearest = (event: MouseEvent): number => {
    const bounds = svg.current!.getBoundingClientRect();
    const scale = bounds.width / WIDTH;
    return map.find((event.clientX - bounds.left) / scale, (event.clientY - bounds.top) / scale);
  };
  const part = (n: number) => `${(components.explained[n] * 100 || 0).toFixed(0)} % of variance`;
  return (
    <Panel title="Map of the episode" class="latents-map">
      <div class="latents-map-plot">
        <svg
          ref={svg}
          viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
          role="img"
          aria-label={`Latents of ${places.length} frames by their two principal components, a path in time`}
          onPointerMove={(event) => event.pointerType === "mouse" && (hovered.value = nearest(event))}
          onPointerLeave={() => hovered.value = undefined}
          onClick={(event) => seek(nearest(event) * frameSkip.value)}
        >
          <path class="zero" d={`M0 ${map.zero[1]}H${WIDTH}M${map.zero[0]} 0V${HEIGHT}`} />
          <path class="shade" d={`M${places.map(([x, y]) => `${x.toFixed(1)} ${y.toFixed(1)}`).join("L")}`} />
          {places.slice(1).map(([x, y], n) => (
            <path
              key={n}
              class="time"
              stroke={colorAt((n + 0.5) / (places.length - 1))}
              d={`M${places[n][0].toFixed(1)} ${places[n][1].toFixed(1)}L${x.toFixed(1)} ${y.toFixed(1)}`}
            />
          ))}
          <circle class="hovered" r={8} />
          <path class="edit" d="M0 -8L8 0L0 8L-8 0Z" />
          <circle class="now" r={6.5} />
        </svg>
        <div ref={thumbnail} class="latents-thumbnail" hidden>
          <canvas class="pixels" />
          <span />
        </div>
      </div>
      <div class="latents-axes small dim">
        <span>→ component 1, {part(0)} ↑ component 2, {part(1)}</span>
        <span class="latents-legend">
          start <PixelCanvas picture={LEGEND} label="Colours of time" /> end
        </span>
      </div>
    </Panel>
  );
}

/** Places rows on the map, both axes at one scale: distances are to be compared. */
function layOut(mu: Float32Array, latentSize: number) {
  const components = principalComponents(mu, { size: latentSize, components: 2 });
  const [first, second = first.map(() => 0)] = components.scores;
  const ends = (values: Float64Array) => {
    let [low, high] = [Infinity, -Infinity];
    for (const value of values) [low, high] = [Math.min(low, value), Math.max(high, value)];
    return [low, high] as const;
  };
  const [[left, right], [bottom, top]] = [ends(first), ends(second)];
  const scale = Math.min(
    (WIDTH - 2 * MARGIN) / Math.max(right - left, 1e-6),
    (HEIGHT - 2 * MARGIN) / Math.max(top - bottom, 1e-6),
  );
  const place = ([x, y = 0]: readonly number[]): [x: number, y: number] => [
    WIDTH / 2 + (x - (left + right) / 2) * scale,
    HEIGHT / 2 - (y - (bottom + top) / 2) * scale,
  ];
  const places = Array.from(first, (x, n) => place([x, second[n]]));
  const tree = quadtree(places.keys().toArray(), (n) => places[n][0], (n) => places[n][1]);
  return {
    components,
    place,
    places,
    zero: place([0, 0]),
    find: (x: number, y: number) => tree.find(x, y) ?? 0,
  };
}

/** Puts a mark where it belongs, or away. */
function move(mark: SVGElement, at: readonly [x: number, y: number] | undefined): void {
  mark.style.display = at ? "" : "none";
  if (at) mark.setAttribute("transform", `translate(${at[0].toFixed(1)} ${at[1].toFixed(1)})`);
}

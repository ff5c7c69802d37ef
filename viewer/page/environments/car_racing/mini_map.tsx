import { useMemo } from "preact/hooks";
import { TRACK_WIDTH } from "../../../../envs/car_racing/constants.ts";
import type { Track } from "../../../../envs/car_racing/state.ts";
import { AT } from "./state_tape.ts";
import { trackBounds } from "./track_shapes.ts";

/** A dot on the map, to be moved without rendering. */
export type MapDots = (SVGGElement | null)[];

/**
 * The whole track, small, with a dot for each car.
 *
 * @param dots Filled with the dots' elements, one a car; move them with {@link moveDot}.
 */
export function MiniMap(
  { track, cars, dots }: { track: Track; cars: number; dots: MapDots },
) {
  const { box, path, dot } = useMemo(() => {
    const { left, right, bottom, top } = trackBounds(track);
    const side = Math.max(right - left, top - bottom);
    const x = (left + right - side) / 2, y = (bottom + top - side) / 2;
    return {
      box: `${x} ${-(y + side)} ${side} ${side}`,
      path: "M" + track.points.map((point) => `${point.x.toFixed(1)} ${(-point.y).toFixed(1)}`).join("L") +
        "Z",
      dot: side / 30,
    };
  }, [track]);
  return (
    <svg class="scene-map" viewBox={box} aria-hidden="true" focusable="false">
      <path d={path} class="scene-map-edge" stroke-width={TRACK_WIDTH * 3.4} />
      <path d={path} class="scene-map-road" stroke-width={TRACK_WIDTH * 2} />
      {Array.from({ length: cars }, (_, i) => cars - 1 - i).map((i) => ( // the first car lies above the others
        <g
          key={i}
          ref={(element) => {
            dots[i] = element;
          }}
        >
          <circle r={dot} class="scene-map-dot" stroke-width={dot / 3} />
          <path
            d={`M0 ${-2.1 * dot}l${0.75 * dot} ${dot}h${-1.5 * dot}z`}
          />
        </g>
      ))}
    </svg>
  );
}

/** Puts a dot where a motion says. @param color A CSS colour. */
export function moveDot(dot: SVGGElement, motion: Float64Array, color: string): void {
  if (dot.getAttribute("fill") !== color) dot.setAttribute("fill", color);
  dot.setAttribute(
    "transform",
    `translate(${motion[AT.x].toFixed(1)} ${(-motion[AT.y]).toFixed(1)}) rotate(${
      (-motion[AT.angle] * 180 / Math.PI).toFixed(0)
    })`,
  );
}

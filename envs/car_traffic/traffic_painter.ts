import { type Camera, SURFACE_HEIGHT, SURFACE_WIDTH } from "../car_racing/camera.ts";
import { CarRacingPainter, type CarRacingPainterOptions } from "../car_racing/painter.ts";
import type { CarRacingColors, CarRacingView, Pose, Track } from "../car_racing/state.ts";
import { Brush, type Color } from "./brush.ts";
import type { Rail } from "./rails.ts";
import type { Scene } from "./scene.ts";
import { carParts, coneParts, type Part, placePart, RAIL_COLORS } from "./things.ts";

/** Things reach this far from their middle at most, u. */
const REACH = 4;
const ORIGIN: Pose = { x: 0, y: 0, angle: 0 };

/** What stays as it is for an episode. */
export interface Scenery {
  /** The road. */
  track: Track;
  /** The colours of road and field. */
  colors: CarRacingColors;
  /** The guard rails. */
  rails: readonly Rail[];
  /** The colours of the other cars, in the order of {@link Scene.cars}. */
  carColors: readonly Color[];
}

/** Draws CarRacing's picture with other cars, cones and guard rails on it. */
export class TrafficPainter {
  readonly #painter: CarRacingPainter;
  readonly #brush: Brush;
  readonly #rails: readonly Rail[];

  readonly #carColors: readonly Color[];

  /** Prepares an episode. */
  constructor(scenery: Scenery, options: CarRacingPainterOptions = {}) {
    const { track, colors, rails, carColors } = scenery;
    this.#painter = new CarRacingPainter(track, colors, options);
    this.#brush = new Brush(this.#painter.width, this.#painter.height);
    this.#rails = rails;
    this.#carColors = carColors;
  }

  /** Draws a view and what is around it into `target`, `[height, width, 3]`. */
  draw(view: CarRacingView, { cars, cones }: Scene, target: Uint8Array): void {
    this.#painter.draw(view, target, (camera) => {
      this.#drawRails(camera, target);
      for (const cone of cones) {
        if (isInView(cone, camera)) this.#drawParts(cone, coneParts(cone), camera, target);
      }
      cars.forEach((car, i) => {
        if (car.present && isInView(car, camera)) {
          this.#drawParts(car, carParts(car, this.#carColors[i]), camera, target);
        }
      });
    });
  }

  #drawRails(camera: Camera, target: Uint8Array): void {
    RAIL_COLORS.forEach((color, shade) => {
      for (let i = shade; i < this.#rails.length; i += RAIL_COLORS.length) {
        const { quad } = this.#rails[i];
        if (isInView({ x: quad[0], y: quad[1] }, camera)) this.#brush.add(quad, ORIGIN, camera);
      }
      this.#brush.stroke(color, target);
    });
  }

  /** Draws a thing, with one stroke for parts of one colour that follow each other. */
  #drawParts(thing: Pose, parts: readonly Part[], camera: Camera, target: Uint8Array): void {
    parts.forEach(({ polygon, color, pose }, i) => {
      this.#brush.add(polygon, placePart(thing, pose), camera);
      if (parts[i + 1]?.color !== color) this.#brush.stroke(color, target);
    });
  }
}

/** Whether something near a place may be seen. */
function isInView({ x, y }: { x: number; y: number }, camera: Camera): boolean {
  const reach = REACH * camera.zoom;
  const px = camera.surfaceX(x, y);
  const py = camera.surfaceY(x, y);
  return px > -reach && px < SURFACE_WIDTH + reach && py > -reach && py < SURFACE_HEIGHT + reach;
}

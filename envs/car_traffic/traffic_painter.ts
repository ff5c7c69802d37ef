import { BAR_HEIGHT, type Camera, SURFACE_HEIGHT, SURFACE_WIDTH } from "../car_racing/camera.ts";
import { CarRacingPainter, type CarRacingPainterOptions } from "../car_racing/painter.ts";
import type { CarRacingColors, CarRacingView, Pose, Track } from "../car_racing/state.ts";
import { Canvas, type Color } from "../drawing/canvas.ts";
import { placePolygon } from "../drawing/place_polygon.ts";
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
  /** The picture above the bar. */
  readonly #canvas: Canvas;
  readonly #rails: readonly Rail[];
  readonly #carColors: readonly Color[];
  /** Scratch; grows as needed. */
  readonly #corners: number[] = [];

  /** Prepares an episode. */
  constructor(scenery: Scenery, options: CarRacingPainterOptions = {}) {
    const { track, colors, rails, carColors } = scenery;
    this.#painter = new CarRacingPainter(track, colors, options);
    const { width, height } = this.#painter;
    this.#canvas = new Canvas(width, height * (1 - BAR_HEIGHT / SURFACE_HEIGHT));
    this.#rails = rails;
    this.#carColors = carColors;
  }

  /** Draws a view and what is around it into `target`, `[height, width, 3]`. */
  draw(view: CarRacingView, { cars, cones }: Scene, target: Uint8Array): void {
    this.#painter.draw(view, target, (camera) => {
      this.#canvas.begin(target.subarray(0, this.#canvas.width * this.#canvas.height * 3));
      this.#drawRails(camera);
      for (const cone of cones) {
        if (isInView(cone, camera)) this.#drawParts(cone, coneParts(cone), camera);
      }
      cars.forEach((car, i) => {
        if (car.present && isInView(car, camera)) {
          this.#drawParts(car, carParts(car, this.#carColors[i]), camera);
        }
      });
    });
  }

  #drawRails(camera: Camera): void {
    RAIL_COLORS.forEach((color, shade) => {
      for (let i = shade; i < this.#rails.length; i += RAIL_COLORS.length) {
        const { quad } = this.#rails[i];
        if (isInView({ x: quad[0], y: quad[1] }, camera)) this.#add(quad, ORIGIN, camera);
      }
      this.#canvas.fill(color);
    });
  }

  /** Draws a thing; parts of one colour that follow each other are one shape. */
  #drawParts(thing: Pose, parts: readonly Part[], camera: Camera): void {
    parts.forEach(({ polygon, color, pose }, i) => {
      this.#add(polygon, placePart(thing, pose), camera);
      if (parts[i + 1]?.color !== color) this.#canvas.fill(color);
    });
  }

  /** Adds a polygon of the world, anticlockwise in the frame of a pose, to the shape that is filled next. */
  #add(polygon: ArrayLike<number>, pose: Pose, camera: Camera): void {
    const corners = this.#corners;
    placePolygon(polygon, pose, corners);
    const { width, height } = this.#painter;
    for (let i = 0; i < polygon.length; i += 2) {
      const [x, y] = [corners[i], corners[i + 1]];
      corners[i] = camera.surfaceX(x, y) * (width / SURFACE_WIDTH);
      corners[i + 1] = (SURFACE_HEIGHT - camera.surfaceY(x, y)) * (height / SURFACE_HEIGHT);
    }
    this.#canvas.add(corners, polygon.length);
  }
}

/** Whether something near a place may be seen. */
function isInView({ x, y }: { x: number; y: number }, camera: Camera): boolean {
  const reach = REACH * camera.zoom;
  const px = camera.surfaceX(x, y);
  const py = camera.surfaceY(x, y);
  return px > -reach && px < SURFACE_WIDTH + reach && py > -reach && py < SURFACE_HEIGHT + reach;
}

import { type Camera, SURFACE_HEIGHT, SURFACE_WIDTH } from "../car_racing/camera.ts";
import { HULL_POLYGONS, type Polygon, WHEEL_POLYGON, WHEEL_POSITIONS } from "../car_racing/constants.ts";
import { CarRacingPainter, type CarRacingPainterOptions } from "../car_racing/painter.ts";
import { convexHull } from "../car_racing/polygons.ts";
import type { CarRacingColors, CarRacingView, Pose, Track } from "../car_racing/state.ts";
import { Brush, type Color } from "./brush.ts";
import type { Rail } from "./rails.ts";
import type { CarMark, ConeMark, Scene } from "./scene.ts";

const TYRE: Color = [0, 0, 0];
const ORANGE: Color = [245, 105, 20];
const WHITE: Color = [240, 240, 240];
/** Rails change their shade from stretch to stretch, so that one sees how fast one passes. */
const RAIL_COLORS: readonly Color[] = [[205, 208, 212], [150, 155, 162]];

const FRONT_WHEELS = 2;
const ORIGIN: Pose = { x: 0, y: 0, angle: 0 };
/** Things reach this far from their middle at most, u. */
const REACH = 4;

const anticlockwise = (polygon: Polygon) =>
  convexHull(Array.from({ length: polygon.length / 2 }, (_, i) => [polygon[2 * i], polygon[2 * i + 1]]));
const HULL = HULL_POLYGONS.map(anticlockwise);
const WHEEL = anticlockwise(WHEEL_POLYGON);

/** A standing cone from above: foot, white band, tip. */
const FOOT = [-0.6, -0.6, 0.6, -0.6, 0.6, 0.6, -0.6, 0.6];
const BAND = octagon(0.38);
const TIP = octagon(0.2);
/** A fallen one: its foot on edge, the cone ahead of it, a white band across. */
const FALLEN_FOOT = [-0.6, -0.75, 0.6, -0.75, 0.6, -0.5, -0.6, -0.5];
const FALLEN_CONE = [-0.42, -0.5, 0.42, -0.5, 0.08, 0.9, -0.08, 0.9];
const FALLEN_BAND = [-0.3, 0, 0.3, 0, 0.2, 0.4, -0.2, 0.4];

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
      for (const cone of cones) if (isInView(cone, camera)) this.#drawCone(cone, camera, target);
      cars.forEach((car, i) => {
        if (car.present && isInView(car, camera)) {
          this.#drawCar(car, this.#carColors[i], camera, target);
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

  #drawCar(car: CarMark, color: Color, camera: Camera, target: Uint8Array): void {
    const cos = Math.cos(car.angle);
    const sin = Math.sin(car.angle);
    WHEEL_POSITIONS.forEach(([x, y], i) => {
      const pose = {
        x: car.x + cos * x - sin * y,
        y: car.y + sin * x + cos * y,
        angle: car.angle + (i < FRONT_WHEELS ? car.steer : 0),
      };
      this.#brush.add(WHEEL, pose, camera);
    });
    this.#brush.stroke(TYRE, target);
    for (const polygon of HULL) this.#brush.add(polygon, car, camera);
    this.#brush.stroke(color, target);
  }

  #drawCone(cone: ConeMark, camera: Camera, target: Uint8Array): void {
    const parts: [readonly number[], Color][] = cone.fallen
      ? [[FALLEN_FOOT, ORANGE], [FALLEN_CONE, ORANGE], [FALLEN_BAND, WHITE]]
      : [[FOOT, ORANGE], [BAND, WHITE], [TIP, ORANGE]];
    for (const [polygon, color] of parts) {
      this.#brush.add(polygon, cone, camera);
      this.#brush.stroke(color, target);
    }
  }
}

/** Whether something near a place may be seen. */
function isInView({ x, y }: { x: number; y: number }, camera: Camera): boolean {
  const reach = REACH * camera.zoom;
  const px = camera.surfaceX(x, y);
  const py = camera.surfaceY(x, y);
  return px > -reach && px < SURFACE_WIDTH + reach && py > -reach && py < SURFACE_HEIGHT + reach;
}

function octagon(radius: number): number[] {
  return Array.from({ length: 8 }, (_, i) => {
    const angle = Math.PI * i / 4;
    return [radius * Math.cos(angle), radius * Math.sin(angle)];
  }).flat();
}

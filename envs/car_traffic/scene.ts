import type { Pose } from "../car_racing/state.ts";
import type { Color } from "../drawing/canvas.ts";

/** Another car as a picture shows it. */
export interface CarMark extends Pose {
  /** Whether it is on the track. */
  present: boolean;
  /** Angle of its front wheels, rad, positive to the left. */
  steer: number;
}

/** A cone as a picture shows it. */
export interface ConeMark extends Pose {
  /** Whether it lies on its side, its tip ahead of its angle. */
  fallen: boolean;
}

/** What moves on the road besides the car that is seen from. */
export interface Scene {
  /** The other cars, in the race's order. */
  cars: readonly CarMark[];
  /** The cones. */
  cones: readonly ConeMark[];
}

/** Colours of a race's cars, over and over, as the others see them; everybody's own car is CarRacing's red. */
export const CAR_COLORS: readonly Color[] = [
  [20, 60, 220],
  [240, 200, 0],
  [235, 235, 235],
  [170, 30, 200],
  [0, 190, 210],
  [250, 120, 20],
  [30, 30, 90],
  [255, 110, 170],
];

const CAR_NUMBERS = 5;
const CONE_NUMBERS = 4;

/** Numbers of a saved scene. */
export function sceneSize(cars: number, cones: number): number {
  return CAR_NUMBERS * cars + CONE_NUMBERS * cones;
}

/** Writes a scene to `target[at ...]`: present, x, y, angle, steer a car; x, y, angle, fallen a cone. */
export function writeScene({ cars, cones }: Scene, target: Float64Array, at: number): void {
  for (const { present, x, y, angle, steer } of cars) {
    target.set([Number(present), x, y, angle, steer], at);
    at += CAR_NUMBERS;
  }
  for (const { x, y, angle, fallen } of cones) {
    target.set([x, y, angle, Number(fallen)], at);
    at += CONE_NUMBERS;
  }
}

/** Reads what {@link writeScene} wrote. */
export function readScene(state: Float64Array, cars: number, cones: number): Scene {
  let at = -CAR_NUMBERS;
  return {
    cars: Array.from({ length: cars }, () => {
      at += CAR_NUMBERS;
      const [present, x, y, angle, steer] = state.subarray(at);
      return { present: present !== 0, x, y, angle, steer };
    }),
    cones: Array.from({ length: cones }, (_, i) => {
      const [x, y, angle, fallen] = state.subarray(CAR_NUMBERS * cars + CONE_NUMBERS * i);
      return { x, y, angle, fallen: fallen !== 0 };
    }),
  };
}

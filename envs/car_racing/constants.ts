/**
 * The numbers of Gymnasium's CarRacing-v3 in world units (u), seconds and radians.
 *
 * @module
 */

/** Seconds of a step. */
export const TIME_STEP = 0.02;
/** Half-width of the square that the car must not leave, u. */
export const PLAYFIELD = 2000 / 6;

/** Number of checkpoints that a track is drawn through. */
export const CHECKPOINTS = 12;
/** Radius of the outermost random checkpoint; the first and the last lie at 1.5 times that, u. */
export const TRACK_RADIUS = 900 / 6;
/** Distance between the points of a track, u. */
export const TRACK_STEP = 21 / 6;
/** Largest turn between two points, rad. */
export const TRACK_TURN_RATE = 0.31;
/** Half-width of the road, u. */
export const TRACK_WIDTH = 40 / 6;
/** Turning tiles in a row that make a border. */
export const BORDER_COUNT = 4;

/** Scale of the car's drawing: its polygons are given in these units. */
export const CAR_SCALE = 0.02;
/** Power of the engine at each rear wheel. */
export const ENGINE_POWER = 1e8 * CAR_SCALE ** 2;
/** Moment of inertia of a wheel's spin. */
export const SPIN_INERTIA = 4000 * CAR_SCALE ** 2;
/** Largest force of a tyre on the road. */
export const ROAD_GRIP = 1e6 * CAR_SCALE ** 2;
/** Largest force of a tyre on grass. */
export const GRASS_GRIP = 0.6 * ROAD_GRIP;
/** Force of a tyre per u/s of slip. */
export const TYRE_STIFFNESS = 205000 * CAR_SCALE ** 2;
/** Radius of a wheel, u. */
export const WHEEL_RADIUS = 27 * CAR_SCALE;
/** Spin that full braking takes from a wheel in one step, rad/s. */
export const BRAKE_SPIN = 15;
/** From this brake on the wheels are locked. */
export const BRAKE_LOCK = 0.9;
/** Largest rise of the gas in one step. */
export const GAS_RISE = 0.1;

/** Mass of the hull. */
export const HULL_MASS = 7.06;
/** The hull's centre of mass on its own y axis, u; on the x axis it is 0. */
export const HULL_CENTRE_Y = -0.0825309;
/** Moment of inertia of the hull about its centre of mass. */
export const HULL_INERTIA = 18.2122771;
/** Mass of a wheel. */
export const WHEEL_MASS = 0.060480006;
/** Moment of inertia of a wheel about its upright axis. */
export const WHEEL_INERTIA = 0.0074592009;
/** Angle beyond which a steering joint is limited, rad. */
export const STEER_LIMIT = 0.4;
/** Fastest turn of a steering joint, rad/s. */
export const STEER_RATE = 3;

/** A convex polygon, `[x0, y0, x1, y1, ...]`. */
export type Polygon = readonly number[];

const scaled = (points: number[]): Polygon => points.map((value) => value * CAR_SCALE);

/** The hull's four convex parts in its own frame, u. */
export const HULL_POLYGONS: readonly Polygon[] = [
  scaled([-60, 130, 60, 130, 60, 110, -60, 110]),
  scaled([-15, 120, 15, 120, 20, 20, -20, 20]),
  scaled([25, 20, 50, -10, 50, -40, 20, -90, -20, -90, -50, -40, -50, -10, -25, 20]),
  scaled([-50, -120, 50, -120, 50, -90, -50, -90]),
];
/** A wheel seen from above, in its own frame, u. */
export const WHEEL_POLYGON: Polygon = scaled([-14, 27, 14, 27, 14, -27, -14, -27]);
/** Where the wheels sit in the hull's frame, u: front left, front right, rear left, rear right. */
export const WHEEL_POSITIONS: readonly (readonly [number, number])[] = [
  [-55, 80],
  [55, 80],
  [-55, -82],
  [55, -82],
].map(([x, y]) => [x * CAR_SCALE, y * CAR_SCALE] as const);

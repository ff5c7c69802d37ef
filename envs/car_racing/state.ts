/** A tile of the track; the quad between this point and the one before it. */
export interface TrackPoint {
  /** Angle about the origin, unwrapped, rad. */
  alpha: number;
  /** Heading, mean of before and after the move, rad. */
  beta: number;
  /** Place, u. */
  x: number;
  /** Place, u. */
  y: number;
}

/** A generated track. */
export interface Track {
  /** `[n]` points; tile `i` joins point `i` and point `i - 1` (tile 0 joins the last and the first). */
  points: TrackPoint[];
  /** `[n]`, 1 where the tile carries a border quad (white for even indices, red for odd). */
  border: Uint8Array;
  /** `[n]`, `sign(beta[i-1] - beta[i])` where there is a border: +1 right of travel, -1 left, 0 no width. */
  borderSide: Int8Array;
  /** How many attempts the generator needed; 1 is the first. */
  attempts: number;
}

/** Colours of an episode, floats in [0, 255], truncated when drawn. */
export interface CarRacingColors {
  /** The road; two tiles of three are a little lighter until they are touched. */
  road: [number, number, number];
  /** The playfield. */
  background: [number, number, number];
  /** The squares on the playfield. */
  grass: [number, number, number];
}

/** Pose of a rigid body: origin in world units, angle in rad. */
export interface Pose {
  /** Place, u. */
  x: number;
  /** Place, u. */
  y: number;
  /** Rotation, rad, anticlockwise. */
  angle: number;
}

/** A wheel as the picture needs it: 0 front left, 1 front right, 2 rear left, 3 rear right. */
export interface WheelView extends Pose {
  /** Spin, rad/s. */
  omega: number;
  /** Accumulated spin, rad. */
  phase: number;
  /** Angle of the steering joint, rad. */
  jointAngle: number;
}

/** Everything that a CarRacing picture is drawn from. */
export interface CarRacingView {
  /** The episode's track. */
  track: Track;
  /** The episode's colours. */
  colors: CarRacingColors;
  /** Simulated seconds; sets the zoom of the first second. */
  time: number;
  /** The running reward that the picture shows. */
  score: number;
  /** Body origin of the hull. */
  hull: Pose;
  /** Velocity of the hull's centre of mass, u/s. */
  velocity: { x: number; y: number };
  /** Yaw rate of the hull, rad/s. */
  yawRate: number;
  /** `[4]`. */
  wheels: readonly WheelView[];
  /** `[n]`, 1 where any body has touched the tile: it has lost its texture. */
  touched: Uint8Array;
}

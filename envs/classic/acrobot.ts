import { readOptions } from "../read_options.ts";
import type { Drawing } from "../drawing/drawing.ts";
import type { NumpyRandom } from "../random/numpy_random.ts";
import { Box, Discrete } from "../spaces.ts";
import { ClassicEnv, type Outcome } from "./classic_env.ts";

/** Options of {@link Acrobot}. */
export interface AcrobotOptions {
  /**
   * Whose equations of motion: Sutton and Barto's book, or Sutton's paper at NIPS 1995, which lacks a term. Default
   * `"book"`.
   */
  bookOrNips?: "book" | "nips";
  /** Each step adds a uniform number of at most this size to the torque, N m, >= 0. @default 0 */
  torqueNoiseMax?: number;
}

/** Both links: length m, centre of mass m from the upper joint, mass kg, moment of inertia kg m^2. */
const LENGTH = 1;
const CENTER = 0.5;
const MASS = 1;
const INERTIA = 1;
/** m/s^2. */
const GRAVITY = 9.8;
/** s. */
const TIME_STEP = 0.2;
/** rad/s, of the first and of the second joint. */
const MAX_SPEED_1 = 4 * Math.PI;
const MAX_SPEED_2 = 9 * Math.PI;
/** Height of the free end above the upper joint that ends an episode, m. */
const GOAL_HEIGHT = 1;

/** Pixels, Gymnasium's. */
const SIDE = 500;
const SCALE = SIDE / 4.4;
const LINK = { left: 0, right: LENGTH * SCALE, bottom: -0.1 * SCALE, top: 0.1 * SCALE };

/**
 * Gymnasium's Acrobot-v1: two links that hang from a bar, to be swung up by a motor in the joint between them.
 *
 * - Observations, `[6]`: cosine and sine of the first angle (0 hanging down), cosine and sine of the second (relative to
 *   the first), both angular velocities (rad/s, at most 4 pi and 9 pi).
 * - Actions: `[0]`, `[1]`, `[2]`: a torque of -1, 0 or 1 N m in the joint.
 * - Rewards: -1 a step, 0 for the step that brings the free end more than 1 m above the bar, which terminates the episode.
 *   `make` truncates after 500 steps.
 * - `reset({ options: { low, high } })`: both angles and velocities start uniformly between these, -0.1 and 0.1 by default.
 *
 * Source: Sutton, "Generalization in Reinforcement Learning: Successful Examples Using Sparse Coarse Coding" (1996);
 * Sutton and Barto, "Reinforcement Learning: An Introduction"; Gymnasium's `classic_control/acrobot.py`.
 */
export class Acrobot extends ClassicEnv {
  readonly #nips: boolean;
  readonly #noise: number;

  /**
   * Builds an environment that waits for its first reset.
   *
   * @throws RangeError when an option has another value than those named.
   */
  constructor(options: AcrobotOptions = {}) {
    const high = Float32Array.of(1, 1, 1, 1, MAX_SPEED_1, MAX_SPEED_2);
    super({
      id: "Acrobot-v1",
      observationSpace: new Box(high.map((bound) => -bound), high),
      actionSpace: new Discrete(3),
      start: { low: -0.1, high: 0.1 },
      stateSize: 4,
      picture: { width: SIDE, height: SIDE },
    });
    const { bookOrNips, torqueNoiseMax } = readOptions<Required<AcrobotOptions>>(this.id, options, {
      bookOrNips: "book",
      torqueNoiseMax: 0,
    });
    if (bookOrNips !== "book" && bookOrNips !== "nips") {
      throw new RangeError(
        `Cannot make ${this.id}: expected bookOrNips "book" or "nips", got "${bookOrNips}"`,
      );
    }
    if (!(torqueNoiseMax >= 0 && torqueNoiseMax < Infinity)) {
      throw new RangeError(`Cannot make ${this.id}: expected torqueNoiseMax >= 0, got ${torqueNoiseMax}`);
    }
    this.#nips = bookOrNips === "nips";
    this.#noise = torqueNoiseMax;
  }

  /** Draws both angles and velocities. */
  protected override begin(random: NumpyRandom, { low, high }: Record<string, number>): void {
    // Gymnasium rounds the start to single precision; all later states are double.
    for (let i = 0; i < 4; i++) this.physics[i] = Math.fround(random.uniform(low, high));
  }

  /** One Runge-Kutta step; angles are kept within -pi .. pi, velocities within their bounds. */
  protected override move(action: number, random: NumpyRandom): Outcome {
    let torque = action - 1;
    if (this.#noise > 0) torque += random.uniform(-this.#noise, this.#noise);
    const [angle1, angle2, speed1, speed2] = this.#integrate(torque);
    const state = this.physics;
    state[0] = wrapAngle(angle1);
    state[1] = wrapAngle(angle2);
    state[2] = Math.min(Math.max(speed1, -MAX_SPEED_1), MAX_SPEED_1);
    state[3] = Math.min(Math.max(speed2, -MAX_SPEED_2), MAX_SPEED_2);
    const height = -Math.cos(state[0]) - Math.cos(state[1] + state[0]);
    const terminated = height > GOAL_HEIGHT;
    return { reward: terminated ? 0 : -1, terminated };
  }

  /** One step of the classical Runge-Kutta method under a constant torque. */
  #integrate(torque: number): number[] {
    const start = [...this.physics];
    const from = (slope: number[], time: number) =>
      this.#slope(start.map((value, i) => value + time * slope[i]), torque);
    const k1 = this.#slope(start, torque);
    const k2 = from(k1, TIME_STEP / 2);
    const k3 = from(k2, TIME_STEP / 2);
    const k4 = from(k3, TIME_STEP);
    return start.map((value, i) => value + TIME_STEP / 6 * (k1[i] + 2 * k2[i] + 2 * k3[i] + k4[i]));
  }

  /** Derivatives of both angles and both velocities; names of the terms as in Sutton and Barto's equations. */
  #slope([angle1, angle2, speed1, speed2]: number[], torque: number): number[] {
    const [m, l, lc, I, g] = [MASS, LENGTH, CENTER, INERTIA, GRAVITY];
    const cos2 = Math.cos(angle2);
    const sin2 = Math.sin(angle2);
    const d1 = m * lc ** 2 + m * (l ** 2 + lc ** 2 + 2 * l * lc * cos2) + I + I;
    const d2 = m * (lc ** 2 + l * lc * cos2) + I;
    const phi2 = m * lc * g * Math.cos(angle1 + angle2 - Math.PI / 2);
    const phi1 = -m * l * lc * (speed2 * speed2) * sin2 - 2 * m * l * lc * speed2 * speed1 * sin2 +
      (m * lc + m * l) * g * Math.cos(angle1 - Math.PI / 2) + phi2;
    const centrifugal = this.#nips ? 0 : m * l * lc * (speed1 * speed1) * sin2;
    const acceleration2 = (torque + d2 / d1 * phi1 - centrifugal - phi2) / (m * lc ** 2 + I - d2 * d2 / d1);
    const acceleration1 = -(d2 * acceleration2 + phi1) / d1;
    return [speed1, speed2, acceleration1, acceleration2];
  }

  /** Both angles as cosine and sine, both velocities. */
  protected override write(observation: Float32Array): void {
    const [angle1, angle2, speed1, speed2] = this.physics;
    observation[0] = Math.cos(angle1);
    observation[1] = Math.sin(angle1);
    observation[2] = Math.cos(angle2);
    observation[3] = Math.sin(angle2);
    observation[4] = speed1;
    observation[5] = speed2;
  }

  /** Both links and the height to reach. */
  protected override draw(drawing: Drawing): void {
    const [angle1, angle2] = this.physics;
    const bar = { x: SIDE / 2, y: SIDE / 2, angle: angle1 - Math.PI / 2 };
    const joint = {
      x: bar.x + LINK.right * Math.cos(bar.angle),
      y: bar.y + LINK.right * Math.sin(bar.angle),
      angle: bar.angle + angle2,
    };
    const goal = SIDE / 2 + GOAL_HEIGHT * SCALE;
    drawing.line([0, goal, SIDE, goal], 1, [0, 0, 0]);
    for (const link of [bar, joint]) {
      drawing.rectangle(LINK, link, [0, 204, 204]);
      drawing.disc(link, LINK.top, [204, 204, 0]);
    }
  }
}

/** Angles beyond this are wrapped at once, rad: turn by turn would take for ever, and from 2^53 on never end. */
const MANY_TURNS = 1e4;

/** An angle of any number of turns within -pi .. pi, turn by turn as Gymnasium does. */
function wrapAngle(angle: number): number {
  if (Math.abs(angle) > MANY_TURNS) angle %= 2 * Math.PI;
  while (angle > Math.PI) angle -= 2 * Math.PI;
  while (angle < -Math.PI) angle += 2 * Math.PI;
  return angle;
}

import { readOptions } from "../read_options.ts";
import type { Color } from "../drawing/canvas.ts";
import type { Drawing } from "../drawing/drawing.ts";
import type { NumpyRandom } from "../random/numpy_random.ts";
import { Box } from "../spaces.ts";
import { ClassicEnv, type Outcome } from "./classic_env.ts";

/** Options of {@link Pendulum}. */
export interface PendulumOptions {
  /** Gravity, m/s^2. @default 10 */
  g?: number;
}

/** rad/s. */
const MAX_SPEED = 8;
/** N m. */
const MAX_TORQUE = 2;
/** s. */
const TIME_STEP = 0.05;
/** kg. */
const MASS = 1;
/** m. */
const LENGTH = 1;

/** Pixels, Gymnasium's. */
const SIDE = 500;
const SCALE = SIDE / 4.4;
const ROD = { left: 0, right: LENGTH * SCALE, bottom: -0.1 * SCALE, top: 0.1 * SCALE };
const ROD_COLOR: Color = [204, 77, 77];
const BLACK: Color = [0, 0, 0];

/**
 * Gymnasium's Pendulum-v1: a rod that hangs on an axle, to be swung up and held there by a motor too weak to lift it.
 *
 * - Observations, `[3]`: cosine and sine of the angle (0 upright, anticlockwise above), angular velocity (rad/s).
 * - Actions: `[torque]`, -2 .. 2 N m, anticlockwise above 0; values outside are clipped.
 * - Rewards: `-(angle^2 + 0.1 velocity^2 + 0.001 torque^2)` of the state before the step, the angle within -pi .. pi: at
 *   most 0. It never terminates; `make` truncates after 200 steps.
 * - `reset({ options: { xInit, yInit } })`: the angle starts uniformly in -xInit .. xInit, the velocity in -yInit .. yInit;
 *   pi and 1 by default.
 *
 * Source: Gymnasium's `classic_control/pendulum.py`.
 */
export class Pendulum extends ClassicEnv {
  readonly #gravity: number;

  /**
   * Builds an environment that waits for its first reset.
   *
   * @throws RangeError when `g` is not finite.
   */
  constructor(options: PendulumOptions = {}) {
    const high = Float32Array.of(1, 1, MAX_SPEED);
    super({
      id: "Pendulum-v1",
      observationSpace: new Box(high.map((bound) => -bound), high),
      actionSpace: new Box([-MAX_TORQUE], [MAX_TORQUE]),
      start: { xInit: Math.PI, yInit: 1 },
      stateSize: 3,
      picture: { width: SIDE, height: SIDE },
    });
    this.#gravity = readOptions(this.id, options, { g: 10 }).g;
    if (!Number.isFinite(this.#gravity)) {
      throw new RangeError(`Cannot make ${this.id}: expected a finite g, got ${options.g}`);
    }
  }

  /** Draws angle and velocity. */
  protected override begin(random: NumpyRandom, { xInit, yInit }: Record<string, number>): void {
    this.physics.set([random.uniform(-xInit, xInit), random.uniform(-yInit, yInit), 0]);
  }

  /** Semi-implicit Euler; what depends on the torque alone is rounded to single precision, as its type is there. */
  protected override move(action: number): Outcome {
    const [angle, velocity] = this.physics;
    const torque = Math.min(Math.max(action, -MAX_TORQUE), MAX_TORQUE);
    const off = normalizeAngle(angle);
    const effort = Math.fround(Math.fround(0.001) * Math.fround(torque * torque));
    const reward = -(off * off + 0.1 * (velocity * velocity) + effort);

    const push = Math.fround(3 / (MASS * LENGTH ** 2) * torque);
    const faster = velocity +
      (3 * this.#gravity / (2 * LENGTH) * Math.sin(angle) + push) * TIME_STEP;
    const next = Math.min(Math.max(faster, -MAX_SPEED), MAX_SPEED);
    // The angle counts whole turns; the torque is kept for the picture.
    this.physics.set([angle + next * TIME_STEP, next, torque]);
    return { reward, terminated: false };
  }

  /** The angle as cosine and sine, the velocity. */
  protected override write(observation: Float32Array): void {
    const [angle, velocity] = this.physics;
    observation[0] = Math.cos(angle);
    observation[1] = Math.sin(angle);
    observation[2] = velocity;
  }

  /** The rod on its axle, and an arrow for the torque of the last step. */
  protected override draw(drawing: Drawing): void {
    const axle = { x: SIDE / 2, y: SIDE / 2 };
    const angle = this.physics[0] + Math.PI / 2;
    drawing.rectangle(ROD, { ...axle, angle }, ROD_COLOR);
    const end = { x: axle.x + ROD.right * Math.cos(angle), y: axle.y + ROD.right * Math.sin(angle) };
    for (const round of [axle, end]) drawing.disc(round, ROD.top, ROD_COLOR);
    drawTorque(drawing, this.physics[2]);
    drawing.disc(axle, 0.05 * SCALE, BLACK);
  }
}

/** An arrow around the axle the way the motor turns, the larger the stronger. */
function drawTorque(drawing: Drawing, torque: number): void {
  const radius = 0.2 * SCALE * Math.abs(torque);
  if (radius < 1) return;
  const turn = Math.sign(torque);
  const at = (angle: number, distance: number) => [
    SIDE / 2 + distance * Math.cos(angle),
    SIDE / 2 + distance * Math.sin(angle),
  ];
  // Three quarters of a ring, open to the right, and its head.
  const bend = Array.from({ length: 25 }, (_, i) => turn * Math.PI * (0.25 + 1.5 * i / 24));
  drawing.line(bend.flatMap((angle) => at(angle, radius)), radius / 12, BLACK);
  const end = bend[bend.length - 1];
  drawing.polygon(
    [...at(end, radius * 1.25), ...at(end, radius * 0.75), ...at(end + 0.45 * turn, radius)],
    BLACK,
  );
}

/** The angle within -pi .. pi. */
function normalizeAngle(angle: number): number {
  const turn = 2 * Math.PI;
  const rest = (angle + Math.PI) % turn;
  return (rest < 0 ? rest + turn : rest) - Math.PI;
}

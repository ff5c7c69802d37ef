import { readOptions } from "../read_options.ts";
import type { Drawing } from "../drawing/drawing.ts";
import type { NumpyRandom } from "../random/numpy_random.ts";
import { Box, Discrete } from "../spaces.ts";
import { ClassicEnv, type Outcome } from "./classic_env.ts";

/** Options of {@link CartPole}. */
export interface CartPoleOptions {
  /** Rewards of 0, and -1 for the step that ends the episode, instead of 1 for every step. @default false */
  suttonBartoReward?: boolean;
}

/** m/s^2. */
const GRAVITY = 9.8;
/** kg. */
const POLE_MASS = 0.1;
const TOTAL_MASS = POLE_MASS + 1;
/** Half the pole's length, m. */
const LENGTH = 0.5;
const POLE_MOMENT = POLE_MASS * LENGTH;
/** N, to the left or to the right. */
const FORCE = 10;
/** s. */
const TIME_STEP = 0.02;
/** Where an episode ends: metres from the middle, radians from upright (12 degrees). */
const X_LIMIT = 2.4;
const ANGLE_LIMIT = 12 * 2 * Math.PI / 360;

/** Pixels, Gymnasium's. */
const PICTURE = { width: 600, height: 400 };
const SCALE = PICTURE.width / (2 * X_LIMIT);
const TRACK_Y = 100;
const CART = { left: -25, right: 25, bottom: -15, top: 15 };
const AXLE = { height: 7.5, radius: 5 };
const POLE = { left: -5, right: 5, bottom: -5, top: SCALE * 2 * LENGTH - 5 };

/**
 * Gymnasium's CartPole-v1: a pole on a cart that is pushed to the left or to the right, to be kept upright.
 *
 * - Observations, `[4]`: position (m), velocity (m/s), the pole's angle (rad, 0 upright, clockwise above), its angular
 *   velocity (rad/s).
 * - Actions: `[0]` pushes left, `[1]` right.
 * - Rewards: 1 a step; the episode terminates when the cart is more than 2.4 m from the middle or the pole more than 12
 *   degrees from upright. `make` truncates after 500 steps.
 * - `reset({ options: { low, high } })`: all four numbers start uniformly between these, -0.05 and 0.05 by default.
 *
 * Source: Barto, Sutton and Anderson, "Neuronlike Adaptive Elements That Can Solve Difficult Learning Control Problems"
 * (1983); Gymnasium's `classic_control/cartpole.py`.
 */
export class CartPole extends ClassicEnv {
  readonly #suttonBartoReward: boolean;

  /** Builds an environment that waits for its first reset. */
  constructor(options: CartPoleOptions = {}) {
    // Twice the limits, so that the observation that ends an episode belongs too.
    const high = Float32Array.of(2 * X_LIMIT, Infinity, 2 * ANGLE_LIMIT, Infinity);
    super({
      id: "CartPole-v1",
      observationSpace: new Box(high.map((bound) => -bound), high),
      actionSpace: new Discrete(2),
      start: { low: -0.05, high: 0.05 },
      stateSize: 4,
      picture: PICTURE,
    });
    this.#suttonBartoReward = readOptions(this.id, options, { suttonBartoReward: false }).suttonBartoReward;
  }

  /** Draws all four numbers. */
  protected override begin(random: NumpyRandom, { low, high }: Record<string, number>): void {
    for (let i = 0; i < 4; i++) this.physics[i] = random.uniform(low, high);
  }

  /** Explicit Euler, in the order of Gymnasium's sums and products: positions move with the old velocities. */
  protected override move(action: number): Outcome {
    const [x, velocity, angle, turn] = this.physics;
    const force = action === 1 ? FORCE : -FORCE;
    const cos = Math.cos(angle);
    const sin = Math.sin(angle);
    const push = (force + POLE_MOMENT * (turn * turn) * sin) / TOTAL_MASS;
    const turning = (GRAVITY * sin - cos * push) / (LENGTH * (4 / 3 - POLE_MASS * (cos * cos) / TOTAL_MASS));
    const acceleration = push - POLE_MOMENT * turning * cos / TOTAL_MASS;
    this.physics[0] = x + TIME_STEP * velocity;
    this.physics[1] = velocity + TIME_STEP * acceleration;
    this.physics[2] = angle + TIME_STEP * turn;
    this.physics[3] = turn + TIME_STEP * turning;
    const terminated = Math.abs(this.physics[0]) > X_LIMIT || Math.abs(this.physics[2]) > ANGLE_LIMIT;
    const reward = this.#suttonBartoReward ? (terminated ? -1 : 0) : 1;
    return { reward, terminated };
  }

  /** The four numbers as they are. */
  protected override write(observation: Float32Array): void {
    observation.set(this.physics);
  }

  /** The cart on its track, and the pole. */
  protected override draw(drawing: Drawing): void {
    const x = this.physics[0] * SCALE + PICTURE.width / 2;
    const axle = { x, y: TRACK_Y + AXLE.height };
    drawing.line([0, TRACK_Y, PICTURE.width, TRACK_Y], 2, [0, 0, 0]);
    drawing.rectangle(CART, { x, y: TRACK_Y, angle: 0 }, [0, 0, 0]);
    drawing.rectangle(POLE, { ...axle, angle: -this.physics[2] }, [202, 152, 101]);
    drawing.disc(axle, AXLE.radius, [129, 132, 203]);
  }
}

import { readOptions } from "../read_options.ts";
import type { Drawing } from "../drawing/drawing.ts";
import type { NumpyRandom } from "../random/numpy_random.ts";
import { Box } from "../spaces.ts";
import { ClassicEnv, type Outcome } from "./classic_env.ts";

/** Options of {@link MountainCarContinuous}. */
export interface MountainCarContinuousOptions {
  /** Velocity that the car must have at the goal, -0.07 .. 0.07. @default 0 */
  goalVelocity?: number;
}

/** The valley's ends and the goal on its right slope. */
const MIN_POSITION = -1.2;
const MAX_POSITION = 0.6;
const GOAL_POSITION = 0.45;
/** A step. */
const MAX_SPEED = 0.07;
/** What an action of 1 adds to the velocity in a step, and what the slope takes where it is steepest. */
const POWER = 0.0015;
const PULL = 0.0025;
const GOAL_REWARD = 100;
const ACTION_COST = 0.1;

/** Pixels, Gymnasium's. */
const PICTURE = { width: 600, height: 400 };
const SCALE = PICTURE.width / (MAX_POSITION - MIN_POSITION);
const CAR = { left: -20, right: 20, bottom: 0, top: 20 };
/** How far the car's bottom is above the road. */
const CLEARANCE = 10;
const WHEEL = { at: 10, radius: 8 };
const FLAG = { pole: 50, height: 10, length: 25 };

/**
 * Gymnasium's MountainCarContinuous-v0: a car in a valley that is too weak to climb out at once.
 *
 * - Observations, `[2]`: position, -1.2 .. 0.6, and velocity, -0.07 .. 0.07 a step.
 * - Actions: `[force]`, -1 .. 1, to the right above 0; values outside are clipped.
 * - Rewards: 100 for the goal, less `0.1 action^2` (not clipped) each step; the episode terminates at position 0.45 with
 *   at least `goalVelocity`. `make` truncates after 999 steps.
 * - `reset({ options: { low, high } })`: the position starts uniformly between these, -0.6 and -0.4 by default, at rest.
 *
 * Source: Moore, "Efficient Memory-based Learning for Robot Control" (1990); Gymnasium's
 * `classic_control/continuous_mountain_car.py`.
 */
export class MountainCarContinuous extends ClassicEnv {
  readonly #goalVelocity: number;

  /**
   * Builds an environment that waits for its first reset.
   *
   * @throws RangeError when no car can have the goal's velocity.
   */
  constructor(options: MountainCarContinuousOptions = {}) {
    const low = Float32Array.of(MIN_POSITION, -MAX_SPEED);
    const high = Float32Array.of(MAX_POSITION, MAX_SPEED);
    super({
      id: "MountainCarContinuous-v0",
      observationSpace: new Box(low, high),
      actionSpace: new Box([-1], [1]),
      start: { low: -0.6, high: -0.4 },
      stateSize: 3,
      picture: PICTURE,
    });
    this.#goalVelocity = readOptions(this.id, options, { goalVelocity: 0 }).goalVelocity;
    if (!(Math.abs(this.#goalVelocity) <= MAX_SPEED)) {
      throw new RangeError(
        `Cannot make ${this.id}: expected goalVelocity in -${MAX_SPEED} .. ${MAX_SPEED}, got ${options.goalVelocity}`,
      );
    }
  }

  /** Draws the position. */
  protected override begin(random: NumpyRandom, { low, high }: Record<string, number>): void {
    this.physics.set([random.uniform(low, high), 0, 0]);
  }

  /**
   * The first step of an episode is computed in double precision; then Gymnasium stores the state in single precision,
   * and NumPy rounds every result to it, so that each sum below is rounded too.
   */
  protected override move(action: number): Outcome {
    // The third number is 1 once the state is stored in single precision.
    const [before, velocityBefore, stored] = this.physics;
    const round = stored ? Math.fround : (value: number) => value;
    const pull = PULL * Math.cos(round(3 * before));
    // An action is single, the bound that replaces one outside is not.
    const change = Math.abs(action) <= 1
      ? Math.fround(Math.fround(action * Math.fround(POWER)) - Math.fround(pull))
      : Math.sign(action) * POWER - pull;
    let velocity = clip(round(velocityBefore + round(change)), -round(MAX_SPEED), round(MAX_SPEED));
    const position = clip(round(before + velocity), round(MIN_POSITION), round(MAX_POSITION));
    if (position === round(MIN_POSITION) && velocity < 0) velocity = 0;
    const terminated = position >= round(GOAL_POSITION) && velocity >= round(this.#goalVelocity);
    const reward = (terminated ? GOAL_REWARD : 0) - action * action * ACTION_COST;
    this.physics.set([Math.fround(position), Math.fround(velocity), 1]);
    return { reward, terminated };
  }

  /** Position and velocity. */
  protected override write(observation: Float32Array): void {
    [observation[0], observation[1]] = this.physics;
  }

  /** The valley, the flag at the goal and the car. */
  protected override draw(drawing: Drawing): void {
    const road: number[] = [];
    for (let x = 0; x <= PICTURE.width; x += 6) road.push(x, roadHeight(x / SCALE + MIN_POSITION));
    drawing.line(road, 1.5, [0, 0, 0]);

    const flagX = (GOAL_POSITION - MIN_POSITION) * SCALE;
    const flagY = roadHeight(GOAL_POSITION) + FLAG.pole;
    drawing.line([flagX, flagY - FLAG.pole, flagX, flagY], 1, [0, 0, 0]);
    const tip = [flagX + FLAG.length, flagY - FLAG.height / 2];
    drawing.polygon([flagX, flagY, flagX, flagY - FLAG.height, ...tip], [204, 204, 0]);

    const position = this.physics[0];
    // Gymnasium tilts the car by this, which is not quite the road's slope.
    const angle = Math.cos(3 * position);
    const x = (position - MIN_POSITION) * SCALE;
    const y = roadHeight(position) + CLEARANCE;
    drawing.rectangle(CAR, { x, y, angle }, [0, 0, 0]);
    for (const at of [WHEEL.at, -WHEEL.at]) {
      const hub = { x: x + at * Math.cos(angle), y: y + at * Math.sin(angle) };
      drawing.disc(hub, WHEEL.radius, [128, 128, 128]);
    }
  }
}

/** Pixels from the bottom. */
function roadHeight(position: number): number {
  return (Math.sin(3 * position) * 0.45 + 0.55) * SCALE;
}

function clip(value: number, low: number, high: number): number {
  return Math.min(Math.max(value, low), high);
}

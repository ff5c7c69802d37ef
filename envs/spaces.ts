import type { RandomStream } from "../core/random_stream.ts";
import { deepEqual } from "./checks/deep_equal.ts";
import { describeValue } from "./describe_value.ts";
import { describeAction } from "./refuse_action.ts";

/** The set of values that an observation or an action may take. */
export interface Space {
  /** Shape of one value, `[3]` for three numbers, `[96, 96, 3]` for a picture, `[]` for one number. */
  readonly shape: readonly number[];
  /** How values are stored. */
  readonly dtype: "uint8" | "float32" | "int32";
  /** One sentence of error text when the value does not belong, `undefined` when it does. */
  explain(value: ArrayLike<number>): string | undefined;
  /** Draws a value uniformly. */
  sample(random: RandomStream): Float32Array | Uint8Array | Int32Array;
}

/** How many numbers one value of a space holds: the product of its shape. */
export function spaceSize(space: Space): number {
  return space.shape.reduce((product, length) => product * length, 1);
}

/** Whether two spaces hold the same values: of one shape and type, with the same bounds or count. */
export function sameSpace(a: Space, b: Space): boolean {
  return a === b || deepEqual(valuesOf(a), valuesOf(b));
}

/** What a space is but its functions. */
function valuesOf(space: Space): Record<string, unknown> {
  return Object.fromEntries(Object.entries(space).filter(([, value]) => typeof value !== "function"));
}

/** Options of {@link Box}. */
export interface BoxOptions {
  /** Shape of one value; by default `[low.length]` where `low` or `high` is an array, `[]` otherwise. */
  shape?: readonly number[];
  /** How values are stored. @default `float32` */
  dtype?: Space["dtype"];
}

/** Numbers with a lower and an upper bound each (both included). */
export class Box implements Space {
  /** Shape of one value. */
  readonly shape: readonly number[];
  /** How values are stored. */
  readonly dtype: Space["dtype"];
  /** `[size]`, the lower bounds. */
  readonly low: Float64Array;
  /** `[size]`, the upper bounds. */
  readonly high: Float64Array;

  /**
   * A box of these bounds.
   *
   * @param low The lower bound, one for all numbers or one each.
   * @param high The upper bound, one for all numbers or one each.
   * @throws RangeError when a bound's length does not fit the shape or a lower bound is above its upper one.
   */
  constructor(low: number | ArrayLike<number>, high: number | ArrayLike<number>, options: BoxOptions = {}) {
    const bound = [low, high].find((one) => typeof one !== "number") as ArrayLike<number> | undefined;
    this.shape = options.shape ?? (bound ? [bound.length] : []);
    this.dtype = options.dtype ?? "float32";
    const size = spaceSize(this);
    this.low = bounds(low, size);
    this.high = bounds(high, size);
    const wrong = this.low.findIndex((value, i) => !(value <= this.high[i]));
    if (wrong >= 0) {
      throw new RangeError(
        `Cannot make a Box: expected low <= high, got [${this.low[wrong]}, ${
          this.high[wrong]
        }] at index ${wrong}`,
      );
    }
  }

  /** One sentence about the first number that does not belong; values of other types are not converted. */
  explain(value: ArrayLike<number>): string | undefined {
    const { low, high } = this;
    if (!isList(value, low.length)) return wrongLength(this, value);
    const float = this.dtype === "float32";
    for (let i = 0; i < low.length; i++) {
      const number = value[i];
      if (float ? withinFloat(number, low[i], high[i]) : withinWhole(number, low[i], high[i])) continue;
      const kind = float ? "a number" : "an integer";
      return `expected ${kind} in [${low[i]}, ${high[i]}] at index ${i}, got ${describeValue(number)}`;
    }
    return undefined;
  }

  /**
   * Draws each number uniformly between its bounds; integers include both. As in Gymnasium, a float without bounds is
   * standard normal, and one with a single bound is exponentially distributed from there.
   */
  sample(random: RandomStream): Float32Array | Uint8Array | Int32Array {
    const { low, high } = this;
    const size = low.length;
    if (this.dtype === "float32") {
      return Float32Array.from({ length: size }, (_, i) => sampleFloat(random, low[i], high[i]));
    }
    const value = this.dtype === "uint8" ? new Uint8Array(size) : new Int32Array(size);
    for (let i = 0; i < size; i++) value[i] = random.integer(low[i], high[i] + 1);
    return value;
  }
}

/** One of the integers `0 .. count - 1`, passed as an array of one number. */
export class Discrete implements Space {
  /** `[]`: one number. */
  readonly shape: readonly number[] = [];
  /** Integers. */
  readonly dtype = "int32";
  /** How many integers there are. */
  readonly count: number;

  /**
   * The integers below `count`.
   *
   * @throws RangeError when `count` is not an integer above 0.
   */
  constructor(count: number) {
    if (!Number.isInteger(count) || count < 1) {
      throw new RangeError(`Cannot make a Discrete space: expected an integer > 0, got ${count}`);
    }
    this.count = count;
  }

  /** One sentence when the value is not an array of one of the integers. */
  explain(value: ArrayLike<number>): string | undefined {
    if (!isList(value, 1)) return wrongLength(this, value);
    if (Number.isInteger(value[0]) && value[0] >= 0 && value[0] < this.count) return undefined;
    return `expected an integer in [0, ${this.count - 1}], got ${describeValue(value[0])}`;
  }

  /** Draws one of the integers, `[1]`. */
  sample(random: RandomStream): Int32Array {
    return Int32Array.of(random.integer(0, this.count));
  }
}

/** In single precision, as values are stored: 0.1 lies within 0.1 however it was rounded. */
function withinFloat(number: number, low: number, high: number): boolean {
  if (typeof number !== "number") return false;
  const stored = Math.fround(number);
  return stored >= Math.fround(low) && stored <= Math.fround(high);
}

function withinWhole(number: number, low: number, high: number): boolean {
  return number >= low && number <= high && Number.isInteger(number);
}

function sampleFloat(random: RandomStream, low: number, high: number): number {
  if (low > -Infinity && high < Infinity) return random.uniform(low, high);
  if (low === -Infinity && high === Infinity) return random.normal();
  const beyond = -Math.log(1 - random.uniform());
  return low > -Infinity ? low + beyond : high - beyond;
}

function bounds(bound: number | ArrayLike<number>, size: number): Float64Array {
  if (typeof bound === "number") return new Float64Array(size).fill(bound);
  if (bound.length === size) return Float64Array.from(bound);
  throw new RangeError(`Cannot make a Box: expected ${size} bounds, got ${bound.length}`);
}

function wrongLength(space: Space, value: ArrayLike<number> | undefined): string {
  const size = spaceSize(space);
  const wanted = `${size} ${size === 1 ? "number" : "numbers"} (shape [${space.shape.join(", ")}])`;
  return `expected ${wanted}, got ${isList(value) ? value.length : describeAction(value)}`;
}

/** Whether a value is a list, of `length` values where that is given; a text, which has a length too, is none. */
function isList(value: ArrayLike<number> | undefined, length = value?.length): value is ArrayLike<number> {
  return typeof value === "object" && value !== null && typeof length === "number" && value.length === length;
}

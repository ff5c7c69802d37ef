import type { Env } from "../env.ts";
import { Box } from "../spaces.ts";
import { ObservationWrapper } from "./observation_wrapper.ts";

const SOURCE = 96;
/** Rows above CarRacing's instrument bar. */
const ROWS = 84;
/** Side of what agents see, in pixels. */
export const AGENT_SIDE = 64;
const SOURCE_STRIDE = SOURCE * 3;
const STRIDE = AGENT_SIDE * 3;
/** Heights of a source and a target row in whole units: 16 and 21. */
const SOURCE_UNITS = AGENT_SIDE / 4;
const TARGET_UNITS = ROWS / 4;

/**
 * Area weights of the 64 target rows over the 84 source rows, whole numbers that sum to 21; a target row covers
 * two or three source rows. `[64, 4]`: first row, three weights.
 */
const rowWeights = Array.from({ length: AGENT_SIDE }, (_, row) => {
  const start = row * TARGET_UNITS;
  const first = Math.floor(start / SOURCE_UNITS);
  const overlap = (y: number) =>
    Math.max(0, Math.min(start + TARGET_UNITS, (y + 1) * SOURCE_UNITS) - Math.max(start, y * SOURCE_UNITS));
  return [first, overlap(first), overlap(first + 1), overlap(first + 2)];
});

/** The rows that count, as bytes and as the words of four bytes that the sums are made from. */
const cropped = new Uint8Array(ROWS * SOURCE_STRIDE);
const words = new Uint32Array(cropped.buffer);
const ROW_WORDS = SOURCE_STRIDE / 4;
/** One row of weighted sums, used by each call from start to end. */
const column = new Int32Array(SOURCE_STRIDE);

/**
 * The picture that agents see: rows 0..83 of a CarRacing frame, without the instruments, averaged by exact area
 * down to 64x64 and rounded.
 *
 * @param frame `[96, 96, 3]`.
 * @param target `[64, 64, 3]`, written to; a new one by default.
 * @throws RangeError when a length does not fit.
 */
export function cropAndResize(
  frame: Uint8Array,
  target: Uint8Array = new Uint8Array(AGENT_SIDE * STRIDE),
): Uint8Array {
  if (frame.length !== SOURCE * SOURCE_STRIDE || target.length !== AGENT_SIDE * STRIDE) {
    throw new RangeError(
      `Cannot resize a frame: expected ${SOURCE}x${SOURCE}x3 bytes into ${AGENT_SIDE}x${AGENT_SIDE}x3, ` +
        `got ${frame.length} into ${target.length}`,
    );
  }
  cropped.set(frame.subarray(0, cropped.length));
  for (let row = 0, to = 0; row < AGENT_SIDE; row++) {
    sumRows(rowWeights[row]);
    // Weights of 21 down, then 2 + 1 and 1 + 2 across: 63 in all.
    for (let x = 0; x < SOURCE_STRIDE; x += 9, to += 6) {
      const red = column[x + 3], green = column[x + 4], blue = column[x + 5];
      target[to] = divide63(2 * column[x] + red);
      target[to + 1] = divide63(2 * column[x + 1] + green);
      target[to + 2] = divide63(2 * column[x + 2] + blue);
      target[to + 3] = divide63(red + 2 * column[x + 6]);
      target[to + 4] = divide63(green + 2 * column[x + 7]);
      target[to + 5] = divide63(blue + 2 * column[x + 8]);
    }
  }
  return target;
}

/** Two or three source rows weighed into {@link column}; two bytes at a time, in the halves of a word. */
function sumRows([first, a, b, c]: number[]): void {
  const halves = 0xff00ff;
  for (let x = 0, i = first * ROW_WORDS; x < SOURCE_STRIDE; x += 4, i++) {
    const top = words[i];
    const middle = words[i + ROW_WORDS];
    let even = Math.imul(a, top & halves) + Math.imul(b, middle & halves);
    let odd = Math.imul(a, (top >>> 8) & halves) + Math.imul(b, (middle >>> 8) & halves);
    if (c !== 0) {
      const bottom = words[i + 2 * ROW_WORDS];
      even += Math.imul(c, bottom & halves);
      odd += Math.imul(c, (bottom >>> 8) & halves);
    }
    column[x] = even & 0xffff;
    column[x + 1] = odd & 0xffff;
    column[x + 2] = even >>> 16;
    column[x + 3] = odd >>> 16;
  }
}

/** `round(sum / 63)` for sums up to `63 * 255`, without a division. */
function divide63(sum: number): number {
  return Math.imul(sum + 31, 66577) >>> 22;
}

/** CarRacing as agents see it: every observation goes through {@link cropAndResize}. */
export class CropResize extends ObservationWrapper {
  /**
   * Goes around `env`.
   *
   * @throws TypeError when its observations are not `[96, 96, 3]` frames.
   */
  constructor(env: Env) {
    const { shape, dtype } = env.observationSpace;
    if (shape.join() !== `${SOURCE},${SOURCE},3` || dtype !== "uint8") {
      throw new TypeError(
        `Cannot resize ${env.id}: expected uint8 frames [96, 96, 3], got ${dtype} [${shape.join(", ")}]`,
      );
    }
    super(env, new Box(0, 255, { shape: [AGENT_SIDE, AGENT_SIDE, 3], dtype: "uint8" }));
  }

  /** `[96, 96, 3]` to `[64, 64, 3]`. */
  protected override transform(observation: Uint8Array, target?: Uint8Array): Uint8Array {
    return cropAndResize(observation, target);
  }
}

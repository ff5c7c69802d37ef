import { describeValue } from "./describe_value.ts";
import type { RenderOptions } from "./env.ts";
import { expectNames } from "./read_options.ts";

/** The longest side of a picture that `render` draws, pixels: 4K has 3840. */
export const LONGEST_SIDE = 4096;

/** A picture's sides, pixels. */
export interface PictureSize {
  /** Pixels across. */
  width: number;
  /** Pixels down. */
  height: number;
}

/** The sizes that a picture can have. */
export interface SizeLimits {
  /** Most pixels across. */
  width: number;
  /** Most pixels down. */
  height: number;
  /** What the height is a multiple of. @default 1 */
  rows?: number;
}

/** How large an environment draws one of its views. */
export interface ViewSize {
  /** The size of a picture that is not asked for in another one. */
  usual: PictureSize;
  /** Whether a side that is not given follows the other, so that the usual shape stays. @default false */
  keepsShape?: boolean;
  /** Smallest and largest sides. @default up to {@link LONGEST_SIDE} both ways */
  limits?: SizeLimits;
}

/** Both views of an environment; the same for one that has one view only. */
export type ViewSizes = Readonly<Record<"agent" | "birdsEye", ViewSize>>;

const ANY_SIZE: SizeLimits = { width: LONGEST_SIDE, height: LONGEST_SIDE };

/**
 * What `render` was given, with its defaults.
 *
 * @param id The environment's id, for the error.
 * @throws TypeError for what is no plain object and for an unknown name. @throws RangeError for an unknown view and for a
 * size that the view cannot be drawn in.
 */
export function readRenderOptions(
  id: string,
  options: RenderOptions = {},
  sizes: ViewSizes,
): Required<RenderOptions> {
  const view = readView(id, options);
  const { usual, keepsShape = false, limits } = sizes[view];
  const follow = (side: number, other: number | undefined, usualOther: number) =>
    keepsShape && typeof other === "number" ? Math.round(side * other / usualOther) : side;
  const {
    width = follow(usual.width, options.height, usual.height),
    height = follow(usual.height, options.width, usual.width),
  } = options;
  // What was asked for is refused before what follows from it.
  const asked = { width: options.width ?? 1, height: options.height ?? limits?.rows ?? 1 };
  expectSize(`render ${id}`, asked, limits);
  expectSize(`render ${id}`, { width, height }, limits);
  return { width, height, view };
}

/**
 * The view that `render` was asked for; sizes are not looked at.
 *
 * @throws TypeError for what is no plain object and for an unknown name. @throws RangeError for an unknown view.
 */
export function readView(id: string, options: RenderOptions): "agent" | "birdsEye" {
  expectNames(`render ${id}`, "options", options, ["width", "height", "view"]);
  const { view = "agent" } = options;
  if (view === "agent" || view === "birdsEye") return view;
  const Kind = typeof view === "string" ? RangeError : TypeError;
  throw new Kind(`Cannot render ${id}: expected the view "agent" or "birdsEye", got ${describeValue(view)}`);
}

/**
 * Refuses a size that no picture can have.
 *
 * @param what What cannot be done otherwise, for the error: `render CarRacing-v3`.
 * @throws TypeError for a side that is no number. @throws RangeError for one that is not whole or outside the limits.
 */
export function expectSize(what: string, size: PictureSize, limits: SizeLimits = ANY_SIZE): void {
  for (const side of ["width", "height"] as const) {
    const step = side === "height" ? limits.rows ?? 1 : 1;
    const pixels = size[side];
    if (Number.isInteger(pixels) && pixels >= step && pixels <= limits[side] && pixels % step === 0) continue;
    const wanted = step > 1 ? `a multiple of ${step}` : "an integer";
    const Kind = typeof pixels === "number" ? RangeError : TypeError;
    const got = describeValue(pixels);
    throw new Kind(
      `Cannot ${what}: expected ${wanted} in ${step} .. ${limits[side]} as its ${side}, got ${got}`,
    );
  }
}

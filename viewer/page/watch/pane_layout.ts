import { greatestCommonDivisor } from "../../../core/greatest_common_divisor.ts";
import type { Episode } from "../episodes/episode.ts";

/** What the panes have to fit. */
export interface PaneRoom {
  /** CSS pixels across. */
  width: number;
  /** CSS pixels down that they should not exceed. */
  height: number;
  /** Pictures of pixels to show. */
  count: number;
  /** Whether the scene stands beside them. */
  scene: boolean;
  /** A picture's side is a multiple of it: then every source pixel takes the same number of screen pixels. */
  unit: number;
}

/** How the panes stand. */
export interface PaneLayout {
  /** Side of a picture, CSS pixels. */
  size: number;
  /** Pictures in a row. */
  columns: number;
  /** Whether the scene stands beside the pictures; above them otherwise. */
  beside: boolean;
}

/** CSS pixels between panes. */
export const PANE_GAP = 12;
/** CSS pixels that a pane's title and caption take. */
export const PANE_WORDS = 58;
/** CSS pixels of the panel of curves to its first curve's end. */
const CURVE_IN_SIGHT = 170;
/** CSS pixels of the dreams side by side to the end of their first row. */
const DREAMS_IN_SIGHT = 230;
/** The least width of a scene beside pictures. */
const SCENE = 340;
/** What counts as the side of pictures before there are any. */
const SIDE = 64;
/** The greatest side of a picture. */
const GREATEST = 576;

/**
 * The least side in which pictures of the environment and of agents both have whole pixels: 192 = 2 * 96 = 3 * 64.
 * Pictures that no agent sees stand alone, and are as large as they are.
 */
export function pictureSide(
  shown: Pick<Episode, "height" | "width" | "agentFrames" | "agentSize"> | undefined,
  view: "agent" | "environment",
): number {
  if (!shown) return SIDE;
  const own = Math.max(...shown.agentSize);
  if (view === "agent" && shown.agentFrames.length > 0) return own;
  const side = Math.max(shown.height, shown.width);
  return shown.agentFrames.length === 0 ? side : side * own / greatestCommonDivisor(side, own);
}

/**
 * How much of the page's height the panes take: they leave what stands below them in sight, which is the first curve, or
 * the dreams side by side, as long as the pictures do not become too small for it.
 */
export function paneHeight(
  inSight: number,
  { pictures, dreams }: { pictures: number; dreams: number },
): number {
  const rows = (count: number, side: number) => count * (side + PANE_WORDS) + (count - 1) * PANE_GAP;
  const least = dreams > 1 ? rows(2, 128) : pictures > 1 ? rows(2, 192) : rows(1, 480);
  const below = dreams > 1 ? DREAMS_IN_SIGHT : CURVE_IN_SIGHT;
  return Math.max(inSight - below, Math.min(inSight, least), 300);
}

/** The greatest equal pictures that fit; where none fits, the smallest that fill the width, and the page scrolls. */
export function layOutPanes({ width, height, count, scene, unit }: PaneRoom): PaneLayout {
  const beside = scene && width >= 2 * SCENE;
  const below = scene && !beside ? height / 2 : height;
  const most = Math.max(1, beside ? Math.min(count, 2) : count);
  let best: PaneLayout | undefined;
  for (let columns = most; columns >= 1; columns--) {
    const rows = Math.ceil(count / columns);
    const across = beside ? Math.min(width - SCENE - PANE_GAP, width * (columns > 1 ? 0.6 : 0.4)) : width;
    const room = Math.min(
      (across - (columns - 1) * PANE_GAP) / columns,
      (below - (rows - 1) * PANE_GAP) / rows - PANE_WORDS,
      GREATEST,
    );
    const size = Math.floor(room / unit) * unit;
    if (size > (best?.size ?? 0)) best = { size, columns, beside };
  }
  const smallest = Math.max(unit, Math.ceil(128 / unit) * unit);
  if (best && best.size >= smallest) return best;
  const columns = Math.max(1, Math.min(most, Math.floor((width + PANE_GAP) / (smallest + PANE_GAP))));
  const fill = (width - (columns - 1) * PANE_GAP) / columns;
  return { size: Math.max(unit, beside ? smallest : Math.floor(fill / unit) * unit), columns, beside };
}

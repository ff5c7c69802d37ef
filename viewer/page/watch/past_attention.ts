/** A frame of the past, and how much of the attention it has. */
export interface PastFrame {
  /** The decision that was taken at it, counted from the episode's beginning. */
  decision: number;
  /** Its share of all attention, 0 .. 1: the action's included. */
  share: number;
  /** How much its parts were looked at, row by row, beside the part that was looked at most of all, 0 .. 1. */
  lights: number[];
}

/**
 * Attention to parts of decisions as attention to frames, the oldest first. Decisions before the episode's first are left out.
 *
 * @param weights `[W, P]`, see `AttentionToPast`.
 * @param options.window W.
 * @param options.parts P.
 * @param options.squares How many of them are parts of the frame, the first.
 * @param options.decisions Decisions of the episode, the one that is looked from included.
 */
export function pastAttention(
  weights: Float64Array,
  { window, parts, squares, decisions }: {
    window: number;
    parts: number;
    squares: number;
    decisions: number;
  },
): PastFrame[] {
  const of = (row: number, from: number, to: number) =>
    weights.subarray(row * parts + from, row * parts + to);
  const rows = Array.from({ length: window }, (_, row) => row).slice(-decisions);
  const most = Math.max(...rows.flatMap((row) => [...of(row, 0, squares)]), Number.MIN_VALUE);
  return rows.map((row) => ({
    decision: decisions - window + row,
    share: of(row, 0, parts).reduce((sum, weight) => sum + weight, 0),
    lights: Array.from(of(row, 0, squares), (weight) => weight / most),
  }));
}

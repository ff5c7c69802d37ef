import type { ResolvedLoadOptions } from "../load_dataset.ts";

/** Tells what was left out, if anything was. @param skipped What, and why, a sentence each. */
export function tellSkipped(
  dataset: string,
  skipped: readonly string[],
  onEvent: ResolvedLoadOptions["onEvent"],
): void {
  if (skipped.length > 0) onEvent?.({ type: "skipped", dataset, count: skipped.length, first: skipped[0] });
}

import type { MetricsDamageEvent } from "../generative/train/mod.ts";

/** The message about damaged lines of metrics. */
export function damageLine({ path, count, line, reason, kept }: MetricsDamageEvent): string {
  const lines = count === 1 ? `line ${line} of "${path}"` : `${count} lines of "${path}"`;
  const first = count === 1 ? `it ${reason}` : `the first, line ${line}, ${reason}`;
  return `Skipped ${lines}: ${first}; kept in "${kept}"`;
}

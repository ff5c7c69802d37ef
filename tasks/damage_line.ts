import type { MetricsDamageEvent } from "../generative/train/mod.ts";

/** What people are told of damaged measurements. */
export function damageLine({ path, count, line, reason, kept }: MetricsDamageEvent): string {
  const lines = count === 1 ? `line ${line} of "${path}"` : `${count} lines of "${path}"`;
  const first = count === 1 ? `it ${reason}` : `the first, line ${line}, ${reason}`;
  return `Left out ${lines}: ${first}; kept in "${kept}"`;
}

import { addChecksum, takeChecksum } from "./json_checksum.ts";

/** One line of `metrics.jsonl`: what was measured at a step of something that is trained. */
export interface MetricsLine {
  /** What is trained; TensorBoard shows it as a run of its own. */
  name: string;
  /** Steps done. */
  step: number;
  /** When, in seconds since 1970. */
  time: number;
  /** What was measured, by name. Older runs have null for every number that is not finite. */
  values: Record<string, number | null>;
}

/** A number as JSON can hold it: as text where it is not finite. */
export type JsonNumber = number | "NaN" | "Infinity" | "-Infinity";

/** The JSON form of a number. */
export function encodeNumber(value: number): JsonNumber {
  return Number.isFinite(value) ? value : String(value) as JsonNumber;
}

/** The text of a line, with its checksum and its end. */
export function encodeMetricsLine({ values, ...line }: MetricsLine): string {
  const encoded = Object.entries(values).map((
    [key, value],
  ) => [key, value === null ? null : encodeNumber(value)]);
  return JSON.stringify(addChecksum({ ...line, values: Object.fromEntries(encoded) })) + "\n";
}

/** Reads a line: what it holds, or what is wrong with it. Lines without a checksum are of older runs. */
export function parseMetricsLine(text: string): MetricsLine | string {
  let content: Record<string, unknown>;
  try {
    content = JSON.parse(text);
  } catch {
    return "is not JSON";
  }
  if (typeof content !== "object" || content === null) return "is no measurement";
  const { rest, fits } = takeChecksum(content);
  if (fits === false) return "does not fit its checksum";
  const { name, step, time, values } = rest as Partial<MetricsLine>;
  if (Object.keys(rest).length > 4) return "has more members than a measurement";
  if (typeof name !== "string") return 'has no "name"';
  if (!Number.isFinite(step) || !Number.isFinite(time)) return 'has no numbers as "step" and "time"';
  const wrong = 'has no numbers in "values"';
  if (typeof values !== "object" || values === null || Array.isArray(values)) return wrong;
  const decoded = Object.entries(values).map(([key, value]) => [key, decodeNumber(value)]);
  if (decoded.some(([, value]) => value === undefined)) return wrong;
  return { ...rest, values: Object.fromEntries(decoded) } as MetricsLine;
}

/** Undefined for what is no number. */
function decodeNumber(value: unknown): number | null | undefined {
  if (value === null || typeof value === "number") return value;
  return value === "NaN" || value === "Infinity" || value === "-Infinity" ? Number(value) : undefined;
}

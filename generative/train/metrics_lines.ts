import { existsSync, readFileSync } from "node:fs";
import { fileError } from "../../core/atomic_file.ts";
import { takeChecksum } from "./json_checksum.ts";

/** One line of `metrics.jsonl`: what was measured at a step of something that is trained. */
export interface MetricsLine {
  /** What is trained; TensorBoard shows it as a run of its own. */
  name: string;
  /** Steps done. */
  step: number;
  /** When, in seconds since 1970. */
  time: number;
  /** What was measured, by name. Numbers that are not finite become null. */
  values: Record<string, number | null>;
}

/** A line that cannot be used. */
export interface DamagedLine {
  /** Its place, 1 for the first. */
  number: number;
  /** What is wrong with it. */
  reason: string;
  /** What it holds. */
  bytes: Uint8Array;
}

/** What a `metrics.jsonl` holds. */
export interface MetricsLines {
  /** The whole lines. */
  lines: MetricsLine[];
  /** Those that are left out, a last one apart that a kill cut short. */
  damaged: DamagedLine[];
  /** Whether the last line has no end. */
  open: boolean;
}

/** Reads a `metrics.jsonl`; one that is not there is empty. @throws Error naming the file when it cannot be read. */
export function readMetricsLines(path: string): MetricsLines {
  const read: MetricsLines = { lines: [], damaged: [], open: false };
  if (!existsSync(path)) return read;
  const bytes = readBytes(path);
  for (let start = 0, number = 1; start < bytes.length; number++) {
    const next = bytes.indexOf(10, start);
    const end = next < 0 ? bytes.length : next;
    const line = bytes.subarray(start, end);
    const parsed = parseLine(line);
    read.open = next < 0;
    if (typeof parsed !== "string") read.lines.push(parsed);
    else if (!read.open && line.length > 0) read.damaged.push({ number, reason: parsed, bytes: line });
    start = end + 1;
  }
  return read;
}

function readBytes(path: string): Uint8Array {
  try {
    return readFileSync(path);
  } catch (error) {
    throw fileError("read", path, error);
  }
}

/** A line, or what is wrong with it. Lines without a checksum are of older runs. */
function parseLine(bytes: Uint8Array): MetricsLine | string {
  let content: Record<string, unknown>;
  try {
    content = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
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
  const numbers = typeof values === "object" && values !== null && !Array.isArray(values) &&
    Object.values(values).every((value) => value === null || typeof value === "number");
  return numbers ? rest as MetricsLine : 'has no numbers in "values"';
}

import { existsSync, readFileSync } from "node:fs";
import { fileError } from "../../core/atomic_file.ts";
import { type MetricsLine, parseMetricsLine } from "./metrics_line.ts";

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

function parseLine(bytes: Uint8Array): MetricsLine | string {
  try {
    return parseMetricsLine(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    return "is no UTF-8";
  }
}

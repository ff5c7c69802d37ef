import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileError, writeFileAtomic } from "../../core/atomic_file.ts";
import type { TrainEvent } from "./events.ts";
import { encodeScalarEvent, encodeVersionEvent } from "./tensorboard.ts";

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

/** The options of a {@link MetricsWriter}. */
export interface MetricsWriterOptions {
  /** The time in milliseconds since 1970. @default a clock that stands at 0 */
  now?(): number;
}

/**
 * Writes measurements to `metrics.jsonl` and, for TensorBoard, to `tensorboard/<name>/`. The lines are the
 * truth: event files are made anew from them when a run goes on.
 */
export class MetricsWriter {
  /** The path of the lines. */
  readonly path: string;
  readonly #now: () => number;

  /**
   * Goes on with the lines that are there.
   *
   * @param folder The run's folder. A line that a kill cut short is removed.
   * @throws Error naming the file when it cannot be written.
   */
  constructor(readonly folder: string, options: MetricsWriterOptions = {}) {
    this.path = join(folder, "metrics.jsonl");
    this.#now = options.now ?? (() => 0);
    if (existsSync(this.path) && !readFileSync(this.path, "utf8").endsWith("\n")) this.#rewrite(this.lines());
  }

  /** All whole lines so far. */
  lines(): MetricsLine[] {
    if (!existsSync(this.path)) return [];
    return readFileSync(this.path, "utf8").split("\n").flatMap((line) => {
      try {
        return [JSON.parse(line) as MetricsLine];
      } catch {
        return []; // cut short by a kill, or empty
      }
    });
  }

  /** Forgets what was measured of `name` after `step`: the run goes on from there and measures it again. */
  resume(name: string, step: number): void {
    const lines = this.lines();
    const kept = lines.filter((line) => line.name !== name || line.step <= step);
    if (kept.length < lines.length) this.#rewrite(kept);
    const own = kept.filter((line) => line.name === name);
    const path = this.#eventPath(name);
    if (own.length) writeFileAtomic(path, concat([encodeVersionEvent(own[0].time), ...own.map(encode)]));
    else rmSync(path, { force: true });
  }

  /** Adds a line. Numbers that are not finite become null, which JSON can hold. */
  write(name: string, step: number, values: Record<string, number>): void {
    const finite = Object.entries(values).map(([key, value]) => [key, Number.isFinite(value) ? value : null]);
    const line: MetricsLine = { name, step, time: this.#now() / 1000, values: Object.fromEntries(finite) };
    append(this.path, JSON.stringify(line) + "\n");
    const path = this.#eventPath(name);
    if (!existsSync(path)) append(path, encodeVersionEvent(line.time));
    append(path, encode(line));
  }

  /** Writes what a progress or an evaluate event carries; others pass by. */
  record(event: TrainEvent): void {
    if (event.type === "progress") this.write(event.name, event.step, { ...event.losses, rate: event.rate });
    if (event.type === "evaluate") this.write(event.name, event.step, event.metrics);
    if (event.type === "start") this.resume(event.name, event.step);
  }

  #eventPath(name: string): string {
    return join(this.folder, "tensorboard", name.replaceAll(/[^\w.-]+/g, "_"), "events.out.tfevents.somnium");
  }

  #rewrite(lines: MetricsLine[]): void {
    writeFileAtomic(this.path, lines.map((line) => JSON.stringify(line) + "\n").join(""));
  }
}

/** The TensorBoard events of a line. */
function encode({ step, time, values }: MetricsLine): Uint8Array {
  const events = Object.entries(values).flatMap(([tag, value]) =>
    value === null ? [] : [encodeScalarEvent({ tag, value, step, time })]
  );
  return concat(events);
}

function append(path: string, content: string | Uint8Array): void {
  try {
    mkdirSync(dirname(path), { recursive: true });
    appendFileSync(path, content);
  } catch (error) {
    throw fileError("write", path, error);
  }
}

function concat(parts: Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    bytes.set(part, offset);
    offset += part.length;
  }
  return bytes;
}

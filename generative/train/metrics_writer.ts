import { appendFileSync, existsSync, mkdirSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileError, writeFileAtomic } from "../../core/atomic_file.ts";
import { joinArrays } from "../../core/join_arrays.ts";
import type { MetricsDamageEvent, TrainEvent } from "./events.ts";
import { encodeMetricsLine, type MetricsLine } from "./metrics_line.ts";
import { readMetricsLines } from "./metrics_lines.ts";
import { encodeScalarEvent, encodeVersionEvent } from "./tensorboard.ts";

/** The options of a {@link MetricsWriter}. */
export interface MetricsWriterOptions {
  /** The time in milliseconds since 1970. @default a clock that stands at 0 */
  now?(): number;
  /** Hears of lines that are damaged, before the first one is written. */
  onDamage?(event: MetricsDamageEvent): void;
}

/**
 * Writes measurements to `metrics.jsonl`, each line with a checksum, and, for TensorBoard, to `tensorboard/<name>/`. The
 * lines are the truth: event files are made anew from them when a run goes on. Damaged lines go to
 * `metrics.damaged.jsonl`; one that a kill cut short goes.
 */
export class MetricsWriter {
  /** The path of the lines. */
  readonly path: string;
  readonly #options: MetricsWriterOptions;
  #mended = false;

  /** Goes on with the lines that are there. @param folder The run's folder. */
  constructor(readonly folder: string, options: MetricsWriterOptions = {}) {
    this.path = join(folder, "metrics.jsonl");
    this.#options = options;
  }

  /** All whole lines so far. */
  lines(): MetricsLine[] {
    return readMetricsLines(this.path).lines;
  }

  /** Forgets what was measured of `name` after `step`: the run goes on from there and measures it again. */
  resume(name: string, step: number): void {
    this.#mend();
    const lines = this.lines();
    const kept = lines.filter((line) => line.name !== name || line.step <= step);
    if (kept.length < lines.length) this.#rewrite(kept);
    const own = kept.filter((line) => line.name === name);
    const path = this.#eventPath(name);
    if (own.length) {
      writeFileAtomic(path, joinArrays(Uint8Array, [encodeVersionEvent(own[0].time), ...own.map(encode)]));
    } else rmSync(path, { force: true });
  }

  /** Adds a line. */
  write(name: string, step: number, values: Record<string, number>): void {
    this.#mend();
    const line: MetricsLine = { name, step, time: (this.#options.now?.() ?? 0) / 1000, values };
    append(this.path, encodeMetricsLine(line));
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
    writeFileAtomic(this.path, lines.map(encodeMetricsLine).join(""));
  }

  /** Leaves whole lines only, before the first change. */
  #mend(): void {
    if (this.#mended) return;
    const { lines, damaged, open } = readMetricsLines(this.path);
    if (damaged.length > 0) {
      const kept = join(this.folder, "metrics.damaged.jsonl");
      append(kept, joinArrays(Uint8Array, damaged.flatMap(({ bytes }) => [bytes, LINE_END])));
      const [{ number, reason }] = damaged;
      const { path } = this;
      this.#options.onDamage?.({ type: "damage", path, count: damaged.length, line: number, reason, kept });
    }
    if (damaged.length > 0 || open) this.#rewrite(lines);
    this.#mended = true;
  }
}

const LINE_END = Uint8Array.of(10);

/** The TensorBoard events of a line. */
function encode({ step, time, values }: MetricsLine): Uint8Array {
  const events = Object.entries(values).flatMap(([tag, value]) =>
    value === null ? [] : [encodeScalarEvent({ tag, value, step, time })]
  );
  return joinArrays(Uint8Array, events);
}

function append(path: string, content: string | Uint8Array): void {
  try {
    mkdirSync(dirname(path), { recursive: true });
    appendFileSync(path, content);
  } catch (error) {
    throw fileError("write", path, error);
  }
}

import { parseMetricsLine } from "../../../generative/train/metrics_line.ts";

/** What was measured of one thing, in the order of its steps; all arrays are equally long. */
export interface Curve {
  /** Steps done. */
  steps: number[];
  /** When, in seconds since 1970. */
  times: number[];
  /** Not finite where the measurement was not; older runs tell NaN from infinite no more. */
  values: number[];
}

/** What `metrics.jsonl` holds. A curve that grew is another object; its arrays are the same ones. */
export interface RunMetrics {
  /** Curves by what is trained, and then by what is measured, in the order in which they began. */
  groups: ReadonlyMap<string, ReadonlyMap<string, Curve>>;
  /** When the first line was written, in seconds since 1970. */
  start: number;
  /** Lines that were understood. */
  lines: number;
  /** How many lines were left out, and why the first one was. */
  broken: { count: number; first: string };
}

/** Lines between two breaks that let the page draw. */
const BATCH = 2000;

/** Reads the lines of a `metrics.jsonl` as they come, in pieces that may end anywhere. */
export class MetricsParser {
  readonly #groups = new Map<string, Map<string, Curve>>();
  readonly #decoder = new TextDecoder();
  #pending = "";
  #start = NaN;
  #lines = 0;
  #broken = 0;
  #first = "";

  /** Adds a piece. A last line without an end is kept for the next one. */
  async add(bytes: Uint8Array): Promise<void> {
    const lines = (this.#pending + this.#decoder.decode(bytes, { stream: true })).split("\n");
    this.#pending = lines.pop()!;
    const touched = new Set<Curve>();
    for (let i = 0; i < lines.length; i++) {
      if (lines[i].trim() !== "") this.#addLine(lines[i], touched);
      if (i % BATCH === BATCH - 1) await new Promise((resolve) => setTimeout(resolve));
    }
  }

  /** What is known so far. */
  get metrics(): RunMetrics {
    return {
      groups: new Map(this.#groups),
      start: this.#start,
      lines: this.#lines,
      broken: { count: this.#broken, first: this.#first },
    };
  }

  #addLine(text: string, touched: Set<Curve>): void {
    const line = parseMetricsLine(text);
    if (typeof line === "string") {
      if (this.#broken++ === 0) this.#first = `line ${this.#lines + 1} ${line}`;
      return;
    }
    this.#lines++;
    if (Number.isNaN(this.#start)) this.#start = line.time;
    const group = this.#groups.get(line.name) ?? new Map<string, Curve>();
    this.#groups.set(line.name, group);
    for (const [key, curve] of group) {
      if (!(curve.steps.at(-1)! > line.step)) continue;
      // the run went back to a checkpoint, and measures again from there
      const kept = curve.steps.findIndex((step) => step >= line.step);
      const cut = <T>(values: T[]) => values.slice(0, kept);
      const shorter = { steps: cut(curve.steps), times: cut(curve.times), values: cut(curve.values) };
      touched.add(shorter);
      group.set(key, shorter);
    }
    for (const [key, value] of Object.entries(line.values)) {
      let curve = group.get(key) ?? { steps: [], times: [], values: [] };
      if (!touched.has(curve)) {
        curve = { ...curve };
        touched.add(curve);
        group.set(key, curve);
      }
      if (curve.steps.at(-1) === line.step) {
        curve.times[curve.times.length - 1] = line.time;
        curve.values[curve.values.length - 1] = value ?? NaN;
        continue;
      }
      curve.steps.push(line.step);
      curve.times.push(line.time);
      curve.values.push(value ?? NaN);
    }
  }
}

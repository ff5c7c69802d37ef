import type { FileSource } from "../state/sources.ts";
import { MetricsParser, type RunMetrics } from "./metrics.ts";

/** Bytes that are read again, to see that the file only grew. */
const OVERLAP = 64;

/** A `metrics.jsonl` that may be growing: reads what is new of it. */
export class MetricsFile {
  #parser = new MetricsParser();
  #size = 0;
  #end = new Uint8Array(0);

  /** Bytes that were read. */
  get size(): number {
    return this.#size;
  }

  /**
   * Reads on; from the beginning where the file was written anew, as a run does that goes on from a checkpoint.
   *
   * @returns What is known now, undefined when nothing is new. @throws Error naming the file.
   */
  async read(source: FileSource, path = "metrics.jsonl"): Promise<RunMetrics | undefined> {
    const bytes = await source.read(path, { from: this.#size - this.#end.length });
    if (!this.#end.every((byte, i) => bytes[i] === byte)) {
      this.#parser = new MetricsParser();
      this.#size = 0;
      this.#end = new Uint8Array(0);
      return this.read(source, path);
    }
    const fresh = bytes.subarray(this.#end.length);
    if (fresh.length === 0) return this.#size === 0 ? this.#parser.metrics : undefined;
    await this.#parser.add(fresh);
    this.#size += fresh.length;
    this.#end = bytes.slice(-OVERLAP);
    return this.#parser.metrics;
  }
}

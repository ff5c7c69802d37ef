import cliProgress from "cli-progress";
import { formatDuration } from "./format.ts";
import { note } from "./run_task.ts";

/** Seconds between two plain lines where standard error is no terminal. */
const PLAIN_SECONDS = 15;

/** Where a piece of work stands. */
export interface Standing {
  /** What is done, such as "round 3/18 memory". */
  label: string;
  /** How much of it is done. */
  done: number;
  /** How much there is. */
  of: number;
  /** What else is told, such as a loss. */
  detail?: string;
}

/**
 * Progress on standard error with rate and time left: a bar on a terminal, else a plain line now and then. One
 * piece of work is shown at a time.
 */
export class Progress {
  readonly #terminal = Deno.stderr.isTerminal();
  #bar: cliProgress.SingleBar | undefined;
  #label = "";
  #of = 0;
  #first = 0;
  #last = 0;
  #begin = 0;
  #printed = -Infinity;

  /** Shows where some work stands; another label or amount than before begins another bar, and so does a step back. */
  show({ label, done, of, detail = "" }: Standing): void {
    const now = performance.now() / 1000;
    if (label !== this.#label || of !== this.#of || done < this.#last) {
      this.clear();
      [this.#label, this.#of, this.#first, this.#begin] = [label, of, done, now];
    }
    this.#last = done;
    const rate = (done - this.#first) / Math.max(now - this.#begin, 1e-9);
    const known = done > this.#first;
    const speed = known ? `${rate < 100 ? rate.toPrecision(2) : Math.round(rate)}/s` : "";
    const left = known ? `${formatDuration((of - done) / rate)} left` : "";
    if (this.#terminal) this.#draw({ label, done, of, detail }, [speed, left]);
    else if (now - this.#printed >= PLAIN_SECONDS) {
      this.#printed = now;
      note([`${label}: ${done}/${of}`, speed, left, detail].filter(Boolean).join(", "));
    }
  }

  /** Takes the bar away. */
  clear(): void {
    this.#bar?.stop();
    this.#bar = undefined;
    this.#label = "";
  }

  /** Prints a line that stays, above the bar. */
  line(text: string): void {
    this.clear();
    note(text);
  }

  #draw({ label, done, of, detail }: Standing, [speed, left]: string[]): void {
    const payload = { label, detail, speed, left };
    if (this.#bar) {
      this.#bar.update(done, payload);
      return;
    }
    this.#bar = new cliProgress.SingleBar({
      format: "{label} {bar} {value}/{total}  {speed}  {left}  {detail}",
      barCompleteChar: "█",
      barIncompleteChar: "░",
      barsize: 24,
      clearOnComplete: true,
      hideCursor: true,
      gracefulExit: false, // the task listens to signals itself
      fps: 5,
    });
    this.#bar!.start(of, done, payload);
  }
}

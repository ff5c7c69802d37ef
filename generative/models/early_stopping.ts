import type { NamedTensors } from "../nn/mod.ts";
import { readTensors } from "../train/mod.ts";
import type { BestEpoch } from "./model_checkpoint.ts";
import type { GenerativeModel } from "./model.ts";

/** The options of {@link EarlyStopping}. */
export interface EarlyStoppingOptions {
  /** Epochs without a better one after which training ends; 1 or more. */
  patience: number;
  /** Steps in an epoch. */
  epochSteps: number;
  /** See {@link GenerativeModel.criterion}. @default "loss" */
  criterion: GenerativeModel["criterion"];
  /** The best epoch before training was interrupted. */
  best?: BestEpoch;
}

/** Keeps the parameters of the best epoch, and says when no better one is to be expected. */
export class EarlyStopping {
  readonly #options: EarlyStoppingOptions;
  #best: BestEpoch | undefined;
  #step = 0;

  constructor(options: EarlyStoppingOptions) {
    this.#options = options;
    this.#best = options.best;
  }

  /** The best epoch so far, the first of equal ones. */
  get best(): BestEpoch | undefined {
    return this.#best;
  }

  /** Whether the last `patience` epochs were no better than one before. */
  get enough(): boolean {
    const { patience, epochSteps } = this.#options;
    return this.#step - (this.#best?.step ?? 0) >= patience * epochSteps;
  }

  /**
   * Takes up an epoch. An epoch that is measured again after an interruption changes nothing.
   *
   * @param parameters What was measured; copied where it is the best, else left alone.
   */
  async take(metrics: Record<string, number>, parameters: NamedTensors, step: number): Promise<void> {
    this.#step = step;
    const value = this.#value(metrics);
    const better = this.#best ? value < this.#value(this.#best.metrics) : Number.isFinite(value);
    if (better) this.#best = { step, metrics, parameters: await readTensors(parameters) };
  }

  /** The lower the better. @throws TypeError for measures without it. */
  #value(metrics: Record<string, number>): number {
    const { criterion = "loss" } = this.#options;
    const name = criterion === "loss"
      ? "loss"
      : Object.keys(metrics).find((name) => name.startsWith("FD-")) ?? "FD";
    if (name in metrics) return metrics[name];
    throw new TypeError(
      `Cannot stop early: expected "${name}" among what is measured, got ${Object.keys(metrics).join(", ")}`,
    );
  }
}

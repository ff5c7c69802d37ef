// deno-lint-ignore-file no-console -- a task prints
/**
 * What `deno task evaluate` does with runs of `deno task train`.
 *
 * @module
 */
import { RandomStream } from "../core/mod.ts";
import { measureModel } from "../generative/models/measure_model.ts";
import { MetricsWriter } from "../generative/train/mod.ts";
import { formatCount, interruptSignal, table } from "./cli.ts";
import { formatNumber, tellData } from "./model_report.ts";
import { openModel } from "./open_model.ts";
import type { Progress } from "./progress.ts";

/** What is measured, and how much of it. */
export interface EvaluateModelOptions {
  /** Held-out examples at most; 0 takes all. */
  examples: number;
  /** Whether standard output gets one JSON object instead of a table. */
  json: boolean;
  /** Where progress is shown. */
  progress: Progress;
}

/**
 * Measures a model on data that it did not learn from. What was measured goes to the run's metrics as `evaluation`
 * and to standard output.
 */
export async function evaluateModel(
  folder: string,
  { examples, json, progress }: EvaluateModelOptions,
): Promise<void> {
  const signal = interruptSignal();
  const loaded = await openModel(folder, progress);
  const { kind, model, parameters, step } = loaded;
  const held = await loaded.loadData("test", tellData(progress));
  const limit = examples === 0 ? held.count : Math.min(examples, held.count);
  const random = new RandomStream(loaded.config.seed).fork("measure");
  const metrics = await measureModel(model, parameters, held, random, { limit, signal });
  loaded.dispose();

  const writer = new MetricsWriter(folder, { now: Date.now });
  writer.resume("evaluation", step - 1);
  writer.write("evaluation", step, metrics);
  if (json) {
    console.log(JSON.stringify({ type: "evaluation", model: kind.name, step, examples: limit, ...metrics }));
  } else {
    console.log(table([
      [`${kind.name}, ${formatCount(step)} steps`, `${formatCount(limit)} held-out examples`],
      ...Object.entries(metrics).map(([name, value]) => [name, formatNumber(value)]),
    ]));
  }
}

/**
 * What `deno task evaluate` does with runs of `deno task train`.
 *
 * @module
 */
import { RandomStream } from "../core/mod.ts";
import { distanceMetrics, type PictureDistances } from "../generative/metrics/mod.ts";
import { judgeSamples } from "../generative/models/judge_samples.ts";
import { measureModel } from "../generative/models/measure_model.ts";
import { MetricsWriter } from "../generative/train/mod.ts";
import { damageLine } from "./damage_line.ts";
import { formatCount, formatShare, table } from "./format.ts";
import { formatNumber, tellData } from "./model_report.ts";
import { lockRun, openModel } from "./open_model.ts";
import type { Progress } from "./progress.ts";
import { interruptSignal, print, printJson } from "./run_task.ts";

/** What is measured, and how much of it. */
export interface EvaluateModelOptions {
  /** Held-out examples at most; 0 takes all. */
  examples: number;
  /** Samples whose distance from the data is measured, for models that draw pictures; 0 measures none. */
  samples: number;
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
  { examples, samples, json, progress }: EvaluateModelOptions,
): Promise<void> {
  const signal = interruptSignal();
  using _lock = lockRun(folder);
  const loaded = await openModel(folder, progress);
  const { kind, model, parameters, step } = loaded;
  const held = await loaded.loadData("test", tellData(progress));
  const limit = examples === 0 ? held.count : Math.min(examples, held.count);
  const random = new RandomStream(loaded.config.seed).fork("measure");
  const metrics = await measureModel(model, parameters, held, random, { limit, signal });
  const draws = held.kind === "pictures" && model.sample && samples > 0;
  const judge = draws
    ? await judgeSamples(loaded, {
      folder,
      onEvent: tellData(progress),
      now: () => performance.now(),
      signal,
    })
    : undefined;
  if (draws && !judge) {
    progress.line(
      `Distances of samples are not measured: the data set "${held.name}" has neither classes nor attributes, or too few ` +
        "held-out examples",
    );
  }
  const distances = await judge?.judge(model, parameters, {
    count: samples,
    random: random.fork("distance"),
  });
  if (distances) Object.assign(metrics, distanceMetrics(distances));
  judge?.dispose();
  loaded.dispose();

  const writer = new MetricsWriter(folder, {
    now: Date.now,
    onDamage: (event) => progress.line(damageLine(event)),
  });
  writer.resume("evaluation", step - 1);
  writer.write("evaluation", step, metrics);
  if (json) {
    printJson({ type: "evaluation", model: kind.name, step, examples: limit, ...metrics, distances });
  } else {
    print(table([
      [`${kind.name}, ${formatCount(step)} steps`, `${formatCount(limit)} held-out examples`],
      ...Object.entries(metrics).map(([name, value]) => [name, formatNumber(value)]),
    ]));
    if (distances) print(explain(distances));
  }
}

function explain(
  { samples, reference, data, measure, accuracy, kernelDeviation, real }: PictureDistances,
): string {
  return [
    "",
    `FD and KD: Fréchet and kernel distance of ${formatCount(samples)} samples from ${
      formatCount(reference)
    } held-out pictures of ${data}, on`,
    `64 features of a classifier trained on it (${formatShare(accuracy)} accuracy on held-out pictures).`,
    `The measure is ${measure}: compare only distances with exactly this name. ${
      formatCount(real.count)
    } other held-out pictures`,
    `have FD ${formatNumber(real.frechet)} and KD ${
      formatNumber(real.kernel)
    }; the standard deviation of KD is ${formatNumber(kernelDeviation)}. They are not FID and KID.`,
  ].join("\n");
}

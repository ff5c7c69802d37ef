import { withAdvice } from "./advice.ts";
import type { DataEvent } from "../generative/data/load_dataset.ts";
import type { ModelEvent } from "../generative/models/train_model.ts";
import type { JsonNumber } from "../generative/train/mod.ts";
import { formatCount } from "./format.ts";
import type { Progress } from "./progress.ts";

/** Measurements in one line: `loss 132.5, kl 5.103`. Null is what an older run measured and was not finite. */
export function formatMetrics(metrics: Record<string, JsonNumber | null>): string {
  return Object.entries(metrics).map(([name, value]) =>
    `${name} ${value === null ? "?" : formatNumber(Number(value))}`
  )
    .join(", ");
}

/** Measurements of a model in a table. */
const SHOWN = 3;

/** The first measurements, and the distance of samples from the data where it was measured. */
export function mostTelling(metrics: Record<string, JsonNumber | null>): Record<string, JsonNumber | null> {
  const all = Object.entries(metrics).filter(([name]) => !name.startsWith("KD-"));
  const distance = all.filter(([name]) => name.startsWith("FD-"));
  const others = all.filter(([name]) => !name.startsWith("FD-"));
  return Object.fromEntries([...others.slice(0, SHOWN - distance.length), ...distance]);
}

/** A number with four digits that say something, and no more of them than that. */
export function formatNumber(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  if (Math.abs(value) >= 10_000) return formatCount(value);
  return Math.abs(value) >= 1e-3 || value === 0
    ? String(Number(value.toPrecision(4)))
    : value.toExponential(2);
}

/** Tells people on standard error what loading data does. */
export function tellData(progress: Progress): (event: DataEvent) => void {
  return (event) => {
    switch (event.type) {
      case "fetch":
        progress.line(`Fetching ${event.what} for the data set "${event.dataset}"`);
        break;
      case "progress":
        progress.show({ label: event.dataset, done: event.done, of: event.of });
        break;
      case "skipped":
        progress.line(`Skipped ${event.count} of the data set "${event.dataset}": ${event.first}`);
        break;
      case "warning":
        progress.line(`Data "${event.dataset}": ${event.text}`);
        break;
      case "cache":
        progress.line(`Data "${event.dataset}": ${withAdvice(event.reason)}`);
    }
  };
}

/** Tells people on standard error what training a model does: bars, and a line after every epoch. */
export function tellModel(progress: Progress): (event: ModelEvent) => void {
  const tell = tellData(progress);
  let epochSteps = Infinity;
  let epochs = 0;
  return (event) => {
    switch (event.type) {
      case "part": {
        const { name, part, run, model, epoch, epochs } = event;
        const when = epochs > 0 ? `, after epoch ${epoch} of ${epochs}` : "";
        progress.line(`${name} is built on a copy of the ${part} "${run}" (${model}${when})`);
        break;
      }
      case "plan": {
        ({ epochSteps, epochs } = event);
        const { parameters, trainable, examples, held } = event;
        const learned = trainable < parameters
          ? `, ${formatCount(trainable)} of them ${epochs > 0 ? "learned by gradients" : "fitted"}`
          : "";
        const work = epochs > 0
          ? `${epochs} epoch${epochs === 1 ? "" : "s"} of ${formatCount(epochSteps)} steps`
          : "fitted at once";
        progress.line(
          `${event.name}: ${formatCount(parameters)} parameters${learned}; ${
            formatCount(examples)
          } examples, ` +
            `${formatCount(held)} held out; ${work}`,
        );
        break;
      }
      case "start":
        if (event.steps > 0) progress.show({ label: event.name, done: event.step, of: event.steps });
        break;
      case "progress": {
        if (!("losses" in event)) {
          tell(event);
          break;
        }
        const { name, step, steps, losses } = event;
        const epoch = Math.min(Math.ceil(step / epochSteps), epochs);
        const detail = `epoch ${epoch}/${epochs}, loss ${formatNumber(losses.loss)}`;
        progress.show({ label: name, done: step, of: steps, detail });
        break;
      }
      case "evaluate":
        if (epochs > 0) {
          const epoch = Math.round(event.step / epochSteps);
          progress.line(`epoch ${epoch}/${epochs}: held-out ${formatMetrics(event.metrics)}`);
        }
        break;
      case "best": {
        const { epoch, ended, early, metrics } = event;
        const why = early ? `Stopped after epoch ${ended}, as no epoch since was better. ` : "";
        progress.line(`${why}The run keeps epoch ${epoch}: held-out ${formatMetrics(metrics)}`);
        break;
      }
      case "fetch":
      case "skipped":
      case "warning":
      case "cache":
        tell(event);
    }
  };
}

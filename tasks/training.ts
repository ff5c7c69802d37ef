import {
  type Json,
  type MetricsDamageEvent,
  MetricsWriter,
  type RunFolder,
} from "../generative/train/mod.ts";
import { damageLine } from "./damage_line.ts";
import { backendLine, startRun } from "./environment.ts";
import { JSON_FLAG, RUNS_FLAG, text } from "./flags.ts";
import { shownPath } from "./paths.ts";
import { Progress } from "./progress.ts";
import { Interrupted, interruptSignal, printJson, stoppedMessage, UsageError } from "./run_task.ts";

/** The options that every training has. @param unset What a run is called by default, in words. */
export function trainingFlags(
  presets: readonly string[],
  { help, unset }: { help: string; unset: string },
) {
  return {
    preset: { ...text("NAME", help), unset: "default", suggest: () => presets },
    run: text("NAME", "the run's name", { unset }),
    runs: RUNS_FLAG,
    json: { ...JSON_FLAG, help: "print events as JSON Lines, one object per line, on standard output" },
  };
}

/** Checks the name of a run. @throws UsageError for one that could lead elsewhere. */
export function checkRunName(name: string): void {
  if (/^\w[\w.-]*$/.test(name)) return;
  throw new UsageError(`Cannot set --run: expected a name of letters, digits, ".", "_", "-", got "${name}"`);
}

/** What a training is handed. */
export interface TrainingHooks<E> {
  /** Hears what happens. */
  onEvent: (event: E) => void;
  /** The time in milliseconds, for rates. */
  now: () => number;
  /** Stops it between two steps. */
  signal: AbortSignal;
}

/** A training, and who hears of it. */
export interface Training<E extends object, R extends object> {
  /** Shows people what happens. */
  tell: (progress: Progress) => (event: E) => void;
  /** Writes what is measured to the run's metrics. */
  record: (metrics: MetricsWriter) => (event: E) => void;
  /** Trains. */
  train: (hooks: TrainingHooks<E>) => Promise<R>;
  /** Shows people the result. */
  print: (result: R) => void;
}

/**
 * Trains. What fails before its plan is told is the user's mistake (options, data or an environment that do not fit), and
 * leaves no folder behind where there was none.
 *
 * @param fresh Whether there was no folder.
 * @throws UsageError for such a mistake, else what `train` throws.
 */
export async function trainPlanned<E extends { type: string }, R>(
  folder: RunFolder,
  { fresh, onEvent }: { fresh: boolean; onEvent: (event: E) => void },
  train: (onEvent: (event: E) => void) => Promise<R>,
): Promise<R> {
  let begun = false;
  try {
    return await train((event) => {
      begun ||= event.type === "plan";
      onEvent(event);
    });
  } catch (error) {
    if (!begun && fresh && !folder.resumed) folder.remove(); // nothing is in it but the mistake
    throw begun ? error : blame(error);
  }
}

/** Before training begins, what is not to be had or does not fit is the user's mistake. */
export function blame(error: unknown): unknown {
  const mistake = error instanceof RangeError || error instanceof TypeError;
  return mistake ? new UsageError(error.message, { cause: error }) : error;
}

/**
 * Trains in a run's folder: on the backend that it was begun with, with bars for people or JSON lines for machines, its
 * metrics in the folder, until it is done or interrupted.
 *
 * @param options `preset`: the configuration's; `json`: whether machines listen; `more`: see `startRun`.
 */
export async function runTraining<E extends object, R extends object>(
  folder: RunFolder,
  { preset, json, more }: { preset: string; json: boolean; more?: Record<string, Json> },
  training: Training<E, R>,
): Promise<void> {
  const signal = interruptSignal();
  const progress = new Progress();
  const tellMachines = json ? printJson : undefined;
  const shown = shownPath(folder.path);
  progress.line(`${folder.resumed ? "Resuming" : "Writing to"} "${shown}"`);
  const backend = await startRun(folder, progress, { more, onEvent: tellMachines });
  progress.line(backendLine(backend));
  tellMachines?.({ type: "run", folder: shown, resumed: folder.resumed, preset, backend });

  const onDamage = (event: MetricsDamageEvent) => {
    tellMachines?.(event);
    progress.line(damageLine(event));
  };
  const record = training.record(new MetricsWriter(folder.path, { now: Date.now, onDamage }));
  const tell = training.tell(progress);
  const onEvent = (event: E) => {
    record(event);
    tell(event);
    tellMachines?.(event);
  };
  try {
    const result = await training.train({ onEvent, now: () => performance.now(), signal });
    progress.clear();
    if (tellMachines) tellMachines({ type: "result", folder: shown, ...result });
    else training.print(result);
  } catch (error) {
    progress.clear();
    if (error instanceof Interrupted) error.message = stoppedMessage(folder.path);
    throw error;
  }
}

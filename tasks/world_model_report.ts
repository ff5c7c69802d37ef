import type { TrainWorldModelConfig } from "../agents/train_world_model/config.ts";
import type { RoundReport, TestReport, WorldModelEvent } from "../agents/train_world_model/events.ts";
import type { Stage } from "../agents/train_world_model/plan.ts";
import { envSpec } from "../envs/mod.ts";
import { formatCount, formatDuration, formatScore, formatShare, table } from "./format.ts";
import type { Progress } from "./progress.ts";

/** What reports need to know of a run. */
type RunShape = Pick<TrainWorldModelConfig, "rounds" | "environment">;

/** The plan as a table: amounts and expected minutes, those of all rounds together. */
export function planTable(stages: readonly Stage[]): string {
  const rows = new Map<string, { rounds: number; amount: number; unit: string; minutes: number }>();
  for (const stage of stages) {
    const once = happensOnce(stage);
    const key = `${stage.name}${once ? "" : " in rounds"}`;
    const row = rows.get(key) ?? { rounds: 0, amount: 0, unit: stage.unit, minutes: 0 };
    if (!once) row.rounds++;
    row.amount += stage.amount;
    row.minutes += stage.minutes;
    rows.set(key, row);
  }
  const lines = [...rows].map(([key, { rounds, amount, unit, minutes }]) => [
    rounds > 0 ? `${key.split(" ")[0]}, ${rounds} round${rounds === 1 ? "" : "s"}` : key,
    `${formatCount(amount)} ${unit}`,
    minutes.toFixed(1),
  ]);
  const total = stages.reduce((sum, { minutes }) => sum + minutes, 0);
  return table([["stage", "amount", "expected minutes"], ...lines, ["total", "", total.toFixed(1)]]);
}

function happensOnce({ kind, round }: Pick<Stage, "kind" | "round">): boolean {
  return round === 0 || ["test", "pictures", "baselines"].includes(kind);
}

/** The drivers in the test episodes as a table. */
export function testTable(tests: readonly TestReport[], environment: string): string {
  const { cost } = envSpec(environment);
  const rows = tests.map(({ mean, deviation, failures, dream, dreamDeviation, ...row }) => [
    driverName(row),
    formatScore(mean, deviation),
    ...cost ? [formatShare(failures ?? NaN)] : [],
    dream === undefined ? "-" : formatScore(dream, dreamDeviation ?? NaN),
  ]);
  const mean = `${returnWords(environment)}, mean ± sd of ${tests[0]?.episodes ?? 0} episodes`;
  return table([["driver", mean, ...cost ? [cost.name] : [], "in its dream"], ...rows]);
}

/** What acted in a test, and the round that it was chosen from. */
export function driverName({ driver, round }: Pick<TestReport, "driver" | "round">): string {
  return round === undefined ? driver : `${driver}, round ${round}`;
}

/** What a return of an environment counts. */
export function returnWords(environment: string): string {
  return envSpec(environment).aim === "survival" ? "steps survived" : "return";
}

/** A round in one line. */
export function roundLine(report: RoundReport, { rounds, environment }: RunShape): string {
  const { round, dream, dreamDeviation, reality, realityDeviation, failures } = report;
  const { cost } = envSpec(environment);
  const failed = cost && failures !== undefined ? `${formatShare(failures)} ${cost.name}, ` : "";
  const { span, dreamOverSpan, realityOverSpan, older, unseen } = report;
  const line = `round ${round}/${rounds}: ${formatScore(dream, dreamDeviation)} in the dream, ` +
    `${formatScore(reality, realityDeviation)} in reality, ${failed}` +
    `${formatShare(unseen)} unlike anything trained on`;
  return older === 0 ? line : `${line}; over the first ${span} decisions, which the replay covers: ` +
    `${dreamOverSpan.toFixed(0)} in the dream, ${realityOverSpan.toFixed(0)} in reality`;
}

/** Tells people on standard error what a run does: the plan first, then bars, and a line for every round. */
export function tellProgress(progress: Progress, run: RunShape): (event: WorldModelEvent) => void {
  const { rounds } = run;
  let place = "";
  return (event) => {
    switch (event.type) {
      case "plan": {
        progress.line(planTable(event.stages));
        const left = event.stages.slice(event.done);
        if (event.done === 0) break;
        const minutes = left.reduce((sum, stage) => sum + stage.minutes, 0);
        progress.line(
          left.length === 0
            ? "All stages are done"
            : `Resuming after ${event.done} of ${event.stages.length} stages; expected: ${
              formatDuration(60 * minutes)
            } more`,
        );
        break;
      }
      case "stage":
        place = happensOnce(event.stage) ? "" : `round ${event.stage.round}/${rounds} `;
        progress.show({ label: `${place}${event.stage.name}`, done: 0, of: event.stage.amount });
        break;
      case "work":
        progress.show({ label: `${place}${event.name}`, done: event.done, of: event.of });
        break;
      case "start":
        progress.show({ label: `${place}${event.name}`, done: event.step, of: event.steps });
        break;
      case "progress": {
        const { name, step, steps, losses } = event;
        const [measure, value] = Object.entries(losses).find(([key]) => key === "loss") ??
          Object.entries(losses)[0] ?? [];
        const detail = measure === undefined ? "" : `${measure} ${value!.toPrecision(4)}`;
        progress.show({ label: `${place}${name}`, done: step, of: steps, detail });
        break;
      }
      case "round":
        progress.line(roundLine(event.report, run));
        break;
      case "test":
        progress.line(
          `test: ${driverName(event.report)}: ${
            formatScore(event.report.mean, event.report.deviation)
          } in ${event.report.episodes} episodes`,
        );
    }
  };
}

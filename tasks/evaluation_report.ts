import type { Episode, Evaluation } from "../agents/evaluate.ts";
import { type Disturbance, envSpec } from "../envs/mod.ts";
import { formatScore, formatShare, table } from "./format.ts";
import type { Progress } from "./progress.ts";
import { printJson } from "./run_task.ts";
import { returnWords } from "./world_model_report.ts";

/** Shows every episode as it ends. */
export function showEpisode(
  progress: Progress,
  { seeds, json }: { seeds: readonly number[]; json: boolean },
): (episode: Episode, done: number) => void {
  progress.show({ label: "drive", done: 0, of: seeds.length });
  return (episode, done) => {
    if (json) printJson({ type: "episode", ...episode });
    progress.show({ label: "drive", done, of: seeds.length });
  };
}

/** What an evaluation came to, for machines. */
export function evaluationSummary({ episodes, mean, deviation, length, failures }: Evaluation) {
  const sorted = episodes.toSorted((a, b) => a.return - b.return);
  const pick = ({ seed, return: score }: Episode) => ({ seed, return: score });
  const [worst, best] = [pick(sorted[0]), pick(sorted.at(-1)!)];
  return { episodes: episodes.length, mean, deviation, worst, best, decisions: length, failures };
}

/** An evaluation as a table. @param more Rows that come first. */
export function evaluationTable(
  result: Evaluation,
  environment: string,
  more: readonly (readonly string[])[] = [],
): string {
  const { episodes, mean, deviation, worst, best, decisions, failures } = evaluationSummary(result);
  const { cost } = envSpec(environment);
  return table([
    [`${episodes} episodes`, returnWords(environment)],
    ...more,
    ["mean ± sd", formatScore(mean, deviation)],
    ["worst", one(worst)],
    ["best", one(best)],
    ...cost ? [[cost.name, formatShare(failures ?? NaN)]] : [],
    ["decisions", decisions.toFixed(0)],
  ]);
}

/** Several evaluations in one environment as a table, a row each. */
export function comparisonTable(
  rows: readonly { name: string; result: Evaluation }[],
  environment: string,
): string {
  const { cost } = envSpec(environment);
  const [{ result: { episodes } }] = rows;
  return table([
    [
      `${episodes.length} episodes, ${returnWords(environment)}`,
      "mean ± sd",
      "worst",
      "best",
      ...cost ? [cost.name] : [],
      "decisions",
    ],
    ...rows.map(({ name, result }) => {
      const { mean, deviation, worst, best, decisions, failures } = evaluationSummary(result);
      return [
        name,
        formatScore(mean, deviation),
        whole(worst.return),
        whole(best.return),
        ...cost ? [formatShare(failures ?? NaN)] : [],
        decisions.toFixed(0),
      ];
    }),
  ]);
}

/** What a row is called in which pictures are changed. */
export function disturbedName(name: string, disturbance: Disturbance | undefined): string {
  return disturbance === undefined ? name : `${name}, ${disturbance}`;
}

function one({ seed, return: score }: { seed: number; return: number }): string {
  return `${whole(score)} (seed ${seed})`;
}

/** Rounded, without the sign of a 0. */
function whole(score: number): string {
  return String(Math.round(score) + 0);
}

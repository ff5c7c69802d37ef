import { envSpec } from "../envs/mod.ts";
import type { AgentResult } from "./agent_results.ts";
import { formatCount, formatScore, formatShare } from "./format.ts";
import { returnWords } from "./world_model_report.ts";

/** The table of all agents, as Markdown: one for each environment, a row for each run. */
export function agentsPage(results: Record<string, AgentResult>): string {
  const environments = [...new Set(Object.values(results).map(({ environment }) => environment))].toSorted();
  return [
    "# Agents and worlds: results",
    "",
    "Every row was written by `deno task document RUN` from a run, with the figures of the test at its end: episodes " +
    "that training never uses, each once. The controller of a world learned in its dreams alone. A row with " +
    "`--choose-rounds` tests the round that did best on validation episodes, and beside it the last one. Minutes " +
    "are those of the training, on the machine below. Frames are those that it learned from.",
    "",
    ...environments.flatMap((environment) => section(environment, results)),
  ].join("\n").trimEnd() + "\n";
}

function section(environment: string, all: Record<string, AgentResult>): string[] {
  const results = Object.entries(all).filter(([, result]) => result.environment === environment)
    .toSorted(([, a], [, b]) => order(a) < order(b) ? -1 : 1);
  const { cost } = envSpec(environment);
  const dreams = results.some(([, { dream }]) => dream),
    elsewhere = results.some(([, { gymnasium }]) => gymnasium);
  const head = [
    "world",
    "agent",
    "settings",
    "seed",
    `${returnWords(environment)}, in reality`,
    ...dreams ? ["in its dream"] : [],
    ...elsewhere ? ["in Gymnasium"] : [],
    ...cost ? [cost.name] : [],
    "frames",
    "minutes",
  ];
  const rows = results.map(([, result]) => [
    result.world ?? "-",
    result.learner,
    result.settings === "" ? "the defaults" : `\`${result.settings}\``,
    String(result.seed),
    score(result.reality) + (result.lastRound ? ` (last round ${score(result.lastRound)})` : ""),
    ...dreams ? [score(result.dream)] : [],
    ...elsewhere ? [gymnasiumWords(result.gymnasium)] : [],
    ...cost ? [result.failures === undefined ? "-" : formatShare(result.failures)] : [],
    result.frames === undefined ? "recorded" : formatCount(result.frames),
    (result.seconds / 60).toFixed(result.seconds < 600 ? 1 : 0),
  ]);
  return [
    `## ${environment}`,
    "",
    row(head),
    row(head.map(() => "---")),
    ...rows.map(row),
    "",
    "```",
    ...results.map(([command, { episodes, machine, date }]) =>
      `${command}  # ${episodes} test episodes; ${machine}; ${date}`
    ),
    "```",
    "",
  ];
}

/** Rows of a world stand together, then those of an agent and of settings, by seed. */
function order({ world = "~", learner, settings, seed }: AgentResult): string {
  return [world, learner, settings, String(seed).padStart(20, "0")].join("\0");
}

function row(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
}

function score(result: { mean: number; deviation: number } | undefined): string {
  return result ? formatScore(result.mean, result.deviation) : "-";
}

function gymnasiumWords(result: AgentResult["gymnasium"]): string {
  return result ? `${score(result)}, ${result.episodes} episodes` : "-";
}

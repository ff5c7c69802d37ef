import type { AgentEvent, AgentPlanEvent, AgentTest } from "../agents/train_agent/events.ts";
import { envSpec } from "../envs/mod.ts";
import { formatCount, formatScore, formatShare, table } from "./format.ts";
import { formatNumber } from "./model_report.ts";
import type { Progress } from "./progress.ts";
import { returnWords } from "./world_model_report.ts";

/** What an agent came to in test episodes, as a table. */
export function agentTable(
  { episodes, mean, deviation, length, failures }: AgentTest,
  environment: string,
): string {
  const { cost, rewardThreshold } = envSpec(environment);
  return table([
    [`${episodes} episodes`, returnWords(environment)],
    ["mean ± sd", formatScore(mean, deviation)],
    ...rewardThreshold === undefined ? [] : [["solved at", String(rewardThreshold)]],
    ...cost ? [[cost.name, formatShare(failures ?? NaN)]] : [],
    ["decisions", length.toFixed(0)],
  ]);
}

/** Tells people on standard error what training an agent does. */
export function tellAgent(progress: Progress): (event: AgentEvent) => void {
  return (event) => {
    switch (event.type) {
      case "plan": {
        const { name, parameters, steps, unit } = event;
        progress.line(
          `${name}: ${formatCount(parameters)} parameters; ${formatCount(steps)} ${unit} ${
            sourceWords(event)
          }`,
        );
        break;
      }
      case "start":
        progress.show({ label: event.name, done: event.step, of: event.steps });
        break;
      case "progress": {
        const { name, step, steps, losses } = event;
        const told = (["return", "loss"] as const).find((name) => losses[name] !== undefined);
        const detail = told === undefined ? "" : `${told} ${formatNumber(losses[told])}`;
        progress.show({ label: name, done: Math.min(step, steps), of: steps, detail });
        break;
      }
      case "work":
        progress.show({ label: event.name, done: event.done, of: event.of });
        break;
      case "test": {
        const { episodes, mean, deviation } = event.report;
        progress.line(`test: ${formatScore(mean, deviation)} in ${episodes} episodes`);
      }
    }
  };
}

/** What an agent learns from. */
function sourceWords({ environment, from }: AgentPlanEvent): string {
  if ("environments" in from) return `in ${from.environments} environments of ${environment}`;
  const { episodes, leftOut, decisions, returns } = from;
  const [least, mean, highest] = returns.map(formatNumber);
  const others = leftOut === 0 ? "" : `; left out, as unfinished or the test's: ${formatCount(leftOut)}`;
  return `on ${formatCount(episodes)} recorded episodes of ${environment}: ${
    formatCount(decisions)
  } decisions, ` +
    `returns ${least} to ${highest}, ${mean} on average${others}`;
}

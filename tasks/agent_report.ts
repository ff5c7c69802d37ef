import type { AgentEvent, AgentTest } from "../agents/train_agent/events.ts";
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
        const { name, environment, environments, parameters, decisions } = event;
        progress.line(
          `${name}: ${formatCount(parameters)} parameters; ${
            formatCount(decisions)
          } decisions in ${environments} ` +
            `environments of ${environment}`,
        );
        break;
      }
      case "start":
        progress.show({ label: event.name, done: event.step, of: event.steps });
        break;
      case "progress": {
        const { name, step, steps, losses } = event;
        const detail = losses.return === undefined ? "" : `return ${formatNumber(losses.return)}`;
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

import { basename } from "node:path";
import type { Evaluation } from "../agents/evaluate.ts";
import { disturbedBy } from "../agents/train_agent/agent_environments.ts";
import { actingOptions, loadAgent } from "../agents/train_agent/load_agent.ts";
import { testAgent } from "../agents/train_agent/test_agent.ts";
import type { Config } from "../core/fields/field.ts";
import { valueShape } from "../core/fields/value_shape.ts";
import { flagName } from "../core/mod.ts";
import { type Disturbance, make } from "../envs/mod.ts";
import { resolveConfig } from "../generative/train/resolve_config.ts";
import { configFlags } from "./config_flags.ts";
import { backendLine, startBackendFor } from "./environment.ts";
import {
  comparisonTable,
  disturbedName,
  evaluationSummary,
  evaluationTable,
  showEpisode,
} from "./evaluation_report.ts";
import { chooseRun, findNewestRun, isRun } from "./find_run.ts";
import type { Flags } from "./flags.ts";
import { expectKnownModel } from "./open_model.ts";
import { shownPath } from "./paths.ts";
import type { Progress } from "./progress.ts";
import { print, printJson, usage, UsageError } from "./run_task.ts";

/** What agents are measured by. */
export interface EvaluateAgentsOptions {
  /** One episode each. */
  seeds: number[];
  /** Whether machines listen. */
  json: boolean;
  /** What they are asked for; several values, separated by commas, are asked for one after another. */
  asked: Record<string, string>;
  /** What is done to pictures, one thing after another; `undefined` for nothing. @default nothing */
  disturbances?: readonly (Disturbance | undefined)[];
  /** Shows people what happens. */
  progress: Progress;
}

/**
 * Agents of `deno task train` in the same real episodes, on standard output: one in detail, several, or one that is asked
 * for several things, as rows of a table. What an agent cannot be asked for, it is not.
 *
 * @throws UsageError for agents in different environments, and values that make no sense.
 */
export async function evaluateAgents(
  folders: readonly string[],
  { seeds, json, asked, disturbances = [undefined], progress }: EvaluateAgentsOptions,
): Promise<void> {
  const backend = await startBackendFor(progress, { purpose: "inference" });
  progress.line(backendLine(backend));
  const orders = folders.flatMap((folder) => ordersOf(folder, asked));
  const rows: { name: string; acting: Config; environment: string; result: Evaluation }[] = [];
  for (const { folder, acting } of orders) {
    const { config, agent } = usage(() => loadAgent(folder, acting));
    const { environment } = config;
    try {
      for (const disturbance of disturbances) {
        usage(() => disturbedBy(disturbance)(make(environment)).close());
      }
      const [first] = rows;
      if (first !== undefined && first.environment !== environment) {
        throw new UsageError(
          `Cannot compare "${shownPath(folder)}" with "${
            shownPath(orders[0].folder)
          }": expected an agent in ${first.environment}, got one in ${environment}`,
        );
      }
      for (const disturbance of disturbances) {
        const result = await testAgent(agent, config, {
          seeds,
          disturbance,
          onEpisode: showEpisode(progress, { seeds, json }),
        });
        rows.push({ name: disturbedName(basename(folder), disturbance), acting, environment, result });
        if (json) {
          printJson({
            type: "evaluation",
            run: shownPath(folder),
            disturbance: disturbance ?? "none",
            ...acting,
            ...evaluationSummary(result),
          });
        }
      }
    } finally {
      progress.clear();
      agent.close?.();
    }
  }
  if (json) return;
  const [{ environment, acting, result }] = rows;
  if (rows.length === 1) return print(evaluationTable(result, environment, wordsOf(acting)));
  const named = rows.map(({ name, acting, result }) => ({
    name: [name, ...wordsOf(acting).map((words) => words.join(" "))].join(", "),
    result,
  }));
  print(comparisonTable(named, environment));
}

/** What the agent of a run may be asked for, as options; none where there is no such run, which is told later. */
export function actingFlags(run: string | undefined): { flags: Flags } {
  const wish = { task: "evaluate" };
  const chosen = run === undefined ? findNewestRun(wish) : isRun(run) ? chooseRun([run], wish) : undefined;
  if (chosen?.kind !== "agent") return { flags: {} };
  expectKnownModel(chosen.folder);
  const acting = actingOptions(chosen.folder);
  if (!acting) return { flags: {} };
  const heading = `Options of ${
    basename(chosen.folder)
  }, several values separated by commas one after another:`;
  return { flags: configFlags(acting, { default: acting.defaults }, heading) };
}

/** What a run's agent is asked for, one thing after another. */
function ordersOf(folder: string, asked: Record<string, string>): { folder: string; acting: Config }[] {
  expectKnownModel(folder);
  const table = actingOptions(folder);
  if (!table) return [{ folder, acting: {} }];
  let orders: Record<string, string>[] = [{}];
  for (const [key, text] of Object.entries(asked)) {
    if (!(key in table.entries)) continue;
    const numbers = valueShape(table.entries[key].schema).type === "number";
    const values = numbers ? text.split(",") : [text];
    orders = orders.flatMap((order) => values.map((value) => ({ ...order, [key]: value })));
  }
  return orders.map((overrides) => ({
    folder,
    acting: usage(() => resolveConfig(table, { default: table.defaults }, { overrides })).config,
  }));
}

/** `["asked return", "300"]` and so on. */
function wordsOf(acting: Config): string[][] {
  return Object.entries(acting).map(([key, value]) => [flagName(key).replaceAll("-", " "), String(value)]);
}

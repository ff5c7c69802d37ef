/**
 * `deno task models`: lists what can be trained, with results. `--help` tells the rest.
 *
 * @module
 */
import { checkRunConfig } from "../agents/train_world_model/check_run_config.ts";
import { presetsFor } from "../agents/train_world_model/environment_presets.ts";
import type { LearnerKind } from "../agents/learner_kind.ts";
import { learnerKinds } from "../agents/kinds.ts";
import { agentSpaces } from "../agents/train_agent/agent_environments.ts";
import { registeredIds } from "../envs/mod.ts";
import { modelKinds } from "../generative/kinds.ts";
import { type Given, Task } from "./cli.ts";
import { JSON_FLAG, MODULE_FLAG, path } from "./flags.ts";
import { formatCount, formatDuration, table } from "./format.ts";
import { formatMetrics, mostTelling } from "./model_report.ts";
import { readResults } from "./model_results.ts";
import { projectPath } from "./paths.ts";
import { print, printJson } from "./run_task.ts";
import { useModule } from "./use_module.ts";
import { worldKinds } from "../worlds/kinds.ts";

/** `deno task models`. */
export const TASK = new Task({
  name: "models",
  help:
    "Lists all that can be trained, by family: the models of deno task train in the order of the book, with their " +
    "parameters, training time and scores from docs/models/results.json; the world models of deno task " +
    "train-world-model, the agents that learn in their dreams, and those that deno task train lets learn in reality or from " +
    "recordings.",
  flags: {
    docs: path("DIR", "folder of results.json", "the project's docs/models"),
    module: MODULE_FLAG,
    json: JSON_FLAG,
  },
  prepare: ({ module }) => useModule(module),
  examples: ["models", "models --json"],
});

/** What learns in dreams. */
const AGENTS = [
  { name: "actor-critic", title: "Gradients through the dream", paper: "Hafner et al. 2020" },
  {
    name: "ppo",
    title: "Proximal policy optimisation in the dream",
    paper: "Schulman et al. 2017",
  },
  { name: "cma-es", title: "Evolution of a linear controller in the dream", paper: "Ha & Schmidhuber 2018" },
];

if (import.meta.main) await TASK.run(main);

function main({ flags }: Given<typeof TASK.options.flags>): void {
  const results = readResults(flags.docs ?? projectPath("docs/models"));
  const environments = registeredIds().filter(canBeDreamt);
  if (flags.json) {
    for (const { name, title, family, chapter, paper, presets } of modelKinds()) {
      const result = results[name] ?? null;
      printJson({ type: "model", name, title, family, chapter, paper, data: presets.default.data, result });
    }
    for (const { name, title, paper } of worldKinds()) {
      printJson({ type: "world model", name, title, paper, environments });
    }
    for (const agent of AGENTS) printJson({ type: "agent", ...agent, environments });
    for (const kind of learnerKinds()) {
      const { name, title, paper } = kind;
      printJson({
        type: "agent",
        name,
        title,
        paper,
        environments: registeredIds().filter((id) => canLearn(kind, id)),
      });
    }
    return;
  }
  const rows = modelKinds().map(({ name, chapter, paper, presets }) => {
    const result = results[name];
    return [
      name,
      String(chapter),
      paper.replace(/^(.*?\b\d{4}\b).*$/, "$1"),
      presets.default.data,
      result ? formatCount(result.parameters) : "-",
      result ? result.preset : "-",
      result ? formatDuration(result.seconds) : "-",
      result ? formatMetrics(mostTelling(result.metrics)) : "-",
    ];
  });
  print("Generative models: deno task train MODEL\n");
  print(table([
    ["model", "chapter", "paper", "data", "parameters", "preset", "time", "held-out data"],
    ...rows,
  ]));
  print("\nWorld models: deno task train-world-model --world MODEL\n");
  print(table([["model", "what it is", "paper"], ...worldKinds().map(rowOf)]));
  print("\nAgents that learn in their dreams: deno task train-world-model --controller AGENT\n");
  print(table([["agent", "how it learns", "paper"], ...AGENTS.map(rowOf)]));
  print(`\nEnvironments for both, --environment ID: ${environments.join(", ")}`);
  const learning = (source: LearnerKind["learnsFrom"]) =>
    table([
      ["agent", "what it is", "paper"],
      ...learnerKinds().filter(({ learnsFrom }) => learnsFrom === source).map(rowOf),
    ]);
  print("\nAgents that learn in reality: deno task train AGENT\n");
  print(learning("environments"));
  print("\nAgents that learn from recordings: deno task train AGENT --recordings FOLDER|RUN\n");
  print(learning("recordings"));
  for (const kind of learnerKinds()) {
    const able = registeredIds().filter((id) => canLearn(kind, id));
    print(`\nEnvironments for ${kind.name}, --environment ID: ${able.join(", ")}`);
  }
}

function rowOf({ name, title, paper }: Record<"name" | "title" | "paper", string>): string[] {
  return [name, title, paper];
}

/** Whether an agent can learn in an environment. */
function canLearn({ fields }: LearnerKind, environment: string): boolean {
  try {
    agentSpaces({ ...fields.defaults, environment });
    return true;
  } catch {
    return false;
  }
}

/** Whether world models can be trained in an environment: it has pictures, and actions that agents can take. */
function canBeDreamt(environment: string): boolean {
  try {
    checkRunConfig(presetsFor({ environment }).default);
    return true;
  } catch {
    return false;
  }
}

import { isAbsolute } from "node:path";
import project from "../deno.json" with { type: "json" };
import { type TrainWorldModelConfig, worldKindOf } from "../agents/train_world_model/config.ts";
import type { TestReport } from "../agents/train_world_model/events.ts";
import type { FinishedRun } from "../agents/train_world_model/finished_run.ts";
import type { Release } from "../agents/train_world_model/release_run.ts";
import { envSpec } from "../envs/mod.ts";
import { formatCount, formatDuration, formatScore, formatShare } from "./format.ts";
import { withSeed, worldModelCommand } from "./training_command.ts";
import { driverName } from "./world_model_report.ts";

/** The model card of a released run: a README.md whose head Hugging Face reads. All figures are the run's own. */
export function modelCard({ name, folder, run, recording, parameters }: Release): string {
  const { config, progress: { tests }, seconds, finished } = run;
  const [controller] = tests;
  const place = isAbsolute(folder) ? name : folder; // other machines have other folders
  const tracks = `${controller.episodes} episodes that training never uses`;
  const { cost } = envSpec(config.environment);
  const sizes = Object.entries(parameters).map(([group, count]) => `${group} ${formatCount(count)}`).join(
    ", ",
  );
  return [
    ...head(name, run),
    "",
    `# ${name}`,
    "",
    `A world model of ${config.environment}, and a controller that was trained only inside its dream and then acts in ` +
    `reality. ${describeParts(config)}`,
    "",
    "| what | |",
    "| --- | --- |",
    `| command | \`${withSeed(worldModelCommand(config), config.seed)}\` |`,
    `| seed | ${config.seed} |`,
    `| return in reality | ${
      formatScore(controller.mean, controller.deviation)
    }, mean and standard deviation over ${tracks} |`,
    ...controller.dream === undefined ? [] : [
      `| return in its dream | ${formatScore(controller.dream, controller.dreamDeviation ?? NaN)} |`,
    ],
    ...cost ? [`| decisions ${cost.name} | ${formatShare(controller.failures ?? NaN)} |`] : [],
    `| training | ${formatDuration(seconds)}, from the first metric to the end of the test |`,
    `| machine | ${machineOf(run)} |`,
    `| date | ${new Date(finished * 1000).toISOString().slice(0, 10)} |`,
    `| parameters | ${sizes}; half precision |`,
    `| recording | seed ${recording.seed}, ${formatCount(recording.steps)} steps, return ${
      recording.return.toFixed(0)
    }: the one of ${recording.among} drives nearest to the mean |`,
    `| licence | ${project.license} |`,
    "",
    "In the same episodes:",
    "",
    `| driver | in reality | in its dream |${cost ? ` ${cost.name} |` : ""}`,
    `| --- | ---: | ---: |${cost ? " ---: |" : ""}`,
    ...tests.map((test) => testRow(test, cost !== undefined)),
    "",
    "```",
    `deno task watch ${place}       # watch it act beside its dream, or act in the dream yourself`,
    `deno task evaluate ${place}    # evaluates it in the test episodes again`,
    "```",
    "",
    "The scores were measured at the end of training, in single precision; `deno task evaluate` measures the parameters in " +
    "this folder. Optimiser state and collected experience are not included, so training cannot be resumed from here: the " +
    "command above repeats it from the start. `metrics.jsonl` holds the returns of each round. Any safetensors reader opens " +
    "the files in `checkpoints/`.",
    "",
  ].join("\n");
}

/** The metadata that Hugging Face reads. */
function head(name: string, { config, progress: { tests: [controller] } }: FinishedRun): string[] {
  return [
    "---",
    `license: ${project.license.toLowerCase()}`,
    "library_name: somnium",
    "pipeline_tag: reinforcement-learning",
    "tags:",
    "  - reinforcement-learning",
    "  - world-model",
    `  - ${config.environment}`,
    "model-index:",
    `  - name: ${name}`,
    "    results:",
    "      - task:",
    "          type: reinforcement-learning",
    "          name: reinforcement-learning",
    "        dataset:",
    `          name: ${config.environment}`,
    `          type: ${config.environment}`,
    "        metrics:",
    "          - type: mean_reward",
    `            value: ${controller.mean.toFixed(2)} +/- ${controller.deviation.toFixed(2)}`,
    "            name: mean_reward",
    "            verified: false",
    "---",
  ];
}

function describeParts(config: TrainWorldModelConfig): string {
  const { controller, frameSkip } = config;
  const learned = {
    "actor-critic": "an actor-critic, trained by gradients through the dream",
    ppo: "an actor-critic, trained by proximal policy optimisation inside the dream",
    "cma-es": "linear, evolved by CMA-ES inside the dream",
  }[controller];
  return `${
    worldKindOf(config).describe(config)
  }; the controller is ${learned}. Each decision is held for ${frameSkip} ` +
    `frame${frameSkip === 1 ? "" : "s"}.`;
}

function machineOf({ environment }: FinishedRun): string {
  const { machine, backend, versions } = environment as {
    machine?: { processor?: string; cores?: number; memoryGiB?: number };
    backend?: { name?: string; devices?: string[]; gpu?: boolean };
    versions?: { backend?: string };
  };
  const { processor = "an unknown processor", cores = "?", memoryGiB = "?" } = machine ?? {};
  const where = backend?.gpu ? "with a GPU" : "without a GPU";
  return `${cores} cores of ${processor}, ${memoryGiB} GiB, ${where}; ${backend?.name ?? "?"} ${
    versions?.backend ?? ""
  }`
    .trim();
}

function testRow(
  { mean, deviation, dream, dreamDeviation, failures = NaN, ...row }: TestReport,
  withCost: boolean,
): string {
  const dreamt = dream === undefined ? "-" : formatScore(dream, dreamDeviation ?? NaN);
  return `| ${driverName(row)} | ${formatScore(mean, deviation)} | ${dreamt} |${
    withCost ? ` ${formatShare(failures)} |` : ""
  }`;
}

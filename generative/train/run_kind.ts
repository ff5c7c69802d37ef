/** The kind of the runs of `deno task train-world-model`. */
export const WORLD_MODEL_RUN = "train-world-model";

/** Characters of a kind's name. */
const LONGEST_NAME = 64;

/**
 * What was trained, by the content of a run's `config.json`: the file's own `kind`; in older runs, which have none, the
 * configuration's `model`, else what the configuration looks like. Nowhere else is that guessed.
 *
 * @returns `train-world-model`, the name of a generative model or of a way to learn, or `unknown`.
 */
export function runKind(content: unknown): string {
  const { kind, config } = record(content);
  if (isName(kind)) return kind;
  const { model, world, vision, memoryUnits } = record(config);
  if (isName(model)) return model;
  return world !== undefined || vision !== undefined && memoryUnits !== undefined
    ? WORLD_MODEL_RUN
    : "unknown";
}

/** The families of what is trained: `deno task train` makes models and agents, `deno task train-world-model` the rest. */
export type RunFamily = "model" | "world model" | "agent";

/** The family of a run's kind, see {@link runKind}: a model's configuration says which model, an agent's does not. */
export function runFamily(kind: string, config: Record<string, unknown>): RunFamily {
  if (kind === WORLD_MODEL_RUN) return "world model";
  return config.model === undefined && kind !== "unknown" ? "agent" : "model";
}

/** Whether a value may be a kind's name: whatever else stands there would be shown with every run. */
function isName(value: unknown): value is string {
  return typeof value === "string" && value.length > 0 && value.length <= LONGEST_NAME;
}

function record(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null ? value as Record<string, unknown> : {};
}

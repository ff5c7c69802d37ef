/**
 * What was trained, by the content of a run's `config.json`: the file's own `kind`, else the configuration's `model`,
 * else what the configuration looks like.
 *
 * @returns `train-world-model`, a generative model's name, or `unknown`.
 */
export function runKind(content: unknown): string {
  const { kind, config } = record(content);
  if (typeof kind === "string") return kind;
  const { model, vision, memoryUnits } = record(config);
  if (typeof model === "string") return model;
  return vision !== undefined && memoryUnits !== undefined ? "train-world-model" : "unknown";
}

function record(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null ? value as Record<string, unknown> : {};
}

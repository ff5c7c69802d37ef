/** The environment that a run learned, by what its `config.json` holds; undefined where it says none. */
export function runEnvironment(content: unknown): string | undefined {
  const { config } = Object(content) as { config?: { environment?: unknown } };
  const environment = config?.environment;
  return typeof environment === "string" && environment.length <= LONGEST_NAME ? environment : undefined;
}

/** Characters of an environment's id. */
const LONGEST_NAME = 64;

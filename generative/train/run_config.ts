import type { Json } from "./checkpoint.ts";
import { addChecksum, takeChecksum } from "./json_checksum.ts";

const FORMAT = "somnium-run";
const VERSION = 1;

/** What the `config.json` of a run holds, beside its format, version and checksum. */
export interface RunConfig {
  /** Whether the run was released to be used: training cannot go on. @default false */
  released?: boolean;
  /** What was trained: `train-world-model`, or the name of a generative model or of a way to learn. Runs from before it was written have none. */
  kind?: string;
  /** The resolved configuration. */
  config: Record<string, Json>;
}

/** The text of a `config.json`. */
export function encodeRunConfig(content: RunConfig): string {
  return JSON.stringify(addChecksum({ format: FORMAT, version: VERSION, ...content }), null, 2) + "\n";
}

/**
 * Reads the text of a `config.json`. One without a checksum is of an older run.
 *
 * @param file What to call the file in errors, such as `"runs/a/config.json"` in quotation marks.
 * @throws SyntaxError naming the file when it is damaged, was edited or is not a run's; Error when it is of another
 * version.
 */
export function parseRunConfig(text: string, file: string): RunConfig {
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch (error) {
    throw new SyntaxError(`Cannot read ${file}: expected JSON, got ${(error as Error).message}`);
  }
  return checkRunConfig(content, file);
}

/** The same for what was parsed already. */
export function checkRunConfig(parsed: unknown, file: string): RunConfig {
  const fail = (wanted: string, got: string) =>
    new SyntaxError(`Cannot read ${file}: expected ${wanted}, got ${got}`);
  const content = Object(parsed) as Record<string, unknown>;
  const { format, version, config } = content;
  if (format !== FORMAT) throw fail(`a ${FORMAT}`, `format ${JSON.stringify(format)}`);
  if (version !== VERSION) {
    throw new Error(
      `Cannot read ${file}: expected run version ${VERSION}, got ${
        JSON.stringify(version)
      } (another version of Somnium wrote it)`,
    );
  }
  if (takeChecksum(content).fits === false) {
    throw new SyntaxError(
      `Cannot read ${file}: it was edited or damaged, as its checksum does not fit; undo the change, or remove the ` +
        'member "crc32" to use the file as it is',
    );
  }
  if (typeof config !== "object" || config === null || Array.isArray(config)) {
    throw fail('fields as "config"', JSON.stringify(config));
  }
  return content as unknown as RunConfig;
}

import type { RecordingHeader } from "../../../envs/recordings/format.ts";
import { DEFAULT_ENVIRONMENT } from "../environments/default_environment.ts";

/** The id of the environment of an episode; of a dream, of the one that is dreamt of. */
export function environmentOf({ env, metadata }: Pick<RecordingHeader, "env" | "metadata">): string {
  const { dream, environment = DEFAULT_ENVIRONMENT } = metadata; // older dreams do not tell
  return dream === true ? String(environment) : env;
}

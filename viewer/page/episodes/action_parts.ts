import "../../../envs/register_all.ts";
import type { ActionPart } from "../../../envs/env_spec.ts";
import type { RecordingHeader } from "../../../envs/recordings/format.ts";
import { knownSpec } from "../../../envs/registry.ts";

/** Of which environment dreams are whose recordings do not tell: once there were no others. */
const DREAMT = "CarRacing-v3";

/** What the numbers of an episode's actions are, `[actionSize]`. */
export function actionParts(
  { env, options, actionSize, metadata }: Pick<
    RecordingHeader,
    "env" | "options" | "actionSize" | "metadata"
  >,
): readonly ActionPart[] {
  const { environment = DREAMT } = metadata;
  const known = knownSpec(metadata.dream === true ? String(environment) : env)?.actions?.(options);
  if (known?.length === actionSize) return known;
  return Array.from({ length: actionSize }, (_, i) => ({
    name: `action_${i}`,
    title: `Action ${i}`,
    meaning: "As passed to the environment",
  }));
}

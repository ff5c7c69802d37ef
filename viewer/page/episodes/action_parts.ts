import "../../../envs/register_all.ts";
import type { ActionPart } from "../../../envs/env_spec.ts";
import type { RecordingHeader } from "../../../envs/recordings/format.ts";
import { knownSpec } from "../../../envs/registry.ts";
import { environmentOf } from "./environment_of.ts";

/** What the numbers of an episode's actions are, `[actionSize]`. */
export function actionParts(
  header: Pick<RecordingHeader, "env" | "options" | "actionSize" | "metadata">,
): readonly ActionPart[] {
  return namedParts(environmentOf(header), header);
}

/** What the numbers of an environment's actions are, `[actionSize]`. */
export function namedParts(
  environment: string,
  { options, actionSize }: Pick<RecordingHeader, "options" | "actionSize">,
): readonly ActionPart[] {
  const known = knownSpec(environment)?.actions?.(options);
  if (known?.length === actionSize) return known;
  return Array.from({ length: actionSize }, (_, i) => ({
    name: `action_${i}`,
    title: `Action ${i}`,
    meaning: "As passed to the environment",
  }));
}

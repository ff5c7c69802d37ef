import { describeFields } from "../../../core/fields/describe_fields.ts";
import type { Field, FieldTable } from "../../../core/fields/field.ts";
import { flagName } from "../../../core/flag_name.ts";
import { checkConfig } from "../../train/resolve_config.ts";
import type { ModelKind } from "../model.ts";
import { broken, checkRefusal } from "./model_checker.ts";
import { takesAnyNumber, wrongValues } from "./wrong_values.ts";

/** The presets are what the kind's own fields accept; whatever is out of range or unknown is refused by its name. */
export async function checkOptions(kind: ModelKind): Promise<void> {
  const { fields, presets, name } = kind;
  for (const [preset, config] of Object.entries(presets)) {
    try {
      checkConfig(fields, config);
    } catch (error) {
      throw broken(kind, `a preset ${preset} that its own fields accept`, `"${(error as Error).message}"`);
    }
    if (config.model !== name) throw broken(kind, `its name as "model" of ${preset}`, `"${config.model}"`);
  }
  await checkTable(kind, fields as unknown as FieldTable, (options) => {
    checkConfig(fields, { ...presets.smoke, ...options });
  });
}

/**
 * Options are described by `--help`, their numbers have limits, and what they must not be is refused.
 *
 * @param use Uses some options, of which one is wrong.
 */
export async function checkTable(
  kind: ModelKind,
  table: FieldTable,
  use: (options: Record<string, unknown>) => unknown,
): Promise<void> {
  try {
    describeFields(table);
  } catch (error) {
    throw broken(kind, "options that --help can describe", `"${(error as Error).message}"`);
  }
  const wrong = Object.entries<Field>(table.entries).flatMap(([key, field]) => {
    if (takesAnyNumber(field)) {
      throw broken(kind, `limits for --${flagName(key)}`, "an option that takes any number");
    }
    return wrongValues(field).map((value) => [key, value] as const);
  });
  for (const [key, value] of [...wrong, ["noSuchOption", 1] as const]) {
    const flag = `--${flagName(key)}`;
    const what = `${flag} ${JSON.stringify(value)}`;
    await checkRefusal(kind, { what, names: flag }, () => use({ [key]: value }));
  }
}

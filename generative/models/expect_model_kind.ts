import * as v from "valibot";
import { commonFields } from "./model_fields.ts";
import { FAMILIES, type ModelKind } from "./model.ts";

const Text = v.pipe(v.string(), v.nonEmpty());
const Table = v.record(v.string(), v.unknown());

/** What every {@link ModelKind} has, whatever its configuration is. */
const KindSchema = v.object({
  name: v.pipe(v.string(), v.regex(/^[a-z][a-z0-9-]*$/)),
  title: Text,
  family: v.picklist(FAMILIES),
  chapter: v.number(),
  paper: Text,
  fields: v.object({ entries: Table, schema: Table, defaults: Table }),
  presets: v.object({ default: Table, book: Table, smoke: Table }),
  parts: v.optional(v.record(v.string(), v.object({ wanted: Text, fits: v.function(), example: Table }))),
  create: v.function(),
});

/** Options that the driver reads: every kind has them. */
const COMMON = Object.keys(commonFields({ model: "", data: "", epochs: 1, batchSize: 1 }));

/**
 * A value as a model kind: what a module exports may be anything.
 *
 * @param source Where it comes from; errors begin with it.
 * @throws TypeError naming the part that is missing or of another type, what was expected and what came.
 */
export function expectModelKind(value: unknown, source: string): ModelKind {
  const result = v.safeParse(KindSchema, value);
  if (!result.success) {
    const [issue] = result.issues;
    const part = v.getDotPath(issue);
    const where = part === null ? "a model kind" : `${wantedOf(issue)} as "${part}" of the model kind`;
    throw new TypeError(
      `Cannot use ${source}: expected ${where}, got ${issue.type === "non_empty" ? '""' : issue.received}`,
    );
  }
  const missing = COMMON.find((key) => !(key in result.output.fields.entries));
  if (missing !== undefined) {
    throw new TypeError(
      `Cannot use ${source}: expected the option "${missing}" among its fields, got none; commonFields() makes it`,
    );
  }
  return value as ModelKind;
}

/** What a part must be, in words. */
function wantedOf({ type, expected }: v.BaseIssue<unknown>): string {
  switch (type) {
    case "regex":
      return 'lower-case letters, digits and "-"';
    case "non_empty":
      return "a text";
    case "string":
    case "number":
    case "function":
      return `a ${type}`;
    case "picklist":
      return `one of ${FAMILIES.join(", ")}`;
    default:
      return expected ?? "an object";
  }
}

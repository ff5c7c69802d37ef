import * as v from "valibot";
import { expectModelKind } from "../generative/models/expect_model_kind.ts";
import type { ModelKind } from "../generative/models/model.ts";
import type { WorldKind } from "../worlds/world_kind.ts";
import { type LearnerKind, offlineFields, onlineFields } from "./learner_kind.ts";

/** What a module of the user's own exports. */
export interface ImportedKinds {
  /** Generative models. */
  models: ModelKind[];
  /** World models. */
  worlds: WorldKind[];
  /** Ways to learn. */
  learners: LearnerKind[];
}

const Text = v.pipe(v.string(), v.nonEmpty("a text"));
const Name = v.pipe(v.string(), v.regex(/^[a-z][a-z0-9-]*$/, 'lower-case letters, digits and "-"'));
const Table = v.record(v.string(), v.unknown());

const WorldSchema = v.object({
  name: Name,
  title: Text,
  paper: Text,
  fields: Table,
  presets: v.object({ default: Table, smoke: Table }),
  describe: v.function(),
  create: v.function(),
});

const LearnerSchema = v.object({
  name: Name,
  title: Text,
  paper: Text,
  notes: Text,
  fields: v.object({ entries: Table, schema: Table, defaults: Table }),
  smoke: Table,
  environments: Table,
  learnsFrom: v.picklist(["environments", "recordings"]),
  create: v.function(),
});

/** Options that the driver reads: every learner has them. */
const COMMON = {
  environments: onlineFields({ environment: "", environments: 1, decisions: 1 }),
  recordings: offlineFields({ environment: "", updates: 1 }),
};

/**
 * Runs a module of the user's own.
 *
 * @param address Where the module is.
 * @param source What errors call it.
 * @returns The kinds that are its default export, one or an array of them, told apart by their `family`.
 * @throws Error of one sentence when it fails; TypeError when it exports anything else.
 */
export async function importKinds(address: URL, source: string): Promise<ImportedKinds> {
  let exported: unknown;
  try {
    ({ default: exported } = await import(address.href));
  } catch (error) {
    const [reason] = String(error instanceof Error ? error.message : error).trim().split("\n");
    throw new Error(`Cannot use ${source}: ${reason}`, { cause: error });
  }
  const all: unknown[] = Array.isArray(exported) ? exported : [exported];
  if (exported === undefined || all.length === 0) {
    throw new TypeError(
      `Cannot use ${source}: expected a kind of model, world model or agent, or an array of them, as its default ` +
        "export, got none",
    );
  }
  const kinds: ImportedKinds = { models: [], worlds: [], learners: [] };
  for (const kind of all) {
    const family = (kind as { family?: unknown } | null)?.family;
    if (family === "agents") kinds.learners.push(expectLearner(kind, source));
    else if (family === "world models") kinds.worlds.push(expectParts<WorldKind>(WorldSchema, kind, source));
    else kinds.models.push(expectModelKind(kind, source));
  }
  return kinds;
}

function expectLearner(kind: unknown, source: string): LearnerKind {
  const learner = expectParts<LearnerKind>(LearnerSchema, kind, source);
  const missing = Object.keys(COMMON[learner.learnsFrom]).find((key) => !(key in learner.fields.entries));
  if (missing === undefined) return learner;
  throw new TypeError(
    `Cannot use ${source}: expected the option "${missing}" among its fields, got none; ${
      learner.learnsFrom === "environments" ? "onlineFields" : "offlineFields"
    }() makes it`,
  );
}

/** @throws TypeError naming the part that is missing or of another type, what was expected and what came. */
function expectParts<K extends { family: string }>(
  schema: v.GenericSchema,
  kind: unknown,
  source: string,
): K {
  const result = v.safeParse(schema, kind);
  if (result.success) return kind as K;
  const [issue] = result.issues;
  const wanted = issue.kind === "validation"
    ? issue.message
    : `a ${(issue.expected ?? "value").toLowerCase()}`;
  throw new TypeError(
    `Cannot use ${source}: expected ${wanted} as "${v.getDotPath(issue)}" of the kind of ${
      (kind as K).family
    }, got ${issue.received}`,
  );
}

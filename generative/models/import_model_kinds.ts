import { expectModelKind } from "./expect_model_kind.ts";
import type { ModelKind } from "./model.ts";

/**
 * Runs a module of the user's own.
 *
 * @param address Where the module is.
 * @param source What errors call it.
 * @returns The kinds of model that are its default export, one or an array of them.
 * @throws Error of one sentence when it fails; TypeError when it exports anything else.
 */
export async function importModelKinds(address: URL, source: string): Promise<ModelKind[]> {
  let exported: unknown;
  try {
    ({ default: exported } = await import(address.href));
  } catch (error) {
    const [reason] = String(error instanceof Error ? error.message : error).trim().split("\n");
    throw new Error(`Cannot use ${source}: ${reason}`, { cause: error });
  }
  const kinds: unknown[] = Array.isArray(exported) ? exported : [exported];
  if (exported === undefined || kinds.length === 0) {
    throw new TypeError(
      `Cannot use ${source}: expected a model kind, or an array of them, as its default export, got none`,
    );
  }
  return kinds.map((kind) => expectModelKind(kind, source));
}

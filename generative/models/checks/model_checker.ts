import * as tf from "@tensorflow/tfjs";
import { isDeepStrictEqual } from "node:util";
import type { RandomStream } from "../../../core/random_stream.ts";
import type { Dataset } from "../../data/dataset.ts";
import { flatten, type Tree } from "../../runtime/mod.ts";
import type { ModelKind, Parts } from "../model.ts";
import type { ModelConfig } from "../model_fields.ts";

/** What the parts of `checkModel` share: a kind, what it is tried on, and how a promise is held against it. */
export class ModelChecker {
  constructor(
    readonly kind: ModelKind,
    /** `config`: the small model that is tried; `parts`: its own, untrained; `random`: the only source of chance. */
    readonly trial: {
      config: ModelConfig;
      parts: Parts;
      learned: Dataset;
      held: Dataset;
      random: RandomStream;
    },
  ) {}

  /** @throws Error that says what was wanted, unless it was kept. */
  expect(kept: boolean, wanted: string, got: string): asserts kept {
    if (!kept) throw broken(this.kind, wanted, got);
  }

  /** Two values, or the members of two records, must be equal. */
  same(first: object, second: object, wanted: string): void {
    if (isDeepStrictEqual(first, second)) return;
    const [before, after] = [first, second] as Record<string, unknown>[];
    const name = Object.keys(before).find((key) => !isDeepStrictEqual(before[key], after[key]));
    const [was, is] = [before, after].map((record) => name && record[name]);
    const numbers = typeof was === "number" ? `: ${was}, then ${is}` : "";
    this.expect(false, wanted, `others (${name ?? "more of them"}${numbers})`);
  }

  /** A call must leave the tensors that it returns, and no others. */
  async leaves<T>(what: string, call: () => T | Promise<T>, returned: (result: T) => Tree): Promise<T> {
    const before = tf.memory().numTensors;
    const result = await call();
    const left = tf.memory().numTensors - before - new Set(flatten(returned(result))).size;
    this.expect(left <= 0, `${what} to leave no tensor behind`, String(left));
    this.expect(left >= 0, `${what} to free none but its own tensors`, `${-left} others freed`);
    return result;
  }
}

/** What is said of a kind that breaks a promise. */
export function broken({ name }: Pick<ModelKind, "name">, wanted: string, got: string): Error {
  return new Error(`Cannot accept ${name}: expected ${wanted}, got ${got}`);
}

/** A call must be refused as a caller's mistake, in one sentence. @param names What that sentence has to name. */
export async function checkRefusal(
  kind: ModelKind,
  { what, names }: { what: string; names: string },
  call: () => unknown,
): Promise<void> {
  let got = "no error";
  try {
    await call();
  } catch (error) {
    const { message } = error as Error;
    const kind = error instanceof TypeError || error instanceof RangeError;
    if (kind && message.includes(names) && !message.includes("\n")) return;
    got = String(error);
  }
  throw broken(kind, `${what} to be refused by a RangeError or TypeError that names "${names}"`, got);
}

/** Members of groups in one record, by the names of both: `parameters dense/kernel`. */
export function joinGroups<T>(groups: Record<string, Record<string, T>>): Record<string, T> {
  const members = Object.entries(groups).flatMap(([group, members]) =>
    Object.entries(members).map(([name, member]) => [`${group} ${name}`, member] as const)
  );
  return Object.fromEntries(members);
}

import { RandomStream } from "../../../core/random_stream.ts";
import type { DataShape } from "../../data/dataset.ts";
import type { NamedArray } from "../../train/safetensors.ts";
import type { GenerativeModel, ModelKind, Part, Parts } from "../model.ts";
import type { ModelConfig } from "../model_fields.ts";
import { createPart, sourcesOf } from "../parts.ts";
import { broken, type ModelChecker } from "./model_checker.ts";

/** Each part can be named by an option, and its parameters are among the model's, where no gradient changes them. */
export function checkParts({ kind, trial: { parts } }: ModelChecker, model: GenerativeModel): void {
  for (const [name, part] of Object.entries(parts)) {
    const { wanted, fits, example } = kind.parts![name];
    if (!(name in kind.fields.entries)) {
      throw broken(kind, `an option of the name of its part "${name}"`, "none");
    }
    if (!fits(part.model, example)) {
      throw broken(
        kind,
        `an example of ${wanted} as its part "${name}"`,
        `${example.name}, which does not fit`,
      );
    }
    const missing = Object.keys(part.parameters).find((key) => !model.parameters[key]?.frozen);
    if (missing !== undefined) {
      const got = missing in model.parameters ? "one that learns" : "none";
      throw broken(kind, `the parameter "${missing}" of its part "${name}", frozen`, got);
    }
  }
}

/**
 * After training, parts are what they were.
 *
 * @param arrays The state by groups and names, see `joinGroups`.
 */
export function checkFrozen(check: ModelChecker, arrays: Record<string, NamedArray>): void {
  const { parts, random } = check.trial;
  for (const part of Object.values(parts)) {
    for (const [name, { shape, initialiser }] of Object.entries(part.parameters)) {
      const wanted = `"${name}" of its part "${part.name}" to stay as it was`;
      check.same(
        { [name]: initialiser(shape, random) },
        { [name]: arrays[`parameters ${name}`].data },
        wanted,
      );
    }
  }
}

/** Parts for a trial, such as nobody trained. @param shape Of what the whole learns from. */
export function exampleParts({ parts = {} }: ModelKind, config: ModelConfig, shape: DataShape): Parts {
  const { data, size, examples } = config;
  const made = Object.entries(parts).map(([name, { example }]): [string, Part] => {
    const own: ModelConfig = { ...example.presets.smoke, data, size, examples };
    const inner = exampleParts(example, own, shape);
    const model = example.create(own, shape, inner);
    const random = new RandomStream(0).fork(name);
    const values = Object.entries(model.parameters).map(([name, { shape, initialiser }]) =>
      [name, { shape, data: initialiser(shape, random.fork(name)) }] as const
    );
    const source = { model: example.name, config: { ...own }, data: shape, step: 0, parts: sourcesOf(inner) };
    return [name, createPart(name, { model, source, learned: Object.fromEntries(values) })];
  });
  return Object.fromEntries(made);
}

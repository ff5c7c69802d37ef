import type { DataShape } from "./data/dataset.ts";
import { isModelKind, modelKind } from "./kinds.ts";
import type { GenerativeModel, ModelKind, Parts, PartSource } from "./models/model.ts";
import type { ModelConfig } from "./models/model_fields.ts";
import { createPart } from "./models/parts.ts";
import { checkConfig } from "./train/resolve_config.ts";

/** What a checkpoint says of a model beside its parameters. */
export interface ModelOrigin {
  /** The shape of what it learned from. */
  shape: DataShape;
  /** Where its parts come from. */
  parts: Readonly<Record<string, PartSource>>;
}

/**
 * The model of a run with its parts, as its checkpoint describes them. No Deno: the viewer calls it in the browser.
 *
 * @throws RangeError for the kind of a part that is not known, RangeError or TypeError for what does not fit.
 */
export function createModel(
  kind: ModelKind,
  config: ModelConfig,
  { shape, parts }: ModelOrigin,
): GenerativeModel {
  return kind.create(config, shape, createParts(parts));
}

/** Parts without what they learned, which comes with the parameters of the whole. @throws As {@link createModel}. */
export function createParts(sources: ModelOrigin["parts"]): Parts {
  const parts = Object.entries(sources).map(([name, source]) => {
    if (!isModelKind(source.model)) {
      throw new RangeError(
        `Cannot make the ${name} of the model: its kind "${source.model}" does not come with Somnium, and --module FILE ` +
          "is missing, which names the module that exports it",
      );
    }
    const kind = modelKind(source.model);
    const config = checkConfig(kind.fields, source.config);
    const model = createModel(kind, config, { shape: source.data, parts: source.parts });
    return [name, createPart(name, { model, source })];
  });
  return Object.fromEntries(parts);
}

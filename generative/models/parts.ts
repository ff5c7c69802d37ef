import * as v from "valibot";
import type { Config } from "../../core/fields/field.ts";
import { flagName } from "../../core/flag_name.ts";
import { DATA_KINDS, type DataShape } from "../data/dataset.ts";
import { type NamedTensors, parameter } from "../nn/parameters.ts";
import type { NamedArray } from "../train/safetensors.ts";
import { checkShapes } from "../train/tensor_arrays.ts";
import type { GenerativeModel, Part, Parts, PartSource } from "./model.ts";

/** What {@link createPart} makes a part of. */
export interface PartOrigin {
  /** The model of the run. */
  model: GenerativeModel;
  /** Where it comes from. */
  source: PartSource;
  /**
   * What it learned.
   *
   * @default it starts untrained, or is restored with the parameters of the whole
   */
  learned?: Readonly<Record<string, NamedArray>>;
}

/**
 * A part of a model: the parameters of another, frozen and under the part's name.
 *
 * @throws TypeError naming the parameter that is missing, superfluous or of another shape.
 */
export function createPart(name: string, { model, source, learned }: PartOrigin): Part {
  if (learned) checkShapes(learned, model.parameters, { what: `${source.model} as the part "${name}"` });
  const specs = Object.entries(model.parameters).map(([own, { shape, initialiser }]) => {
    const start = learned ? () => Float32Array.from(learned[own].data) : initialiser;
    return [`${name}/${own}`, { shape, initialiser: start, frozen: true }] as const;
  });
  const names = Object.keys(model.parameters);
  return {
    name,
    parameters: Object.fromEntries(specs),
    model,
    source,
    own: (parameters: NamedTensors) =>
      Object.fromEntries(names.map((own) => [own, parameter(parameters, `${name}/${own}`)])),
  };
}

/** A part that a model is built on. @throws TypeError when the caller of `create` passes none. */
export function expectPart(parts: Parts | undefined, { name, model }: { name: string; model: string }): Part {
  if (parts && name in parts) return parts[name];
  throw new TypeError(`Cannot build ${model}: expected a trained run as its part "${name}", got none`);
}

/**
 * Checks that a part learned from pictures of the size that the whole is to learn from.
 *
 * @throws TypeError saying what either has.
 */
export function expectSamePictures(
  data: DataShape,
  { part: { name, source }, model }: { part: Part; model: string },
): void {
  const [wanted, got] = [source.data, data].map(pictureSize);
  if (wanted === got) return;
  const { size } = source.config;
  throw new TypeError(
    `Cannot train ${model} on "${data.name}" (${got}): expected data like those of its ${name}, "${source.data.name}" ` +
      `(${wanted}); set --data ${source.config.data} --size ${size}, or another run as --${flagName(name)}`,
  );
}

function pictureSize(shape: DataShape): string {
  if (shape.kind !== "pictures") return shape.kind;
  const { height, width, channels } = shape;
  return `${height}x${width}x${channels}`;
}

const Shape = v.custom<DataShape>((value) =>
  DATA_KINDS.includes((value as DataShape | undefined)?.kind as DataShape["kind"])
);

const SourcesSchema: v.GenericSchema<Record<string, PartSource>> = v.record(
  v.string(),
  v.object({
    model: v.string(),
    config: v.record(v.string(), v.custom<Config[string]>(() => true)),
    data: Shape,
    step: v.pipe(v.number(), v.integer(), v.minValue(0)),
    parts: v.lazy(() => SourcesSchema),
  }),
);

/** Where parts come from, by name. */
export function sourcesOf(parts: Parts): Record<string, PartSource> {
  return Object.fromEntries(Object.entries(parts).map(([name, { source }]) => [name, source]));
}

/** Where parts come from, as metadata of the file of the parameters: enough to make their models again. */
export function partsMetadata(parts: Parts): Record<string, string> {
  const sources = sourcesOf(parts);
  return Object.keys(sources).length > 0 ? { parts: JSON.stringify(sources) } : {};
}

/** Reads {@link partsMetadata}. @param name Of the run. @throws SyntaxError when it is damaged. */
export function partSourcesOf(metadata: Record<string, string>, name: string): Record<string, PartSource> {
  try {
    return v.parse(SourcesSchema, JSON.parse(metadata.parts ?? "{}"));
  } catch (error) {
    throw new SyntaxError(
      `Cannot load "${name}": expected where its parts come from in the parameters' file, got ${
        (error as Error).message
      }; train it again`,
      { cause: error },
    );
  }
}

import * as v from "valibot";
import { type Field, field } from "../../core/fields/field.ts";
import { nearestName } from "../../core/nearest_name.ts";
import type { Dataset, DataShape } from "../data/dataset.ts";

/** What a conditional model takes for its labels. */
export interface LabelChoice {
  /** What they are called, K of them. */
  names: readonly string[];
  /** The label of every example, 0 .. K - 1. */
  of(data: Dataset): ArrayLike<number>;
  /** How often each comes, in shares of 1. */
  shares(data: Dataset): number[];
}

/** Stands for the data's classes. */
const CLASS = "class";

/**
 * The labels that an option `--attribute` chooses: an attribute of pictures (without it and with it), or `class`.
 *
 * @throws RangeError naming the model when the data do not have the attribute.
 */
export function chooseLabels(
  data: DataShape,
  attribute: string,
  { model }: { model: string },
): LabelChoice {
  const names = labelNames(data, attribute, model);
  const of = (data: Dataset) => labelsOf(data, attribute);
  return {
    names,
    of,
    shares(data) {
      const [all, counts] = [of(data), names.map(() => 0)];
      for (let i = 0; i < all.length; i++) counts[all[i]]++;
      return counts.map((count) => count / all.length);
    },
  };
}

/** Stands for no label of its own, but all of them. */
const IN_TURN = "in-turn";

/** The sampling option `label`. @param drawn What is drawn once under every label: "latent vector". */
export function labelField(names: readonly string[], drawn: string): Field<string> {
  return field(
    v.picklist([IN_TURN, ...names]),
    `Label of the samples; in-turn draws each ${drawn} once under every label.`,
    IN_TURN,
  );
}

/** What is drawn for some samples, and under which labels. */
export interface LabelPlan {
  /** How many draws they are made from. */
  draws: number;
  /** The draw of each sample, `[N]`. */
  draw: Int32Array;
  /** The label of each sample, `[N]`. */
  label: Int32Array;
}

/** How samples share draws under the option of {@link labelField}. @param label One of the names, or in turn. */
export function planLabels(count: number, label: string, names: readonly string[]): LabelPlan {
  if (label !== IN_TURN) {
    return {
      draws: count,
      draw: Int32Array.from({ length: count }, (_, i) => i),
      label: new Int32Array(count).fill(names.indexOf(label)),
    };
  }
  return {
    draws: Math.ceil(count / names.length),
    draw: Int32Array.from({ length: count }, (_, i) => Math.floor(i / names.length)),
    label: Int32Array.from({ length: count }, (_, i) => i % names.length),
  };
}

function labelsOf(data: Dataset, attribute: string): ArrayLike<number> {
  if (attribute === CLASS && "labels" in data) return data.labels!;
  return data.kind === "pictures" ? data.attributes![attribute] : [];
}

function labelNames(data: DataShape, attribute: string, model: string): readonly string[] {
  const classes = "classes" in data ? data.classes ?? [] : [];
  const attributes = data.kind === "pictures" ? data.attributes ?? [] : [];
  if (attribute === CLASS && classes.length > 0) return classes;
  if (attributes.includes(attribute)) return [`no-${attribute}`, attribute];
  const known = [...attributes, ...classes.length > 0 ? [CLASS] : []];
  const near = nearestName(attribute, known);
  throw new RangeError(
    `Cannot train ${model} on "${data.name}": expected --attribute to be ${
      known.length ? `one of ${known.join(", ")}` : `known there, but its ${data.kind} have none`
    }, got "${attribute}"${near ? ` (did you mean "${near}"?)` : ""}`,
  );
}

import { countParameters } from "../../nn/parameters.ts";
import type { ModelKind } from "../model.ts";
import { exampleParts } from "./check_parts.ts";
import { broken } from "./model_checker.ts";

/** The preset `book` has as many parameters as are published. */
export function checkSize(kind: ModelKind): void {
  if (!kind.published) return;
  const { parameters, data, source } = kind.published;
  const { book } = kind.presets;
  const model = kind.create(book, data, exampleParts(kind, book, data));
  const counted = countParameters(model.parameters, { trainable: true });
  if (counted === parameters) return;
  throw broken(kind, `${parameters} trainable parameters in the preset book (${source})`, String(counted));
}

import type * as v from "valibot";

/** The limits of a number. */
export interface NumberLimits {
  /** Whether it is whole. @default false */
  whole?: boolean;
  /** The least that it may be. */
  minimum?: number;
  /** What it has to be above of. */
  above?: number;
  /** The most that it may be. */
  maximum?: number;
  /** What it has to be below of. */
  below?: number;
  /** What it is a multiple of. */
  multipleOf?: number;
}

/** What a schema of an option asks for, as plain data: help, messages and forms are made of it. */
export type ValueShape =
  | { type: "text" }
  | { type: "switch" }
  | { type: "literal"; value: string }
  | { type: "choice"; choices: readonly string[] }
  | { type: "number" } & NumberLimits
  | { type: "list"; item: ValueShape };

/** What valibot's schemas and checks say of themselves. */
interface SchemaParts {
  type: string;
  pipe?: readonly SchemaParts[];
  requirement?: number;
  options?: readonly string[];
  item?: v.GenericSchema;
  literal?: string;
}

/**
 * Reads a schema of an option: a text, one text alone, one of some words, true or false, a number or a list of those.
 *
 * @throws TypeError for a schema or a check that it does not know.
 */
export function valueShape(schema: v.GenericSchema): ValueShape {
  const parts = schema as unknown as SchemaParts;
  switch (parts.type) {
    case "literal":
      return { type: "literal", value: parts.literal! };
    case "string":
      return { type: "text" };
    case "boolean":
      return { type: "switch" };
    case "picklist":
      return { type: "choice", choices: parts.options! };
    case "number":
      return { type: "number", ...Object.assign({}, ...checksOf(parts).map(limitOf)) };
    case "array":
      return { type: "list", item: valueShape(parts.item!) };
    default:
      throw new TypeError(`Cannot describe an option: expected a type that is known, got "${parts.type}"`);
  }
}

/** The checks of a pipe, whose schema may be a pipe as well. */
function checksOf({ pipe: [schema, ...checks] = [] }: SchemaParts): SchemaParts[] {
  return schema ? [...checksOf(schema), ...checks] : [];
}

function limitOf({ type, requirement }: SchemaParts): NumberLimits {
  switch (type) {
    case "integer":
      return { whole: true };
    case "min_value":
      return { minimum: requirement };
    case "gt_value":
      return { above: requirement };
    case "max_value":
      return { maximum: requirement };
    case "lt_value":
      return { below: requirement };
    case "multiple_of":
      return { multipleOf: requirement };
    default:
      throw new TypeError(`Cannot describe an option: expected a check that is known, got "${type}"`);
  }
}

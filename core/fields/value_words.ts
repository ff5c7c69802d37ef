import type * as v from "valibot";

/** What a schema asks for, in words. */
export interface ValueWords {
  /** What a value has to be, as errors tell it: "a whole number of 1 or more". */
  wanted: string;
  /** The limits in it: "1 or more". @default none */
  range?: string;
  /** What stands for a value in `--help`: N, X, TEXT, `pad|resize`. @default nothing: it is true or false */
  placeholder?: string;
  /** All that it may be. @default too much to list */
  choices?: readonly string[];
}

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
 * Says what a schema of an option asks for: a text, one text alone, one of some words, true or false, a number or a
 * list of numbers.
 *
 * @throws TypeError for a schema or a check that it has no words for.
 */
export function valueWords(schema: v.GenericSchema): ValueWords {
  const { type, options = [], item, literal } = schema as unknown as SchemaParts;
  switch (type) {
    case "literal":
      return { wanted: `"${literal}"` };
    case "string":
      return { wanted: "a text", placeholder: "TEXT" };
    case "boolean":
      return { wanted: "true or false" };
    case "picklist":
      return { wanted: options.join(" or "), placeholder: options.join("|"), choices: options };
    case "number":
      return numberWords(checksOf(schema as unknown as SchemaParts));
    case "array": {
      const { wanted, placeholder, range } = valueWords(item!);
      return {
        wanted: `${wanted.replace(/^a (.*?number)/, "$1s")}, as 1,2,3`,
        placeholder: `${placeholder},${placeholder}`,
        range: range && `each ${range}`,
      };
    }
    default:
      throw new TypeError(`Cannot describe an option: expected a type that is known, got "${type}"`);
  }
}

/** The checks of a pipe, whose schema may be a pipe as well. */
function checksOf({ pipe: [schema, ...checks] = [] }: SchemaParts): SchemaParts[] {
  return schema ? [...checksOf(schema), ...checks] : [];
}

/** @param checks What a number has to fulfil. */
function numberWords(checks: readonly SchemaParts[]): ValueWords {
  let noun = "number";
  let multiple = "";
  const limits: { minimum?: number; above?: number; maximum?: number; below?: number } = {};
  for (const { type, requirement } of checks) {
    if (type === "integer") noun = "whole number";
    else if (type === "min_value") limits.minimum = requirement;
    else if (type === "gt_value") limits.above = requirement;
    else if (type === "max_value") limits.maximum = requirement;
    else if (type === "lt_value") limits.below = requirement;
    else if (type === "multiple_of") multiple = `a multiple of ${requirement}`;
    else throw new TypeError(`Cannot describe an option: expected a check that is known, got "${type}"`);
  }
  const range = [rangeWords(limits), multiple].filter(Boolean).join(", ");
  const joint = /^(from|above|below)/.test(range) ? " " : " of ";
  return {
    wanted: `a ${noun}${range && joint + range}`,
    range: range || undefined,
    placeholder: noun === "number" ? "X" : "N",
  };
}

function rangeWords(
  { minimum, above, maximum, below }: { minimum?: number; above?: number; maximum?: number; below?: number },
): string {
  if (minimum !== undefined && maximum !== undefined) return `from ${minimum} to ${maximum}`;
  const least = minimum !== undefined ? `${minimum} or more` : above !== undefined ? `above ${above}` : "";
  const most = maximum !== undefined ? `at most ${maximum}` : below !== undefined ? `below ${below}` : "";
  return [least, most].filter(Boolean).join(" and ");
}

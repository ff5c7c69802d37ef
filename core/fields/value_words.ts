import type * as v from "valibot";
import { type NumberLimits, type ValueShape, valueShape } from "./value_shape.ts";

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

/**
 * Says what a schema of an option asks for: a text, one text alone, one of some words, true or false, a number or a
 * list of numbers.
 *
 * @throws TypeError for a schema or a check that it has no words for.
 */
export function valueWords(schema: v.GenericSchema): ValueWords {
  return shapeWords(valueShape(schema));
}

function shapeWords(shape: ValueShape): ValueWords {
  switch (shape.type) {
    case "literal":
      return { wanted: `"${shape.value}"` };
    case "text":
      return { wanted: "a text", placeholder: "TEXT" };
    case "switch":
      return { wanted: "true or false" };
    case "choice": {
      const { choices } = shape;
      return { wanted: choices.join(" or "), placeholder: choices.join("|"), choices };
    }
    case "number":
      return numberWords(shape);
    case "list": {
      const { wanted, placeholder, range } = shapeWords(shape.item);
      return {
        wanted: `${wanted.replace(/^a (.*?number)/, "$1s")}, as 1,2,3`,
        placeholder: `${placeholder},${placeholder}`,
        range: range && `each ${range}`,
      };
    }
  }
}

function numberWords({ whole, multipleOf, ...limits }: NumberLimits): ValueWords {
  const multiple = multipleOf === undefined ? "" : `a multiple of ${multipleOf}`;
  const range = [rangeWords(limits), multiple].filter(Boolean).join(", ");
  const joint = /^(from|above|below)/.test(range) ? " " : " of ";
  return {
    wanted: `a ${whole ? "whole number" : "number"}${range && joint + range}`,
    range: range || undefined,
    placeholder: whole ? "N" : "X",
  };
}

function rangeWords({ minimum, above, maximum, below }: NumberLimits): string {
  if (minimum !== undefined && maximum !== undefined) return `from ${minimum} to ${maximum}`;
  const least = minimum !== undefined ? `${minimum} or more` : above !== undefined ? `above ${above}` : "";
  const most = maximum !== undefined ? `at most ${maximum}` : below !== undefined ? `below ${below}` : "";
  return [least, most].filter(Boolean).join(" and ");
}

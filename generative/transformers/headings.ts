import type { TextData } from "../data/dataset.ts";
import type { Tokeniser } from "../data/text/tokeniser.ts";

/** Fields of a text's heading, from `speech : 1862 : abraham lincoln : republican :`; one where there are no fields. */
export function headingFields(
  { tokens, length, given }: TextData,
  text: number,
  tokeniser: Tokeniser,
): string[] {
  const start = text * length;
  const heading = tokeniser.decode(tokens.subarray(start, start + (given?.[text] ?? 0)));
  return heading.split(" : ").map((field) => field.replace(/ :$/, ""));
}

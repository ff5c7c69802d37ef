import type { TextData } from "../data/dataset.ts";

/** Fields of a text's heading, `["speech", "1862", "Abraham Lincoln", "Republican"]`; none where it has no heading. */
export function headingFields({ headings }: TextData, text: number): string[] {
  const heading = headings?.[text] ?? "";
  return heading.split(" : ").map((field) => field.replace(/ :$/, "")).filter(Boolean);
}

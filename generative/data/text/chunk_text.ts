import { tokenise } from "./tokenise.ts";

/**
 * Cuts a text into pieces of at most `length` tokens, at the ends of sentences where it can. Nothing is lost.
 *
 * @param heading What every piece begins with; it counts.
 * @returns The pieces as words.
 * @throws RangeError when the heading leaves no room.
 */
export function chunkText(body: string, length: number, heading = ""): string[][] {
  const head = tokenise(heading);
  const room = length - head.length;
  if (room < 1) {
    throw new RangeError(
      `Cannot cut texts: expected a length of more than ${head.length} tokens for "${heading}", got ${length}`,
    );
  }
  const chunks: string[][] = [];
  let open: string[] = [];
  const close = () => {
    if (open.length > 0) chunks.push([...head, ...open]);
    open = [];
  };
  for (const sentence of body.split(/(?<=[.!?]["')]?)\s+/)) {
    const words = tokenise(sentence);
    if (open.length + words.length > room) close();
    while (words.length > room) chunks.push([...head, ...words.splice(0, room)]);
    open.push(...words);
  }
  close();
  return chunks;
}

/** Cuts a text with blank lines between its paragraphs: pieces do not reach across them. */
export function chunkParagraphs(text: string, length: number, heading = ""): string[][] {
  return text.split(/\n\s*\n/).flatMap((paragraph) => chunkText(paragraph, length, heading));
}

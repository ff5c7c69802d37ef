import { tokenise } from "./tokenise.ts";

/** Where sentences end: at the blank after a full stop and its quotes, or right after a full stop of a script without blanks. */
export const SENTENCE_ENDS =
  /(?<=[.!?؟۔।॥։።။។][\p{Pe}\p{Pf}"']*)\s+|(?<=[。！？｡．][\p{Pe}\p{Pf}"']*)(?![\p{Pe}\p{Pf}"'])\s*/u;

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
  for (const sentence of body.split(SENTENCE_ENDS)) {
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
  return paragraphsOf(text).flatMap((paragraph) => chunkText(paragraph, length, heading));
}

/** The paragraphs of a text, between blank lines; those above which headings stand begin with them. */
export function paragraphsOf(text: string): string[] {
  const paragraphs = text.split(/\n\s*\n/).map((paragraph) => paragraph.trim()).filter(Boolean);
  const bodies: string[] = [];
  let headings: string[] = [];
  for (const paragraph of paragraphs) {
    if (isHeading(paragraph)) headings.push(paragraph);
    else {
      bodies.push([...headings, paragraph].join("\n"));
      headings = [];
    }
  }
  return bodies.length > headings.length ? bodies : paragraphs; // a list of names has nothing but such lines
}

/** Whether a paragraph only says what comes next: a short line that is no sentence, or is numbered as chapters are. */
function isHeading(paragraph: string): boolean {
  const words = paragraph.split(/\s+/);
  if (paragraph.includes("\n") || words.length > 12 || paragraph.length > 80) return false;
  const sentence = /[.!?,;:…؟۔।։።။។。！？，；："'”’」』)\]-]$/.test(paragraph);
  const numbered = /^(chapter|book|part|volume|section|act|scene|letter|canto)\s+([ivxlcdm]+|\d+|[a-z]+)\b/i;
  return !sentence || numbered.test(paragraph) || /^(#{1,6}\s|[ivxlcdm]+\.?$|\d+\.?$)/i.test(paragraph);
}

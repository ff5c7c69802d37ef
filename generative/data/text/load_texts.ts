import type { TextData } from "../dataset.ts";
import type { ResolvedLoadOptions } from "../load_dataset.ts";
import { byContent, splitDocuments, textData } from "./text_data.ts";
import { SENTENCE_ENDS } from "./chunk_text.ts";
import { keptBytePairs } from "./kept_byte_pairs.ts";
import { simplify, type Tokeniser, tokeniserOf } from "./tokeniser.ts";
import { frequentWords, PAD, UNKNOWN } from "./vocabulary.ts";
import { Spelling } from "./spelling.ts";
import { tokenise } from "./tokenise.ts";

/** A text as it was written: a chapter, a speech, a record. It is learned from as a whole, or held out. */
export interface WrittenText {
  /** What each of its pieces begins with, given rather than told: who speaks. @default nothing */
  heading?: string;
  /** What pieces of words begin with. @default heading */
  wordHeading?: string;
  /** The text itself. */
  text: string;
  /** Cuts it into pieces of words, the heading in front of each. */
  words(length: number): string[][];
}

/** What is said of a data set of texts beside its {@link WrittenText}s. */
export interface TextsOptions extends ResolvedLoadOptions {
  /** Tokens in each piece, where the caller asks for no other number; which texts are held out depends on it as well. */
  ownLength: number;
  /** How samples may begin, where nothing else is asked for. */
  beginning?: string;
  /** Whether the texts are paragraphs that follow each other: pieces that are no words reach across them. @default false */
  running?: boolean;
}

/**
 * Texts as tokens of the unit that is asked for. The same texts are held out whatever the unit and the length, so that
 * models of all of them can be compared by bits per character: `given`, `characters` and `spelling` of the data.
 *
 * Words are cut into pieces at the ends of sentences. So is what has a heading; other texts are cut wherever a piece is
 * full, and the last token of a piece is the first of the next, so that each is told once.
 */
export async function loadTexts(
  name: string,
  texts: readonly WrittenText[],
  { ownLength, beginning, running = false, ...options }: TextsOptions,
): Promise<TextData> {
  const length = options.length || ownLength;
  const marks = { ...beginning !== undefined && { beginning } };
  if (options.unit === "word") {
    const documents = texts.map((text) => text.words(length));
    const given = texts.map(({ heading, wordHeading = heading }) =>
      wordHeading === undefined ? 1 : tokenise(wordHeading).length
    );
    const headings = texts.some(({ heading }) => heading !== undefined)
      ? texts.map(({ heading = "" }) => heading)
      : undefined;
    return { ...await textData(name, documents, { ...options, length, given, headings }), ...marks };
  }
  if (length < 2) {
    throw new RangeError(`Cannot load "${name}": expected a length of 2 or more, got ${length}`);
  }
  const { unit, simplified, split, limit, vocabulary: size, onEvent } = options;
  const { parts, learned, held } = await splitDocuments(name, texts.map((text) => text.words(ownLength)));
  // where there is but one text, its pieces take its place
  const documents: Document[] = parts.length === texts.length
    ? texts.map(({ heading, text }) => ({ heading, text }))
    : parts.map((pieces) => ({ text: pieces.flat().join(" ") }));
  const side = (indices: readonly number[]): Document[] => {
    if (!running) return indices.map((i) => documents[i]);
    return [{ text: indices.toSorted((a, b) => a - b).map((i) => documents[i].text).join("\n\n") }];
  };
  const whole = side(learned).map(({ heading, text }) => heading === undefined ? text : `${heading} ${text}`);
  const prepared = simplified ? whole.map(simplify) : whole;
  const vocabulary = unit === "bytePair"
    ? await keptBytePairs(prepared, size, { dataset: name, onEvent })
    : frequentWords(prepared.map((text) => [...text]), size);
  const tokeniser = tokeniserOf({ unit, vocabulary, simplified });
  const cut = side(split === "train" ? learned : held).flatMap((text) => cutText(text, tokeniser, length));
  const pieces = byContent(cut, ({ tokens }) => tokens.join(" ")).slice(0, limit || undefined);
  const spelling = new Spelling([]); // what a vocabulary of characters lacks was never learned from
  const tokens = new Int32Array(pieces.length * length).fill(PAD);
  pieces.forEach((piece, n) => tokens.set(piece.tokens, n * length));
  return {
    kind: "text",
    name,
    count: pieces.length,
    length,
    tokens,
    vocabulary,
    unit,
    ...simplified && { simplified },
    given: Int32Array.from(pieces, ({ given }) => given),
    ...pieces.some(({ heading }) => heading) && { headings: pieces.map(({ heading }) => heading) },
    characters: Int32Array.from(pieces, ({ characters }) => characters),
    spelling: Float32Array.from(
      pieces,
      ({ tokens, given }) =>
        tokens.slice(given).filter((token) => token === UNKNOWN).length * spelling.cost("\ufffd"),
    ),
    ...marks,
  };
}

type Document = Pick<WrittenText, "heading" | "text">;

/** Tokens of a piece, how many of them are given, and the characters of the others. */
interface Piece {
  tokens: number[];
  given: number;
  heading: string;
  characters: number;
}

function cutText(
  { heading, text }: Document,
  tokeniser: Tokeniser,
  length: number,
): Piece[] {
  const charactersOf = (tokens: number[]) => [...tokeniser.decode(tokens)].length;
  if (heading === undefined) {
    const tokens = tokeniser.encode(text);
    const pieces: Piece[] = [];
    for (let first = 0; first === 0 || first + 1 < tokens.length; first += length - 1) {
      const piece = tokens.slice(first, first + length);
      pieces.push({ tokens: piece, given: 1, heading: "", characters: charactersOf(piece.slice(1)) });
    }
    return pieces.filter(({ tokens }) => tokens.length > 1);
  }
  const head = tokeniser.encode(heading);
  const room = length - head.length;
  if (room < 1) {
    throw new RangeError(
      `Cannot cut texts: expected a length of more than ${head.length} tokens for "${heading}", got ${length}`,
    );
  }
  const bodies: number[][] = [];
  let open: number[] = [];
  const close = () => {
    if (open.length > 0) bodies.push(open);
    open = [];
  };
  for (const sentence of text.split(SENTENCE_ENDS)) {
    const tokens = tokeniser.encode(` ${sentence.trim()}`);
    if (open.length + tokens.length > room) close();
    while (tokens.length > room) bodies.push(tokens.splice(0, room));
    open.push(...tokens);
  }
  close();
  return bodies.map((body) => ({
    tokens: [...head, ...body],
    given: head.length,
    heading,
    characters: charactersOf(body),
  }));
}

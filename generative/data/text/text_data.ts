import type { TextData } from "../dataset.ts";
import type { ResolvedLoadOptions } from "../load_dataset.ts";
import { contentDigest, type ContentSplit, splitByContent } from "../split_by_content.ts";
import { Spelling } from "./spelling.ts";
import { joinWords } from "./tokenise.ts";
import { encodeWords, frequentWords } from "./vocabulary.ts";

/** A text as pieces, each a list of words: a chapter, a speech, a paragraph. It is learned from as a whole, or held out. */
export type TextDocument = readonly string[][];

/** What {@link textData} is told. */
export interface TextDataOptions extends ResolvedLoadOptions {
  /** Words that each piece of a document begins with and that are given rather than told, 1 or more. @default 1 */
  given?: readonly number[];
  /** The heading of each document as it was written. @default none */
  headings?: readonly string[];
}

/**
 * Documents as tokens, piece by piece. About one document in twenty is held out, by its content. The vocabulary is made
 * of the most frequent words of all documents to learn from, so that it depends neither on the split nor on the limit.
 *
 * @param documents What is longer than `length` in a piece is cut off, what is shorter is filled up.
 * @throws TypeError when there are not at least two different texts, RangeError for a vocabulary or length that is too
 * small.
 */
export async function textData(
  name: string,
  documents: readonly TextDocument[],
  { split, limit, length, vocabulary: size, onEvent, given = [], headings }: TextDataOptions,
): Promise<TextData> {
  if (size < 3 || length < 2) {
    throw new RangeError(
      `Cannot load "${name}": expected a vocabulary of 3 or more and a length of 2 or more, got ${size} and ${length}`,
    );
  }
  const { parts, learned, held } = await splitDocuments(name, documents);
  const givenOf = (document: number) => (parts.length === documents.length && given[document]) || 1;
  const piecesOf = (side: readonly number[]) =>
    side.flatMap((i) =>
      parts[i].map((words) => ({ words, given: givenOf(i), heading: headings?.[i] ?? "" }))
    );
  const known = piecesOf(learned).map(({ words }) => words);
  const vocabulary = frequentWords(known, size);
  const index = new Map(vocabulary.map((word, i) => [word, i]));
  const taken = byContent(piecesOf(split === "train" ? learned : held), ({ words }) => words.join(" "))
    .slice(0, limit || undefined);
  const middle = taken.map(({ words }) => words.length).sort((a, b) => a - b)[taken.length >> 1];
  if (middle <= 2) {
    const text = `most texts have ${
      middle === 1 ? "one word" : "two words"
    }; a model of words learns little from them`;
    onEvent?.({ type: "warning", dataset: name, text });
  }
  const tokens = new Int32Array(taken.length * length);
  taken.forEach(({ words }, n) => tokens.set(encodeWords(words.slice(0, length), index), n * length));
  const spelling = new Spelling(known.flat().filter((word) => !index.has(word)));
  const told = taken.map(({ words, given }) => words.slice(given, length));
  return {
    kind: "text",
    name,
    count: taken.length,
    length,
    tokens,
    vocabulary,
    given: Int32Array.from(taken, ({ given }) => given),
    ...headings && { headings: taken.map(({ heading }) => heading) },
    characters: Int32Array.from(told, (words) => words.length && [...joinWords(words)].length + 1), // and the blank before
    spelling: Float32Array.from(
      told,
      (words) => words.filter((word) => !index.has(word)).reduce((sum, word) => sum + spelling.cost(word), 0),
    ),
  };
}

/**
 * Which documents are learned from and which are held out, by their content; where there is but one, by the content of
 * its pieces.
 *
 * @throws TypeError when there are not at least two different texts.
 */
export async function splitDocuments(
  name: string,
  documents: readonly TextDocument[],
): Promise<ContentSplit & { parts: readonly TextDocument[] }> {
  const whole = documents.filter((pieces) => pieces.length > 0);
  const parts = whole.length > 1 ? documents : whole.flatMap((pieces) => pieces.map((piece) => [piece]));
  const sides = await splitByContent(parts.map((pieces) => contentDigest(pieces.flat().join(" "))));
  if (!sides) {
    throw new TypeError(
      `Cannot load "${name}": expected at least two different texts, one to train on and one to hold out, got ${
        parts.length === 0 ? "no words" : "one; set a smaller length"
      }`,
    );
  }
  return { ...sides, parts };
}

/** Pieces mixed, each at the place that its content gives it. */
export function byContent<P>(pieces: readonly P[], contentOf: (piece: P) => string): P[] {
  return pieces.map((piece) => ({ piece, digest: contentDigest(contentOf(piece)) }))
    .sort((a, b) => a.digest < b.digest ? -1 : 1).map(({ piece }) => piece);
}

import type { TextData } from "../dataset.ts";
import type { ResolvedLoadOptions } from "../load_dataset.ts";
import { contentDigest, splitByContent } from "../split_by_content.ts";
import { encodeWords, frequentWords } from "./vocabulary.ts";

/** A text as pieces, each a list of words: a chapter, a speech, a paragraph. It is learned from as a whole, or held out. */
export type TextDocument = readonly string[][];

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
  { split, limit, length, vocabulary: size, onEvent }: ResolvedLoadOptions,
): Promise<TextData> {
  if (size < 3 || length < 2) {
    throw new RangeError(
      `Cannot load "${name}": expected a vocabulary of 3 or more and a length of 2 or more, got ${size} and ${length}`,
    );
  }
  const whole = documents.filter((pieces) => pieces.length > 0);
  const parts = whole.length > 1 ? whole : whole.flatMap((pieces) => pieces.map((piece) => [piece]));
  const sides = await splitByContent(parts.map((pieces) => contentDigest(pieces.flat().join(" "))));
  if (!sides) {
    throw new TypeError(
      `Cannot load "${name}": expected at least two different texts, one to train on and one to hold out, got ${
        parts.length === 0 ? "no words" : "one; set a smaller length"
      }`,
    );
  }
  const piecesOf = (side: readonly number[]) => side.flatMap((i) => parts[i]);
  const learned = piecesOf(sides.learned);
  const vocabulary = frequentWords(learned, size);
  const taken = byContent(split === "train" ? learned : piecesOf(sides.held)).slice(0, limit || undefined);
  const words = taken.map((piece) => piece.length).sort((a, b) => a - b)[taken.length >> 1];
  if (words <= 2) {
    const text = `most texts have ${
      words === 1 ? "one word" : "two words"
    }; a model of words learns little from them`;
    onEvent?.({ type: "warning", dataset: name, text });
  }
  const tokens = new Int32Array(taken.length * length);
  const index = new Map(vocabulary.map((word, i) => [word, i]));
  taken.forEach((piece, n) => tokens.set(encodeWords(piece.slice(0, length), index), n * length));
  return { kind: "text", name, count: taken.length, length, tokens, vocabulary };
}

/** Pieces mixed, each at the place that its content gives it. */
function byContent(pieces: readonly string[][]): string[][] {
  return pieces.map((piece) => ({ piece, digest: contentDigest(piece.join(" ")) }))
    .sort((a, b) => a.digest < b.digest ? -1 : 1).map(({ piece }) => piece);
}

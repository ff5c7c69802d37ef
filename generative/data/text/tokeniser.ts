import { BytePairs } from "./byte_pairs.ts";
import { joinWords, tokenise } from "./tokenise.ts";
import { decodeTokens, encodeWords, PAD, UNKNOWN } from "./vocabulary.ts";

/** What a token stands for: a word in lower case, a frequent sequence of characters, or one character. */
export type TokenUnit = "word" | "bytePair" | "character";

/** The names of {@link TokenUnit}. */
export const TOKEN_UNITS = ["word", "bytePair", "character"] as const satisfies readonly TokenUnit[];

/** Text to tokens and back. */
export interface Tokeniser {
  /** The tokens of a text; 1 where there is none for a word or character. */
  encode(text: string): number[];
  /** The text of tokens, up to the first that pads. */
  decode(tokens: ArrayLike<number>): string;
  /** The words or characters of a text that no token stands for, each once. */
  unknown(text: string): string[];
}

/** What a data set says of its tokens. */
export interface TokenShape {
  /** What a token is. @default "word" */
  unit?: TokenUnit;
  /** What the tokens say. */
  vocabulary: readonly string[];
  /** Whether texts were simplified before they became tokens, see {@link simplify}. @default false */
  simplified?: boolean;
}

/** Writes and reads the tokens of a data set. */
export function tokeniserOf({ unit = "word", vocabulary, simplified = false }: TokenShape): Tokeniser {
  const prepare = (text: string) => simplified ? simplify(text) : text;
  if (unit === "bytePair") {
    const pairs = new BytePairs(vocabulary);
    return {
      encode: (text) => pairs.encode(prepare(text)),
      decode: (tokens) => pairs.decode(tokens),
      unknown: () => [],
    };
  }
  const index = new Map(vocabulary.map((token, i) => [token, i]));
  const split = unit === "word" ? tokenise : (text: string) => [...prepare(text)];
  return {
    encode: (text) => [...encodeWords(split(text), index)],
    decode: (tokens) =>
      unit === "word" ? decodeTokens(tokens, vocabulary) : joinCharacters(tokens, vocabulary),
    unknown: (text) => [...new Set(split(text).filter((token) => !index.has(token)))],
  };
}

/** The text that models of words see: lower case, blanks around punctuation, one blank between words. */
export function simplify(text: string): string {
  const simple = joinWords(tokenise(text));
  return /^\s/.test(text) && simple ? ` ${simple}` : simple;
}

function joinCharacters(tokens: ArrayLike<number>, vocabulary: readonly string[]): string {
  let text = "";
  for (let i = 0; i < tokens.length && tokens[i] !== PAD; i++) {
    text += tokens[i] === UNKNOWN ? "\ufffd" : vocabulary[tokens[i]];
  }
  return text;
}

import type { RandomStream } from "../../core/random_stream.ts";
import { decodeTokens, encodeWords } from "../data/text/vocabulary.ts";
import { joinWords, tokenise } from "../data/text/tokenise.ts";
import type { WrittenToken } from "../models/model.ts";
import { describeToken } from "../models/token_shares.ts";
import {
  type TokenWriter,
  writeTokens,
  type WriteTokensOptions,
  writingTokens,
} from "../models/write_tokens.ts";
import type { LSTMState } from "../nn/lstm.ts";
import type { NamedTensors } from "../nn/parameters.ts";
import { PADDING, type WordLSTM } from "./word_lstm.ts";

/** What {@link writeTexts} is asked for. */
export interface WriteOptions {
  /** Number of texts. */
  count: number;
  /** The words that the texts begin with. */
  prompt: string;
  /** Logits are divided by it; 0 takes the likeliest word. @default 1 */
  temperature?: number;
  /** Words of the longest text, the prompt's among them. */
  length: number;
  /** The word of each token. */
  vocabulary: readonly string[];
  /** The only source of chance. */
  random: RandomStream;
}

/**
 * Goes on writing from a prompt, each word drawn from what the model expects after those before it. The memory is
 * carried along, so that a word costs the same wherever it stands; a text ends with the first padding.
 *
 * @throws RangeError for a temperature below 0, or for a prompt without a word that is known.
 */
export async function writeTexts(
  model: WordLSTM,
  parameters: NamedTensors,
  options: WriteOptions,
): Promise<string[]> {
  const texts = await writeTokens(wordWriter(model), parameters, tokenOptions(options));
  return texts.map((text) => decodeTokens(text, options.vocabulary));
}

/** The texts of {@link writeTexts} as they are written: their prompt, then word by word. @throws As it does. */
export async function* tellWords(
  model: WordLSTM,
  parameters: NamedTensors,
  options: WriteOptions,
): AsyncGenerator<(WrittenToken | undefined)[]> {
  const { count, vocabulary } = options;
  const asked = tokenOptions(options);
  const last = Array<string>(count).fill(vocabulary[asked.prompt.at(-1)!]);
  yield last.map(() => ({ text: decodeTokens(asked.prompt, vocabulary) }));
  for await (
    const { added, told } of writingTokens(wordWriter(model), parameters, { ...asked, tell: true })
  ) {
    yield added.map((token, i) => {
      if (token === undefined || token === PADDING) return undefined;
      const [before, word] = [last[i], vocabulary[token]];
      last[i] = word;
      const shares = describeToken(told!, i, (token) => vocabulary[token]);
      return { text: joinWords([before, word]).slice(before.length), ...shares };
    });
  }
}

/** What carries the memory from word to word. */
function wordWriter(model: WordLSTM): TokenWriter<LSTMState> {
  return {
    options: model.options,
    emptyCache: (count) => model.blankState(count),
    step(parameters, words, memory) {
      const { logits, state } = model.read(parameters, words.squeeze([1]), memory);
      return { logits: logits.expandDims(1), cache: state };
    },
  };
}

function tokenOptions(
  { count, prompt, temperature = 1, length, vocabulary, random }: WriteOptions,
): WriteTokensOptions {
  if (!(temperature >= 0 && temperature < Infinity)) {
    throw new RangeError(`Cannot sample: expected a temperature of 0 or more, got ${temperature}`);
  }
  const begun = encodePrompt(prompt, vocabulary);
  return { count, prompt: begun, most: length - begun.length, end: PADDING, temperature, random };
}

/** The words of a prompt that are known. */
export function knownWords(prompt: string, vocabulary: readonly string[]): string[] {
  const known = new Set(vocabulary);
  return tokenise(prompt).filter((word) => known.has(word));
}

/** @throws RangeError for a prompt that leaves no room for another word in texts of so many tokens. */
export function checkPromptLength(prompt: string, length: number): void {
  const words = tokenise(prompt).length;
  if (words < length) return;
  throw new RangeError(
    `Cannot continue the prompt: expected ${
      length - 1
    } words at most, because a text has ${length}, got ${words}`,
  );
}

/** The prompt's words as tokens. @throws RangeError when none of them is known. */
function encodePrompt(prompt: string, vocabulary: readonly string[]): number[] {
  if (knownWords(prompt, vocabulary).length === 0) {
    const words = vocabulary.slice(2, 8).join(" ");
    throw new RangeError(
      `Cannot continue the prompt "${prompt}": expected words of the training data, such as "${words}"`,
    );
  }
  const index = new Map(vocabulary.map((word, i) => [word, i]));
  return [...encodeWords(tokenise(prompt), index)];
}

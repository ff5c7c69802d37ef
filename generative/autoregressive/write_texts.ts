import * as tf from "@tensorflow/tfjs";
import type { RandomStream } from "../../core/random_stream.ts";
import { decodeTokens, encodeWords } from "../data/text/vocabulary.ts";
import { joinWords, tokenise } from "../data/text/tokenise.ts";
import type { WrittenToken } from "../models/model.ts";
import { describeToken, readTokenShares, type TokenShares, tokenShares } from "../models/token_shares.ts";
import type { NamedTensors } from "../nn/parameters.ts";
import { compile, disposeTree, seedTensor, uniform } from "../runtime/mod.ts";
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

/** Texts that are being written, after one more word. */
export interface Writing {
  /** The tokens of each text so far; the first padding ends it. */
  texts: readonly (readonly number[])[];
  /** How probable the newest of each was, where that was asked for. */
  told?: TokenShares;
}

/** Goes on writing from a prompt, see {@link writeWords}. @throws As it does. */
export async function writeTexts(
  model: WordLSTM,
  parameters: NamedTensors,
  options: WriteOptions,
): Promise<string[]> {
  let written: Writing["texts"] = [];
  for await (const { texts } of writeWords(model, parameters, options)) written = texts;
  return written.map((text) => decodeTokens(text, options.vocabulary));
}

/** Goes on writing from a prompt, see {@link writeWords}: word by word as a viewer shows them. @throws As it does. */
export async function* tellWords(
  model: WordLSTM,
  parameters: NamedTensors,
  options: WriteOptions,
): AsyncGenerator<(WrittenToken | undefined)[]> {
  const { vocabulary } = options;
  let begun = false;
  for await (const { texts, told } of writeWords(model, parameters, { ...options, tell: true })) {
    if (!begun) yield texts.map(([first]) => ({ text: vocabulary[first] }));
    begun = true;
    yield texts.map((text, i) => {
      const [before, word] = text.slice(-2).map((token) => vocabulary[token]);
      if (text.at(-1) === PADDING) return undefined;
      const shares = describeToken(told!, i, (token) => vocabulary[token]);
      return { text: joinWords([before, word]).slice(before.length), ...shares };
    });
  }
}

/**
 * Goes on writing from a prompt, each word drawn from what the model expects after those before it. The memory is
 * carried along, so that a word costs the same wherever it stands; a text ends with the first padding.
 *
 * @returns Where the texts stand after each word, those of the prompt after the first included.
 * @throws RangeError for a temperature below 0, or for a prompt without a word that is known.
 */
export async function* writeWords(
  model: WordLSTM,
  parameters: NamedTensors,
  { count, prompt, temperature = 1, length, vocabulary, random, tell = false }: WriteOptions & {
    /** Whether to tell how probable each word was, which costs some time. @default false */
    tell?: boolean;
  },
): AsyncGenerator<Writing> {
  if (!(temperature >= 0 && temperature < Infinity)) {
    throw new RangeError(`Cannot sample: expected a temperature of 0 or more, got ${temperature}`);
  }
  const begun = encodePrompt(prompt, vocabulary);
  const step = compile(
    (
      inputs: {
        parameters: NamedTensors;
        words: tf.Tensor;
        given: tf.Tensor;
        hidden: tf.Tensor;
        cell: tf.Tensor;
        seed: tf.Tensor;
      },
    ) => {
      const { logits, state } = model.read(inputs.parameters, inputs.words, inputs);
      const drawn = drawWords(logits, inputs.seed, temperature);
      const words = tf.where(inputs.given.greaterEqual(0), inputs.given, drawn.toInt());
      const told = tell ? tokenShares(logits, words) : undefined;
      return { words, told, hidden: state.hidden, cell: state.cell };
    },
    { name: "next word" },
  );
  const texts = Array.from({ length: count }, () => begun.slice(0, 1));
  let state = tf.tidy(() => ({ ...model.blankState(count) }));
  try {
    for (let place = 0; place < length - 1; place++) {
      const words = tf.tensor1d(texts.map((text) => text[place]), "int32");
      const given = tf.fill([count], begun[place + 1] ?? -1, "int32");
      const seed = seedTensor(random.fork(place).seedPair());
      const { hidden, cell, ...next } = await step.run({ parameters, words, given, seed, ...state });
      disposeTree([words, given, seed, state]);
      state = { hidden, cell };
      const chosen = await next.words.data();
      const told = next.told && await readTokenShares(next.told);
      disposeTree(next);
      texts.forEach((text, i) => text.push(text.at(-1) === PADDING ? PADDING : chosen[i]));
      yield { texts, told };
      if (texts.every((text) => text.at(-1) === PADDING)) break;
    }
  } finally {
    disposeTree(state);
    step.dispose();
  }
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

/** int32 `[B]` from logits `[B, V]`: the largest, with Gumbel noise for the temperature. */
function drawWords(logits: tf.Tensor, seed: tf.Tensor, temperature: number): tf.Tensor {
  if (temperature === 0) return logits.argMax(-1);
  const gumbel = uniform(logits.shape, seed).add(1e-20).log().neg().log().neg();
  return logits.add(gumbel.mul(temperature)).argMax(-1);
}

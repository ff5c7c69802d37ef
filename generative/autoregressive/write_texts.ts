import * as tf from "@tensorflow/tfjs";
import type { RandomStream } from "../../core/random_stream.ts";
import { decodeTokens, encodeWords } from "../data/text/vocabulary.ts";
import { tokenise } from "../data/text/tokenise.ts";
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

/**
 * Goes on writing from a prompt, each word drawn from what the model expects after those before it. The memory is
 * carried along, so that a word costs the same wherever it stands; a text ends with the first padding.
 *
 * @throws RangeError for a temperature below 0, or for a prompt without a word that is known.
 */
export async function writeTexts(
  model: WordLSTM,
  parameters: NamedTensors,
  { count, prompt, temperature = 1, length, vocabulary, random }: WriteOptions,
): Promise<string[]> {
  if (!(temperature >= 0 && temperature < Infinity)) {
    throw new RangeError(`Cannot sample: expected a temperature of 0 or more, got ${temperature}`);
  }
  const begun = encodePrompt(prompt, vocabulary);
  const step = compile(
    (
      inputs: {
        parameters: NamedTensors;
        words: tf.Tensor;
        hidden: tf.Tensor;
        cell: tf.Tensor;
        seed: tf.Tensor;
      },
    ) => {
      const { logits, state } = model.read(inputs.parameters, inputs.words, inputs);
      return { words: drawWords(logits, inputs.seed, temperature), hidden: state.hidden, cell: state.cell };
    },
    { name: "next word" },
  );
  const texts = Array.from({ length: count }, () => [...begun]);
  let state = tf.tidy(() => ({ ...model.blankState(count) }));
  try {
    for (let place = 0; place < length - 1; place++) {
      const words = tf.tensor1d(texts.map((text) => text[place] ?? PADDING), "int32");
      const seed = seedTensor(random.fork(place).seedPair());
      const next = await step.run({ parameters, words, seed, ...state });
      disposeTree([words, seed, state]);
      state = { hidden: next.hidden, cell: next.cell };
      const drawn = await next.words.data();
      next.words.dispose();
      if (place + 1 < begun.length) continue; // still reading
      texts.forEach((text, i) => text.push(text.at(-1) === PADDING ? PADDING : drawn[i]));
      if (texts.every((text) => text.at(-1) === PADDING)) break;
    }
  } finally {
    disposeTree(state);
    step.dispose();
  }
  return texts.map((text) => decodeTokens(text, vocabulary));
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

import * as tf from "@tensorflow/tfjs";
import { lineChart } from "../../core/pictures/line_chart.ts";
import type { TextData } from "../data/dataset.ts";
import { decodeTokens } from "../data/text/vocabulary.ts";
import type { Artifact, ExploreContext } from "../models/model.ts";
import type { NamedTensors } from "../nn/parameters.ts";
import { PADDING, type WordLSTM } from "./word_lstm.ts";
import { writeTexts } from "./write_texts.ts";

/** Two sharpnesses to compare: as learned, and nearly the likeliest word alone. */
const TEMPERATURES = [1, 0.2];
const [PROMPTS, PROMPT_WORDS, TOP] = [4, 12, 5];
/** Texts that are measured, and at a time. */
const [MEASURED, AT_ONCE] = [160, 16];

/** What a language model expects: next words with their probabilities, texts at two temperatures, perplexity by place. */
export async function* exploreWords(
  model: WordLSTM,
  { parameters, data, random }: ExploreContext,
): AsyncGenerator<Artifact> {
  const texts = data as TextData;
  const prompts = choosePrompts(
    texts,
    random.fork("prompts").shuffle(Array.from({ length: texts.count }, (_, i) => i)),
  );
  const tables: string[] = [];
  for (const prompt of prompts) tables.push(await describeNextWords(model, parameters, { prompt, texts }));
  yield {
    name: "next_words",
    caption:
      `The ${TOP} likeliest next words after the beginnings of held-out texts, at temperatures 1 and 0.2`,
    content: { text: tables.join("\n") },
  };
  const written: string[] = [];
  for (const prompt of prompts.slice(0, 2)) {
    for (const temperature of TEMPERATURES) {
      const options = { count: 2, temperature, length: texts.length, vocabulary: texts.vocabulary };
      const fork = random.fork(`written/${prompt.words}/${temperature}`);
      const results = await writeTexts(model, parameters, { ...options, prompt: prompt.words, random: fork });
      written.push(`temperature ${temperature}\n\n${results.map((text) => `  ${text}`).join("\n\n")}\n`);
    }
  }
  yield {
    name: "temperatures",
    caption: "The same beginnings at two temperatures: the lower one is safe and repeats itself",
    content: { text: written.join("\n") },
  };
  yield await drawPerplexity(model, parameters, texts);
}

/** The beginning of a text. */
interface Prompt {
  words: string;
  tokens: Int32Array;
}

/** Beginnings of texts that are long enough, without words that are not known. */
function choosePrompts({ tokens, length, vocabulary }: TextData, order: readonly number[]): Prompt[] {
  const size = Math.min(PROMPT_WORDS, length - 1);
  const beginnings = order.map((i) => tokens.slice(i * length, i * length + size));
  const known = beginnings.filter((tokens) => tokens.every((token) => token > 1));
  return (known.length > 0 ? known : beginnings).slice(0, PROMPTS)
    .map((tokens) => ({ words: decodeTokens(tokens, vocabulary), tokens }));
}

/** A table of the likeliest next words. */
async function describeNextWords(
  model: WordLSTM,
  parameters: NamedTensors,
  { prompt: { words, tokens }, texts }: { prompt: Prompt; texts: TextData },
): Promise<string> {
  const logits = tf.tidy(() => {
    let state = model.blankState(1);
    let last: tf.Tensor = tf.zeros([1]);
    for (const token of tokens) {
      const read = model.read(parameters, tf.tensor1d([token], "int32"), state);
      [state, last] = [read.state, read.logits];
    }
    return last;
  });
  const columns: string[][] = [];
  for (const temperature of TEMPERATURES) {
    const shares = tf.tidy(() => logits.div(temperature).softmax());
    const values = await shares.data();
    shares.dispose();
    const top = Array.from(values, (share, token) => ({ share, token }))
      .sort((a, b) => b.share - a.share || a.token - b.token).slice(0, TOP);
    columns.push(
      top.map(({ share, token }) =>
        `${(100 * share).toFixed(1).padStart(5)} %  ${texts.vocabulary[token] || "(end)"}`
      ),
    );
  }
  logits.dispose();
  const head = TEMPERATURES.map((temperature) => `temperature ${temperature}`.padEnd(28)).join("").trimEnd();
  const rows = columns[0].map((cell, row) => `  ${cell.padEnd(28)}${columns[1][row]}`);
  return `${words} ...\n  ${head}\n${rows.join("\n")}\n`;
}

/** How hard each place of a text is to predict. */
async function drawPerplexity(model: WordLSTM, parameters: NamedTensors, texts: TextData): Promise<Artifact> {
  const { length } = texts;
  const [sums, counts] = [new Float64Array(length - 1), new Float64Array(length - 1)];
  for (let first = 0; first < Math.min(texts.count, MEASURED); first += AT_ONCE) {
    const count = Math.min(AT_ONCE, texts.count - first);
    const tokens = texts.tokens.slice(first * length, (first + count) * length);
    const surprise = tf.tidy(() => model.surprise(parameters, tf.tensor2d(tokens, [count, length], "int32")));
    const values = await surprise.data();
    surprise.dispose();
    for (let place = 0; place < length - 1; place++) {
      for (let text = 0; text < count; text++) {
        if (tokens[text * length + place + 1] === PADDING) continue;
        sums[place] += values[place * count + text];
        counts[place]++;
      }
    }
  }
  const total = (of: Float64Array) => of.reduce((sum, value) => sum + value, 0);
  const perplexity = Math.exp(total(sums) / total(counts));
  const points = [...sums].map((sum, place) => [place + 2, Math.exp(sum / counts[place])] as const);
  return {
    name: "perplexity",
    caption:
      `Perplexity of held-out words, ${
        perplexity.toFixed(1)
      } in all: among how many equally likely words it ` +
      "chooses, by their place in the text",
    content: {
      svg: lineChart({
        title: `Perplexity by place: ${perplexity.toFixed(1)} in all`,
        xLabel: "place of the word in its text",
        yLabel: "perplexity",
        logY: true,
        series: [{ name: "held-out texts", points }],
      }),
    },
  };
}

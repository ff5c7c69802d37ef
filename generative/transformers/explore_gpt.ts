import type { TextData } from "../data/dataset.ts";
import type { TextShape } from "../data/text/text_tensors.ts";
import { type Tokeniser, tokeniserOf } from "../data/text/tokeniser.ts";
import { UNKNOWN } from "../data/text/vocabulary.ts";
import type { Artifact, ExploreContext } from "../models/model.ts";
import { writeTokens } from "../models/write_tokens.ts";
import type { NamedTensors } from "../nn/parameters.ts";
import type { GPT } from "./gpt.ts";
import { headingFields } from "./headings.ts";
import { attentionHeads, attentionRows, lastAttention, nextTokens } from "./look_at_attention.ts";
import { beginningOf, readPrompt, writeTexts } from "./write_texts.ts";

/** Two sharpnesses to compare. */
const TEMPERATURES = [1, 0.5];
const [PROMPTS, PROMPT_TOKENS, TOP] = [4, 24, 5];
/** Tokens that are written where attention is looked at, and places that heads are looked at over. */
const [LOOKED, PLACES] = [12, 48];
/** Values that each field of a heading is given, and tokens that are written after it. */
const [VALUES, WRITTEN] = [3, 40];

/** What {@link exploreGPT} works with. */
export interface ExploreGPTContext extends ExploreContext {
  /** What the tokens say. */
  shape: TextShape;
  /** Whether what fills up short texts ends a text. */
  ends: boolean;
}

/**
 * What a transformer looks at and expects: attention behind each written token, heads by block, what changes with one
 * field of a heading, next tokens with their probabilities, texts at two temperatures.
 */
export async function* exploreGPT(model: GPT, context: ExploreGPTContext): AsyncGenerator<Artifact> {
  const { parameters, shape, random } = context;
  const texts = context.data as TextData;
  const tokeniser = tokeniserOf(shape);
  const beginning = readPrompt(beginningOf(shape, model.options.context - 1), shape);
  yield await drawAttention(model, parameters, { beginning, tokeniser, context });
  const order = random.fork("prompts").shuffle(Array.from({ length: texts.count }, (_, i) => i));
  const rows = order.map((i) => {
    const row = [...texts.tokens.subarray(i * texts.length, (i + 1) * texts.length)];
    const end = row.indexOf(0);
    return end < 0 ? row : row.slice(0, end);
  });
  const longest = rows.slice(0, 20).reduce((a, b) => b.length > a.length ? b : a);
  yield {
    name: "heads",
    caption:
      `What each head (column) of each block (row) looks at while it reads a held-out text: places from top to bottom ` +
      "look back at places from left to right",
    content: await attentionHeads(
      model,
      parameters,
      longest.slice(0, Math.min(PLACES, model.options.context)),
    ),
  };
  const fields = texts.headings && headingsOf(await context.learned() as TextData, tokeniser);
  if (fields) yield await describeFields(model, { fields, tokeniser, context });
  const prompts = choosePrompts(rows, Math.min(PROMPT_TOKENS, model.options.context));
  const tables: string[] = [];
  for (const prompt of prompts) tables.push(await describeNextTokens(model, parameters, prompt, tokeniser));
  yield {
    name: "next_tokens",
    caption: `The ${TOP} likeliest next tokens after the beginnings of held-out texts, at temperatures ${
      TEMPERATURES.join(" and ")
    }`,
    content: { text: tables.join("\n") },
  };
  yield await writeAtTemperatures(model, { prompts: prompts.slice(0, 2), tokeniser, context });
}

/** Beginnings of texts that are long enough, without words that are not known. */
function choosePrompts(rows: readonly number[][], size: number): number[][] {
  const known = rows.filter((row) => row.length > size && row.slice(0, size).every((token) => token > 1));
  return (known.length > 0 ? known : rows).slice(0, PROMPTS).map((row) => row.slice(0, size));
}

/** A text that is written, and what was looked at for each of its tokens. */
async function drawAttention(
  model: GPT,
  parameters: NamedTensors,
  { beginning, tokeniser, context: { random, ends } }: {
    beginning: readonly number[];
    tokeniser: Tokeniser;
    context: ExploreGPTContext;
  },
): Promise<Artifact> {
  const most = Math.min(LOOKED, model.options.context - beginning.length + 1);
  const [written] = await writeTokens(model, parameters, {
    count: 1,
    prompt: beginning,
    most,
    temperature: TEMPERATURES[1],
    forbidden: ends ? [1] : [0, 1],
    end: ends ? 0 : undefined,
    random: random.fork("attention"),
  });
  const rows = [];
  for (let end = beginning.length; end < written.length; end++) {
    const read = written.slice(0, end);
    const next = await nextTokens(model, parameters, read, { temperature: TEMPERATURES[1], top: TOP });
    rows.push({
      read: textsOf(read, tokeniser),
      weights: await lastAttention(model, parameters, read),
      next: next.map(({ token, share }) => ({ token, share, text: textOf(token, tokeniser) })),
    });
  }
  return {
    name: "attention",
    caption:
      "What is looked at before each token is written (mean of all heads and blocks, darkest the most), and the " +
      `${TOP} likeliest tokens at temperature ${TEMPERATURES[1]}`,
    content: { svg: attentionRows("What each token is written from", rows) },
  };
}

/** Headings of texts, field by field: all of the same number of fields, and of words that are known. */
function headingsOf(texts: TextData, tokeniser: Tokeniser): string[][] | undefined {
  const known = new Map<string, string[]>();
  texts.headings?.forEach((heading, n) => {
    if (known.has(heading) || tokeniser.unknown(heading).length > 0) return;
    known.set(heading, headingFields(texts, n));
  });
  const fields = [...known.values()];
  const most = Math.max(...fields.map((fields) => fields.length));
  const whole = fields.filter((fields) => fields.length === most);
  return most > 1 && whole.length > 1 ? whole : undefined;
}

/** What is expected, and written, when one field of a heading changes. */
async function describeFields(
  model: GPT,
  { fields, tokeniser, context: { parameters, random, shape, ends } }: {
    fields: readonly string[][];
    tokeniser: Tokeniser;
    context: ExploreGPTContext;
  },
): Promise<Artifact> {
  const [first] = fields;
  const told: string[] = [];
  const describe = async (heading: readonly string[], before?: Map<number, number>) => {
    const prompt = `${heading.join(" : ")} :`;
    const all = await nextTokens(model, parameters, tokeniser.encode(prompt));
    const shares = new Map(all.map(({ token, share }) => [token, share]));
    const moved = before &&
      all.reduce((sum, { token, share }) => sum + Math.abs(share - before.get(token)!), 0) / 2;
    const [text] = await writeTexts(model, parameters, {
      count: 1,
      prompt,
      most: Math.min(WRITTEN, model.options.context),
      temperature: TEMPERATURES[1],
      shape,
      ends,
      random: random.fork("fields"), // the same chance each time: only the heading differs
    });
    const likely = all.slice(0, TOP).map(({ token, share }) =>
      `${textOf(token, tokeniser).trim()} ${(100 * share).toFixed(1)} %`
    );
    const change = moved === undefined ? "" : ` (${(100 * moved).toFixed(0)} % of the probability moved)`;
    told.push(`${text}\n  next: ${likely.join(", ")}${change}\n`);
    return shares;
  };
  const before = await describe(first);
  for (let place = 0; place < first.length; place++) {
    const others = [...new Set(fields.map((heading) => heading[place]))].filter((value) =>
      value !== first[place]
    );
    for (const value of random.fork(`values/${place}`).shuffle(others).slice(0, VALUES)) {
      await describe(first.with(place, value), before);
    }
  }
  return {
    name: "fields",
    caption:
      "What is written after a heading, and after the same with one field changed, with the same chance",
    content: { text: told.join("\n") },
  };
}

/** A table of the likeliest next tokens. */
async function describeNextTokens(
  model: GPT,
  parameters: NamedTensors,
  prompt: readonly number[],
  tokeniser: Tokeniser,
): Promise<string> {
  const columns: string[][] = [];
  for (const temperature of TEMPERATURES) {
    const next = await nextTokens(model, parameters, prompt, { temperature, top: TOP });
    columns.push(
      next.map(({ token, share }) =>
        `${(100 * share).toFixed(1).padStart(5)} %  ${textOf(token, tokeniser)}`
      ),
    );
  }
  const head = TEMPERATURES.map((temperature) => `temperature ${temperature}`.padEnd(28)).join("").trimEnd();
  const rows = columns[0].map((cell, row) => `  ${cell.padEnd(28)}${columns[1][row]}`);
  return `${tokeniser.decode(prompt)} ...\n  ${head}\n${rows.join("\n")}\n`;
}

async function writeAtTemperatures(
  model: GPT,
  { prompts, tokeniser, context: { parameters, random, shape, ends } }: {
    prompts: readonly number[][];
    tokeniser: Tokeniser;
    context: ExploreGPTContext;
  },
): Promise<Artifact> {
  const written: string[] = [];
  for (const [i, tokens] of prompts.entries()) {
    const prompt = tokeniser.decode(tokens.filter((token) => token !== UNKNOWN)) || shape.vocabulary[2];
    for (const temperature of TEMPERATURES) {
      const texts = await writeTexts(model, parameters, {
        count: 2,
        prompt,
        most: model.options.context,
        temperature,
        shape,
        ends,
        random: random.fork(`written/${i}/${temperature}`),
      });
      written.push(`temperature ${temperature}\n\n${texts.map((text) => `  ${text}`).join("\n\n")}\n`);
    }
  }
  return {
    name: "temperatures",
    caption: "The same beginnings at two temperatures: the lower one is safe and repeats itself",
    content: { text: written.join("\n") },
  };
}

/** A token as it is shown. */
function textOf(token: number, tokeniser: Tokeniser): string {
  return token === 0 ? "(end)" : tokeniser.decode([token]).replaceAll("\n", "\u21b5");
}

/** Tokens as they are shown side by side. */
function textsOf(tokens: readonly number[], tokeniser: Tokeniser): string[] {
  const spaced = tokeniser.decode(tokens).includes(" ") &&
    !tokens.some((token) => tokeniser.decode([token]).startsWith(" "));
  return tokens.map((token) => textOf(token, tokeniser) + (spaced ? " " : ""));
}

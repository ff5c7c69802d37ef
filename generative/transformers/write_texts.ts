import type { RandomStream } from "../../core/random_stream.ts";
import { type TextShape } from "../data/text/text_tensors.ts";
import { tokeniserOf } from "../data/text/tokeniser.ts";
import { PAD, UNKNOWN } from "../data/text/vocabulary.ts";
import type { DrawOptions } from "../models/draw_tokens.ts";
import type { SampleEvent, WrittenToken } from "../models/model.ts";
import { describeToken } from "../models/token_shares.ts";
import { writeTokens, type WriteTokensOptions, writingTokens } from "../models/write_tokens.ts";
import type { NamedTensors } from "../nn/parameters.ts";
import type { GPT } from "./gpt.ts";

/** What {@link writeTexts} is asked for. */
export interface WriteTextsOptions extends Omit<DrawOptions, "forbidden"> {
  /** Number of texts. */
  count: number;
  /** What each begins with. */
  prompt: string;
  /** Tokens that are written behind it at most. */
  most: number;
  /** What the tokens say. */
  shape: TextShape;
  /** Whether what fills up short texts was learned, and ends a text. */
  ends: boolean;
  /** The only source of chance. */
  random: RandomStream;
  /** Hears what of the prompt is read, where that is not all. */
  onEvent?: (event: SampleEvent) => void;
}

/**
 * Goes on writing texts from a prompt; see {@link writeTokens}. What stands for unknown words is never written.
 *
 * @throws RangeError for a prompt of nothing, or with words or characters that the vocabulary lacks.
 */
export async function writeTexts(
  model: GPT,
  parameters: NamedTensors,
  options: WriteTextsOptions,
): Promise<string[]> {
  const { decode } = tokeniserOf(options.shape);
  const sequences = await writeTokens(model, parameters, tokenOptions(model, options));
  return sequences.map((tokens) => decode(tokens));
}

/**
 * The texts of {@link writeTexts} token by token, as they are written: first their prompt as one. A character of several
 * bytes comes with the last token of them.
 *
 * @throws As it does.
 */
export async function* tellTexts(
  model: GPT,
  parameters: NamedTensors,
  options: WriteTextsOptions,
): AsyncGenerator<(WrittenToken | undefined)[]> {
  const { decode } = tokeniserOf(options.shape);
  const asked = tokenOptions(model, options);
  const written = Array.from({ length: options.count }, () => ({ tokens: [...asked.prompt], told: "" }));
  const more = (sample: number, final = false): string => {
    const { tokens, told } = written[sample];
    const text = decode(tokens);
    if (!final && text.endsWith("\ufffd")) return ""; // a character of several bytes is not whole yet
    written[sample].told = text;
    return text.slice(told.length);
  };
  yield written.map((_, i) => ({ text: more(i) }));
  const textOf = (token: number) => decode([token]);
  for await (const { added, told } of writingTokens(model, parameters, { ...asked, tell: true })) {
    yield added.map((token, i) => {
      if (token === undefined || token === asked.end) return undefined;
      written[i].tokens.push(token);
      return { text: more(i), ...describeToken(told!, i, textOf) };
    });
  }
  const rest = written.map((_, i) => more(i, true));
  if (rest.some(Boolean)) yield rest.map((text) => text ? { text } : undefined);
}

/** What {@link writeTokens} is asked for, and a note where not all of the prompt is read. */
function tokenOptions(
  model: GPT,
  { prompt, shape, ends, onEvent, ...options }: WriteTextsOptions,
): WriteTokensOptions {
  const begun = readPrompt(prompt, shape);
  const { context } = model.options;
  if (begun.length > context) {
    const kept = tokeniserOf(shape).decode(begun.slice(-context)).slice(0, 40);
    onEvent?.({
      type: "note",
      text: `The prompt has ${begun.length} tokens, more than the ${context} that the model sees: ` +
        `it reads the last ${context}, from "${kept}" on`,
    });
  }
  return {
    ...options,
    prompt: begun,
    end: ends ? PAD : undefined,
    forbidden: ends ? [UNKNOWN] : [PAD, UNKNOWN],
  };
}

/** A prompt's tokens. @throws RangeError as {@link writeTexts} does. */
export function readPrompt(prompt: string, shape: TextShape): number[] {
  const { encode, unknown } = tokeniserOf(shape);
  const lacking = unknown(prompt);
  const tokens = encode(prompt);
  if (lacking.length === 0 && tokens.length > 0) return tokens;
  const what = shape.unit === "character" ? "characters" : "words";
  const got = lacking.length > 0
    ? `unknown ${lacking.slice(0, 5).map((word) => JSON.stringify(word)).join(", ")}${
      lacking.length > 5 ? ", ..." : ""
    }`
    : "none";
  throw new RangeError(
    `Cannot continue the prompt ${
      JSON.stringify(prompt.slice(0, 60))
    }: expected ${what} of the training data, got ${got}`,
  );
}

/**
 * How texts begin where nothing is asked for: what the data say or, as far as the vocabulary lacks words of that, the rest
 * of it; else its most frequent token.
 */
export function beginningOf(shape: TextShape, room: number): string {
  const { encode, decode } = tokeniserOf(shape);
  const known = encode(shape.beginning ?? "").filter((token) => token !== UNKNOWN).slice(0, room);
  const frequent = shape.unit === "bytePair" ? 2 + 256 : 2;
  return decode(known.length > 0 ? known : [Math.min(frequent, shape.vocabulary.length - 1)]);
}

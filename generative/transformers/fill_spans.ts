import * as tf from "@tensorflow/tfjs";
import type { RandomStream } from "../../core/random_stream.ts";
import type { TextShape } from "../data/text/text_tensors.ts";
import { tokeniserOf } from "../data/text/tokeniser.ts";
import { PAD, UNKNOWN } from "../data/text/vocabulary.ts";
import type { DrawOptions } from "../models/draw_tokens.ts";
import { writeTokens } from "../models/write_tokens.ts";
import type { AttentionCache } from "../nn/attention_cache.ts";
import type { NamedTensors } from "../nn/parameters.ts";
import { mendSpans } from "./corrupt_spans.ts";
import { readBlanks } from "./fill_blanks.ts";
import type { TextToText } from "./text_to_text.ts";

/** What {@link fillSpans} is asked for. */
export interface FillSpansOptions extends Omit<DrawOptions, "forbidden"> {
  /** Number of answers. */
  count: number;
  /** A text with a sentinel for each span, in order. */
  input: readonly number[];
  /** The only source of chance. */
  random: RandomStream;
}

/** Writes what stands in the places of sentinels: answers, each up to its end. */
export async function fillSpans(
  model: TextToText,
  parameters: NamedTensors,
  { count, input, random, ...draw }: FillSpansOptions,
): Promise<number[][]> {
  const { answer, sentinels } = model.options;
  const isSentinel = (token: number) => token >= model.sentinel && token < model.sentinel + sentinels;
  const end = model.sentinel + input.filter(isSentinel).length;
  const read = tf.tidy(() => {
    const rows = tf.tensor2d(Array.from({ length: count }, () => [...input]), [count, input.length], "int32");
    return { input: rows, context: model.encode(parameters, rows) };
  });
  try {
    const written = await writeTokens<AttentionCache[]>(
      {
        options: { context: answer },
        emptyCache: (batch) => model.emptyCache(batch),
        step: (parameters, tokens, cache, position) =>
          model.step(parameters, tokens, { ...read, cache, position }),
      },
      parameters,
      // every answer begins with the first sentinel
      {
        ...draw,
        count,
        random,
        prompt: [PAD, model.sentinel],
        most: answer - 1,
        end,
        forbidden: [PAD, UNKNOWN],
      },
    );
    return written.map((tokens) => {
      const told = tokens.slice(1);
      return told.includes(end) ? told.slice(0, told.indexOf(end)) : told;
    });
  } finally {
    tf.dispose(read);
  }
}

/** What {@link fillText} is asked for. */
export interface FillTextOptions extends Omit<FillSpansOptions, "input"> {
  /** The text with its blanks. */
  prompt: string;
  /** What the tokens say. */
  shape: TextShape;
}

/**
 * Fills the blanks of a text, each with as many words as it takes.
 *
 * @throws RangeError as `fillBlanks` does, or for more blanks than there are sentinels.
 */
export async function fillText(
  model: TextToText,
  parameters: NamedTensors,
  { prompt, shape, ...options }: FillTextOptions,
): Promise<string[]> {
  const { sentinels } = model.options;
  const { sentinel } = model;
  let blanks = 0;
  const input = readBlanks(prompt, { shape, blank: sentinel }).map((token) =>
    token === sentinel ? token + blanks++ : token
  );
  if (blanks >= sentinels) {
    throw new RangeError(`Cannot fill the blanks: expected ${sentinels - 1} at most, got ${blanks}`);
  }
  const { decode } = tokeniserOf(shape);
  const answers = await fillSpans(model, parameters, { ...options, input });
  return answers.map((target) => decode(mendSpans({ input, target }, { sentinel, sentinels })));
}

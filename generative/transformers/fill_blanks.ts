import * as tf from "@tensorflow/tfjs";
import type { RandomStream } from "../../core/random_stream.ts";
import type { TextShape } from "../data/text/text_tensors.ts";
import { tokeniserOf } from "../data/text/tokeniser.ts";
import { PAD, UNKNOWN } from "../data/text/vocabulary.ts";
import { type DrawOptions, drawTokens } from "../models/draw_tokens.ts";
import type { NamedTensors } from "../nn/parameters.ts";
import { compile, disposeTree, seedTensor } from "../runtime/mod.ts";
import type { MaskedWords } from "./masked_words.ts";

/** What stands for a blank in a prompt. */
export const BLANK = "____";

/** What {@link fillBlanks} is asked for. */
export interface FillOptions extends Omit<DrawOptions, "forbidden"> {
  /** Number of texts. */
  count: number;
  /** The text with its blanks. */
  prompt: string;
  /** What the tokens say. */
  shape: TextShape;
  /** The only source of chance. */
  random: RandomStream;
}

/**
 * Fills the blanks of a text from left to right, each drawn from what is expected of it between all that stands there.
 *
 * @throws RangeError for a prompt without a blank, longer than the model's texts, or with words that are not known.
 */
export async function fillBlanks(
  model: MaskedWords,
  parameters: NamedTensors,
  { count, prompt, shape, random, ...draw }: FillOptions,
): Promise<string[]> {
  const begun = readBlanks(prompt, { shape, blank: model.blank });
  const { context } = model.options;
  const rows = Array.from({ length: count }, () => [...begun, ...Array(context - begun.length).fill(PAD)]);
  const step = compile(
    (inputs: { parameters: NamedTensors; tokens: tf.Tensor; place: tf.Tensor; seed: tf.Tensor }) => {
      const states = inputs.place.expandDims(1).matMul(model.encode(inputs.parameters, inputs.tokens));
      const logits = model.guess(inputs.parameters, states).squeeze([1]);
      const forbidden = [PAD, UNKNOWN, model.blank];
      return drawTokens(logits, inputs.seed, { ...draw, forbidden });
    },
    { name: "fill a blank" },
  );
  try {
    for (const [place, token] of begun.entries()) {
      if (token !== model.blank) continue;
      const inputs = {
        tokens: tf.tensor2d(rows, [count, context], "int32"),
        place: tf.tidy(() => tf.oneHot(tf.fill([count], place, "int32") as tf.Tensor1D, context).toFloat()),
        seed: seedTensor(random.fork(place).seedPair()),
      };
      const drawn = await step.run({ parameters, ...inputs });
      const tokens = await drawn.data();
      rows.forEach((row, i) => row[place] = tokens[i]);
      disposeTree([inputs, drawn]);
    }
  } finally {
    step.dispose();
  }
  const { decode } = tokeniserOf(shape);
  return rows.map(decode);
}

/** A prompt's tokens, the blanks among them. @throws RangeError as {@link fillBlanks} does. */
export function readBlanks(prompt: string, { shape, blank }: { shape: TextShape; blank: number }): number[] {
  const { encode, unknown } = tokeniserOf(shape);
  const refuse = (wanted: string, got: string) =>
    new RangeError(
      `Cannot fill the blanks of ${JSON.stringify(prompt.slice(0, 60))}: expected ${wanted}, got ${got}`,
    );
  const parts = prompt.split(BLANK);
  if (parts.length < 2) throw refuse(`a blank, written ${BLANK}`, "none");
  const lacking = parts.flatMap(unknown);
  if (lacking.length > 0) {
    throw refuse(
      "words of the training data",
      `unknown ${lacking.map((word) => JSON.stringify(word)).join(", ")}`,
    );
  }
  const tokens = parts.flatMap((part, i) => i === 0 ? encode(part) : [blank, ...encode(part)]);
  if (tokens.length > shape.length) throw refuse(`${shape.length} tokens at most`, String(tokens.length));
  return tokens;
}

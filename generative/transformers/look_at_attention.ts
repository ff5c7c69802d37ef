import * as tf from "@tensorflow/tfjs";
import {
  CHART_COLORS,
  CHART_MARGIN,
  chartPicture,
  chartStyle,
  escapeXml,
  roundPlace,
} from "../../core/pictures/chart_parts.ts";
import { contactSheet } from "../../core/pictures/contact_sheet.ts";
import type { Picture } from "../../core/pictures/picture.ts";
import type { TextShape } from "../data/text/text_tensors.ts";
import { tokeniserOf } from "../data/text/tokeniser.ts";
import { PAD, UNKNOWN } from "../data/text/vocabulary.ts";
import type { TextAttention } from "../models/model.ts";
import type { NamedTensors } from "../nn/parameters.ts";
import type { GPT } from "./gpt.ts";
import { readPrompt } from "./write_texts.ts";

/** A token that may come next. */
export interface NextToken {
  /** Which. */
  token: number;
  /** Its probability. */
  share: number;
}

/** The likeliest tokens after a text. @param tokens Those of the text; the last ones that the context holds are read. */
export async function nextTokens(
  model: GPT,
  parameters: NamedTensors,
  tokens: readonly number[],
  { temperature = 1, top = model.options.vocabulary }: { temperature?: number; top?: number } = {},
): Promise<NextToken[]> {
  const read = tokens.slice(-model.options.context);
  const shares = tf.tidy(() =>
    model.apply(parameters, tf.tensor2d([read], [1, read.length], "int32"))
      .slice([0, read.length - 1, 0], [1, 1, -1]).div(temperature).softmax()
  );
  const values = await shares.data();
  shares.dispose();
  return Array.from(values, (share, token) => ({ share, token }))
    .sort((a, b) => b.share - a.share || a.token - b.token).slice(0, top);
}

/** One row of {@link attentionRows}. */
export interface AttentionRow {
  /** The texts of the tokens that were read, in order. */
  read: readonly string[];
  /** How much each was looked at, 0 or more. */
  weights: ArrayLike<number>;
  /** What came next, the likeliest first. */
  next: readonly (NextToken & { text: string })[];
}

/**
 * How much the last place looks at each one, head by head.
 *
 * @param tokens No more than the context holds, N.
 * @returns `[H, N]` of each block; each head's shares add up to 1.
 */
export async function headAttention(
  model: GPT,
  parameters: NamedTensors,
  tokens: readonly number[],
): Promise<Float32Array[]> {
  const count = tokens.length;
  const blocks = tf.tidy(() =>
    model.attention(parameters, tf.tensor2d([[...tokens]], [1, count], "int32"))
      .map((block) => block.slice([0, 0, count - 1, 0], [1, -1, 1, count]))
  );
  const weights = await Promise.all(blocks.map((block) => block.data()));
  tf.dispose(blocks);
  return weights as Float32Array[];
}

/**
 * How much the last place looks at each one, a mean over blocks and heads.
 *
 * @param tokens No more than the context holds.
 * @returns As many shares as tokens; they add up to 1.
 */
export async function lastAttention(
  model: GPT,
  parameters: NamedTensors,
  tokens: readonly number[],
): Promise<Float32Array> {
  const blocks = await headAttention(model, parameters, tokens);
  const mean = new Float32Array(tokens.length);
  const heads = blocks.length * model.options.heads;
  for (const block of blocks) {
    block.forEach((weight, i) => mean[i % mean.length] += weight / heads);
  }
  return mean;
}

/** Tokens that {@link attendText} tells of those to come. */
const NEXT = 8;

/**
 * What is looked at before the token behind a text is chosen, and the likeliest of those that can be written.
 *
 * @param options What the tokens say, and whether what fills up short texts ends a text.
 * @throws RangeError as `readPrompt` does.
 */
export async function attendText(
  model: GPT,
  parameters: NamedTensors,
  text: string,
  { shape, ends }: { shape: TextShape; ends: boolean },
): Promise<TextAttention> {
  const { decode } = tokeniserOf(shape);
  const tokens = readPrompt(text, shape).slice(-model.options.context);
  const until = tokens.map((_, i) => decode(tokens.slice(0, i + 1)));
  const read = until.at(-1)!;
  const likely = await nextTokens(model, parameters, tokens, { top: NEXT + 2 });
  const next = likely.filter(({ token }) => token !== UNKNOWN && (ends || token !== PAD)).slice(0, NEXT);
  return {
    tokens: until.map((text, i) => text.slice(until[i - 1]?.length ?? 0)),
    layers: await headAttention(model, parameters, tokens),
    next: next.map(({ token, share }) => ({
      text: token === PAD ? undefined : decode([...tokens, token]).slice(read.length),
      probability: share,
    })),
  };
}

const [ROW, LETTER, WIDTH] = [26, 8.2, 900];

/**
 * A text as it was written, a token a row: what was read, in full colour where it was looked at most, and the likeliest
 * tokens that could have come next with their percentages.
 */
export function attentionRows(title: string, rows: readonly AttentionRow[]): string {
  const style = chartStyle((mode) => `.seen{fill:${CHART_COLORS[0][mode]}}.next{font-weight:600}`) +
    "text{font-family:ui-monospace,monospace;white-space:pre}.title{font-family:system-ui,sans-serif}";
  const marks: string[] = [];
  let y = CHART_MARGIN.top + 16;
  for (const { read, weights, next } of rows) {
    const most = Math.max(1e-12, ...Array.from(weights));
    let x = 24;
    for (const [i, text] of read.entries()) {
      const shown = text.replaceAll("\n", "\u21b5");
      const width = [...shown].length * LETTER;
      if (x + width > WIDTH - 24 && x > 24) [x, y] = [24, y + ROW];
      marks.push(
        `<rect class="seen" x="${roundPlace(x)}" y="${y - 15}" width="${
          roundPlace(width)
        }" height="20" fill-opacity="${roundPlace(0.8 * weights[i] / most)}"><title>${
          escapeXml(`${shown}: ${(100 * weights[i]).toFixed(1)} %`)
        }</title></rect>`,
        `<text x="${roundPlace(x)}" y="${y}" textLength="${roundPlace(width)}">${escapeXml(shown)}</text>`,
      );
      x += width;
    }
    y += ROW;
    const told = next.map(({ text, share }) =>
      `${text.replaceAll("\n", "\u21b5")} ${(100 * share).toFixed(1)} %`
    );
    marks.push(`<text class="next" x="48" y="${y}">${escapeXml(told.join("   "))}</text>`);
    y += ROW + 8;
  }
  return chartPicture({ title, width: WIDTH, height: y, style }, marks);
}

/**
 * What each head looks at: a row a block, a column a head; in each, places from top to bottom look at places from left to
 * right, the brighter the more.
 *
 * @param tokens No more than the context holds.
 */
export async function attentionHeads(
  model: GPT,
  parameters: NamedTensors,
  tokens: readonly number[],
): Promise<Picture> {
  const count = tokens.length;
  const { heads } = model.options;
  const blocks = tf.tidy(() =>
    tf.stack(model.attention(parameters, tf.tensor2d([[...tokens]], [1, count], "int32")))
      .reshape([-1, count, count])
  );
  const values = await blocks.data();
  blocks.dispose();
  const pictures = Array.from({ length: values.length / count ** 2 }, (_, n): Picture => {
    const data = new Uint8Array(count * count * 3);
    for (let row = 0; row < count; row++) {
      const weights = values.subarray((n * count + row) * count, (n * count + row + 1) * count);
      const most = Math.max(...weights);
      weights.forEach((weight, column) => {
        const shade = Math.round(255 * Math.sqrt(weight / most));
        data.fill(shade, (row * count + column) * 3, (row * count + column) * 3 + 3);
      });
    }
    return { width: count, height: count, data };
  });
  return contactSheet(pictures, heads, { scale: Math.max(1, Math.floor(128 / count)) });
}

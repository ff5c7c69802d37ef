import * as tf from "@tensorflow/tfjs";
import { contactSheet } from "../../core/pictures/contact_sheet.ts";
import type { Picture } from "../../core/pictures/picture.ts";
import { frameTensor } from "../../generative/data/picture_tensors.ts";
import type { NamedTensors } from "../../generative/nn/parameters.ts";
import type { Drive } from "../trainable_world_model.ts";
import type { Iris } from "./iris.ts";
import { CODES_A_FRAME, CODES_ACROSS, type Tokenizer } from "./tokenizer.ts";

/** Pixels of a side of a frame, and of a code's square. */
const SIDE = 64, SQUARE = SIDE / CODES_ACROSS;

/** Every code as the square that it draws inside of a frame of nothing else, in the order of their numbers. */
export function codebookPicture(tokenizer: Tokenizer, parameters: NamedTensors): Picture {
  const { codes } = tokenizer.options;
  const pixels = tf.tidy(() => {
    const all = tf.range(0, codes, 1, "int32").expandDims(1).tile([1, CODES_A_FRAME]);
    const frames = tokenizer.decode(parameters, tokenizer.quantiser.decode(parameters, all));
    return frames.slice([0, SQUARE, SQUARE, 0], [-1, SQUARE, SQUARE, -1]).mul(255).round().dataSync();
  });
  const size = SQUARE * SQUARE * 3;
  const squares = Array.from({ length: codes }, (_, code) => ({
    width: SQUARE,
    height: SQUARE,
    data: Uint8Array.from(pixels.subarray(code * size, (code + 1) * size)),
  }));
  return contactSheet(squares, Math.ceil(Math.sqrt(codes)), { scale: 2 });
}

/**
 * What the last decision of a drive looks at as the next frame is foreseen: the frames within the window of attention, and
 * below them the same once for each block, the brighter, the more its heads look there.
 */
export function attentionPicture(
  { iris, tokenizer }: { iris: Iris; tokenizer: Tokenizer },
  parameters: NamedTensors,
  { frames, actions }: Drive,
): Picture {
  const { window, actionSize, heads } = iris.config;
  const length = SIDE * SIDE * 3;
  const shown = Math.min(window, frames.length / length);
  const seen = frames.subarray(frames.length - shown * length);
  const blocks = tf.tidy(() => {
    const codes = tokenizer.encode(parameters, frameTensor(seen, [shown, SIDE, SIDE, 3])).expandDims(0);
    const taken = tf.tensor(actions.slice(actions.length - shown * actionSize), [1, shown, actionSize]);
    const sequences = { codes, actions: taken, firsts: tf.zeros([1, shown]) };
    return iris.transformer.attention(parameters, sequences).map((weights) => {
      const tokens = weights.shape[3]!;
      return weights.slice([0, 0, tokens - 1, 0], [1, heads, 1, tokens]).mean([0, 1, 2]).dataSync();
    });
  });
  const picture = (t: number, light: (x: number, y: number) => number): Picture => ({
    width: SIDE,
    height: SIDE,
    data: seen.slice(t * length, (t + 1) * length).map((value, i) => {
      const pixel = Math.floor(i / 3);
      return value * light(pixel % SIDE, Math.floor(pixel / SIDE));
    }),
  });
  const times = Array.from({ length: shown }, (_, t) => t);
  const lit = blocks.flatMap((weights) => {
    const at = (t: number, code: number) => weights[t * (CODES_A_FRAME + 1) + code];
    const most = Math.max(
      ...times.flatMap((t) => Array.from({ length: CODES_A_FRAME }, (_, code) => at(t, code))),
    );
    return times.map((t) =>
      picture(t, (x, y) => at(t, CODES_ACROSS * Math.floor(y / SQUARE) + Math.floor(x / SQUARE)) / most)
    );
  });
  return contactSheet([...times.map((t) => picture(t, () => 1)), ...lit], shown, { scale: 2 });
}

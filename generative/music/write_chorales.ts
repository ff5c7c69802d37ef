import * as tf from "@tensorflow/tfjs";
import {
  BEAT_WORDS,
  FERMATA_WORDS,
  GRID_END,
  GRID_START,
  GRID_WORDS,
  type VoiceGrid,
} from "../data/music/voice_grid.ts";
import { VOICES } from "../data/music/voices.ts";
import { type DrawOptions, drawTokens } from "../models/draw_tokens.ts";
import { type BlockWriter, type WriteInBlocksOptions, writeSequences } from "../models/write_in_blocks.ts";
import type { AttentionCache } from "../nn/attention_cache.ts";
import { gatherRows } from "../nn/embedding.ts";
import type { NamedTensors } from "../nn/parameters.ts";
import type { ChoraleTransformer } from "./chorale_transformer.ts";

/** What is given of a chorale before it is written. */
export interface ChoralePlan extends Pick<VoiceGrid, "beats" | "fermatas"> {
  /** The soprano's word at each step, `[steps]`; the other voices are written to it. @default it is written as well */
  soprano?: readonly string[];
}

/** What {@link writeChorales} is asked for. */
export interface WriteChoralesOptions
  extends Omit<DrawOptions, "forbidden">, Pick<WriteInBlocksOptions, "count" | "random" | "block"> {
  /** What is given of all of them. */
  plan: ChoralePlan;
}

const wordToken = (word: string) => GRID_WORDS.indexOf(word);
/** Padding, what is not known, and both ends of a piece are never drawn: the plan says how long it is. */
const FORBIDDEN = [0, 1, wordToken(GRID_START), wordToken(GRID_END)];

/**
 * Writes chorales step by step, in each from the soprano to the bass; a given soprano is read instead of drawn.
 *
 * @returns The words of each, `[4 steps]`.
 */
export async function writeChorales(
  model: ChoraleTransformer,
  parameters: NamedTensors,
  { count, plan, random, block, ...draw }: WriteChoralesOptions,
): Promise<string[][]> {
  // The first step is START in every voice.
  const steps = [undefined, ...plan.beats.keys()];
  const places = steps.flatMap((step) => VOICES.map((_, voice) => ({ step, voice })));
  const given = places.map(({ step, voice }) => {
    if (step === undefined) return [wordToken(GRID_START)];
    return voice === 0 && plan.soprano ? [wordToken(plan.soprano[step])] : undefined;
  });
  const ofPlaces = (tokenOf: (step?: number) => number) =>
    tf.tensor1d(places.map(({ step }) => tokenOf(step)), "int32");
  const told = {
    beats: ofPlaces((step) => BEAT_WORDS.indexOf(step === undefined ? "none" : plan.beats[step])),
    fermatas: ofPlaces((step) =>
      FERMATA_WORDS.indexOf(step !== undefined && plan.fermatas[step] ? "yes" : "no")
    ),
  };
  const writer: BlockWriter<AttentionCache[]> = {
    begin: (count) => model.emptyCache(count),
    next(token, cache, { position, seed }) {
      const place = position.add(tf.scalar(1, "int32")) as tf.Tensor1D;
      const next = {
        beats: gatherRows(told.beats, place),
        fermatas: gatherRows(told.fermatas, place),
        position,
      };
      const stepped = model.step(parameters, token.squeeze([1]), cache, next);
      const drawn = drawTokens(stepped.logits, seed, { ...draw, forbidden: FORBIDDEN });
      return { token: drawn.expandDims(1), state: stepped.cache };
    },
  };
  try {
    const options = { count, given, length: places.length, random, block };
    const written = await writeSequences(writer, options);
    return written.map((tokens) => tokens.slice(VOICES.length).map(([token]) => GRID_WORDS[token]));
  } finally {
    tf.dispose(told);
  }
}

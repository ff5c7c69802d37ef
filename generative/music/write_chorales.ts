import * as tf from "@tensorflow/tfjs";
import type { RandomStream } from "../../core/random_stream.ts";
import {
  BEAT_WORDS,
  FERMATA_WORDS,
  GRID_END,
  GRID_START,
  GRID_WORDS,
  type VoiceGrid,
} from "../data/music/voice_grid.ts";
import { VOICES } from "../data/music/voices.ts";
import type { AttentionCache } from "../nn/attention_cache.ts";
import type { NamedTensors } from "../nn/parameters.ts";
import { compile, disposeTree, seedTensor } from "../runtime/mod.ts";
import { type DrawOptions, drawTokens } from "../transformers/draw_tokens.ts";
import type { ChoraleTransformer } from "./chorale_transformer.ts";

/** What is given of a chorale before it is written. */
export interface ChoralePlan extends Pick<VoiceGrid, "beats" | "fermatas"> {
  /** The soprano's word at each step, `[steps]`; the other voices are written to it. @default it is written as well */
  soprano?: readonly string[];
}

/** What {@link writeChorales} is asked for. */
export interface WriteChoralesOptions extends Omit<DrawOptions, "forbidden"> {
  /** Number of chorales, written side by side. */
  count: number;
  /** What is given of all of them. */
  plan: ChoralePlan;
  /** The only source of chance. */
  random: RandomStream;
}

const V = VOICES.length;
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
  { count, plan, random, ...draw }: WriteChoralesOptions,
): Promise<string[][]> {
  const step = compile(
    (
      { parameters, words, cache, given, seed, ...next }: {
        parameters: NamedTensors;
        words: tf.Tensor;
        cache: AttentionCache[];
        beats: tf.Tensor;
        fermatas: tf.Tensor;
        position: tf.Tensor;
        given: tf.Tensor;
        seed: tf.Tensor;
      },
    ) => {
      const stepped = model.step(parameters, words, cache, next);
      const drawn = drawTokens(stepped.logits, seed, { ...draw, forbidden: FORBIDDEN });
      const isGiven = given.greaterEqual(tf.scalar(0, "int32"));
      return { words: tf.where(isGiven, given, drawn.toInt()), cache: stepped.cache };
    },
    { name: "next voice" },
  );
  const start = wordToken(GRID_START);
  const written = Array.from({ length: count }, () => [] as number[]);
  const fill = (value: number) => tf.fill([count], value, "int32");
  let words: tf.Tensor = fill(start);
  let cache = tf.tidy(() =>
    model.emptyCache(count) as unknown as tf.TensorContainer
  ) as unknown as AttentionCache[];
  try {
    // The first step is START in every voice, and the last one of the plan needs no successor.
    for (let place = 0; place + 1 < V * (plan.beats.length + 1); place++) {
      const [next, voice] = [Math.floor((place + 1) / V) - 1, (place + 1) % V];
      const given = next < 0 ? start : voice === 0 && plan.soprano ? wordToken(plan.soprano[next]) : -1;
      const inputs = {
        beats: fill(BEAT_WORDS.indexOf(next < 0 ? "none" : plan.beats[next])),
        fermatas: fill(FERMATA_WORDS.indexOf(next >= 0 && plan.fermatas[next] ? "yes" : "no")),
        position: fill(place),
        given: fill(given),
        seed: seedTensor(random.fork(place).seedPair()),
      };
      const stepped = await step.run({ parameters, words, cache, ...inputs });
      disposeTree([inputs, cache, words]);
      ({ words, cache } = stepped);
      if (next < 0) continue;
      const values = await words.data();
      written.forEach((tokens, i) => tokens.push(values[i]));
    }
  } finally {
    disposeTree([cache, words]);
    step.dispose();
  }
  return written.map((tokens) => tokens.map((token) => GRID_WORDS[token]));
}

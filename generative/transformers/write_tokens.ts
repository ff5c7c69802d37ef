import * as tf from "@tensorflow/tfjs";
import type { RandomStream } from "../../core/random_stream.ts";
import type { AttentionCache } from "../nn/attention_cache.ts";
import type { NamedTensors } from "../nn/parameters.ts";
import { compile, disposeTree, seedTensor } from "../runtime/mod.ts";
import { type DrawOptions, drawTokens } from "./draw_tokens.ts";

/** What goes on writing token by token: a {@link GPT} is one. */
export interface TokenWriter {
  /** Its sizes: the places that it sees at most. */
  readonly options: { readonly context: number };
  /** Caches that hold nothing yet, of all places of the context. */
  emptyCache(batch: number): AttentionCache[];
  /** What is expected after the next tokens, see `GPT.step`. */
  step(
    parameters: NamedTensors,
    tokens: tf.Tensor,
    cache: readonly AttentionCache[],
    position: tf.Tensor,
  ): { logits: tf.Tensor; cache: AttentionCache[] };
}

/** What {@link writeTokens} is asked for. */
export interface WriteTokensOptions extends DrawOptions {
  /** Number of sequences, written side by side. */
  count: number;
  /** What each begins with, one token at least. */
  prompt: readonly number[];
  /** Tokens that are written behind it at most. */
  most: number;
  /** The token that ends a sequence, which is filled up with it. @default none */
  end?: number;
  /** The only source of chance. */
  random: RandomStream;
  /** Hears of each token as it is written. */
  onToken?: (sequence: number, token: number) => void;
}

/**
 * Goes on writing from a prompt: each token costs one step, because keys and values of those before it are kept. When
 * the context is full, the older half is forgotten and the other half read again, for positions move with it.
 *
 * @returns The sequences, the prompt in front.
 * @throws RangeError for a prompt without a token.
 */
export async function writeTokens(
  model: TokenWriter,
  parameters: NamedTensors,
  { count, prompt, most, end, random, onToken, ...draw }: WriteTokensOptions,
): Promise<number[][]> {
  if (prompt.length === 0) {
    throw new RangeError("Cannot continue the prompt: expected one token at least, got none");
  }
  const { context } = model.options;
  const step = compile(
    (
      { parameters, tokens, cache, position, seed }: {
        parameters: NamedTensors;
        tokens: tf.Tensor;
        cache: AttentionCache[];
        position: tf.Tensor;
        seed: tf.Tensor;
      },
    ) => {
      const next = model.step(parameters, tokens, cache, position);
      return { drawn: drawTokens(next.logits.squeeze([1]), seed, draw), cache: next.cache };
    },
    { name: "next token" },
  );
  const emptyCache = () =>
    tf.tidy(() => model.emptyCache(count) as unknown as tf.TensorContainer) as unknown as AttentionCache[];
  const sequences = Array.from({ length: count }, () => [...prompt]);
  let first = Math.max(0, prompt.length - context); // of the tokens in the cache
  let cache = emptyCache();
  try {
    for (let place = first; sequences[0].length < prompt.length + most; place++) {
      if (place - first === context) {
        first += Math.ceil(context / 2);
        place = first;
        disposeTree(cache);
        cache = emptyCache();
      }
      const tokens = tf.tensor2d(sequences.map((sequence) => sequence[place]), [count, 1], "int32");
      const position = tf.fill([count], place - first, "int32");
      const seed = seedTensor(random.fork(place).seedPair());
      const next = await step.run({ parameters, tokens, cache, position, seed });
      disposeTree([tokens, position, seed, cache]);
      cache = next.cache;
      const drawn = await next.drawn.data();
      next.drawn.dispose();
      if (place + 1 < sequences[0].length) continue; // still reading
      sequences.forEach((sequence, i) => {
        const ended = end !== undefined && sequence.length > prompt.length && sequence.at(-1) === end;
        sequence.push(ended ? end : drawn[i]);
        if (!ended) onToken?.(i, drawn[i]);
      });
      if (end !== undefined && sequences.every((sequence) => sequence.at(-1) === end)) break;
    }
  } finally {
    disposeTree(cache);
    step.dispose();
  }
  return sequences;
}

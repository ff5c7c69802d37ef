import * as tf from "@tensorflow/tfjs";
import type { RandomStream } from "../../core/random_stream.ts";
import type { AttentionCache } from "../nn/attention_cache.ts";
import { readTokenShares, type TokenShares, tokenShares } from "../models/token_shares.ts";
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
}

/** What came of a step of {@link writingTokens}. */
export interface TokenStep {
  /** The newest token of each sequence, `[count]`; undefined where it had ended. */
  added: (number | undefined)[];
  /** How probable each was, where that was asked for. */
  told?: TokenShares;
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
  options: WriteTokensOptions,
): Promise<number[][]> {
  const sequences = Array.from({ length: options.count }, () => [...options.prompt]);
  for await (const { added } of writingTokens(model, parameters, options)) {
    sequences.forEach((sequence, i) => sequence.push(added[i] ?? options.end!));
  }
  return sequences;
}

/**
 * The tokens of {@link writeTokens} one by one, as they are written. Who leaves early ends the work.
 *
 * @throws As it does.
 */
export async function* writingTokens(
  model: TokenWriter,
  parameters: NamedTensors,
  { count, prompt, most, end, random, tell = false, ...draw }: WriteTokensOptions & {
    /** Whether to tell how probable each token was, which costs some time. @default false */
    tell?: boolean;
  },
): AsyncGenerator<TokenStep> {
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
      const logits = next.logits.squeeze([1]);
      const drawn = drawTokens(logits, seed, draw);
      return { drawn, told: tell ? tokenShares(logits, drawn) : undefined, cache: next.cache };
    },
    { name: "next token" },
  );
  const emptyCache = () =>
    tf.tidy(() => model.emptyCache(count) as unknown as tf.TensorContainer) as unknown as AttentionCache[];
  const sequences = Array.from({ length: count }, () => [...prompt]);
  const hasEnded = (sequence: number[]) =>
    end !== undefined && sequence.length > prompt.length && sequence.at(-1) === end;
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
      const reading = place + 1 < sequences[0].length;
      const drawn = reading ? [] : await next.drawn.data();
      const told = reading || !next.told ? undefined : await readTokenShares(next.told);
      disposeTree([next.drawn, next.told]);
      if (reading) continue;
      const added = sequences.map((sequence, i) => hasEnded(sequence) ? undefined : drawn[i]);
      sequences.forEach((sequence, i) => sequence.push(added[i] ?? end!));
      yield { added, told };
      if (sequences.every(hasEnded)) break;
    }
  } finally {
    disposeTree(cache);
    step.dispose();
  }
}

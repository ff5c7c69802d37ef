import * as tf from "@tensorflow/tfjs";
import type { NamedTensors } from "../nn/parameters.ts";
import type { TreeLike } from "../runtime/mod.ts";
import { type DrawOptions, drawTokens } from "./draw_tokens.ts";
import type { TokenShares } from "./token_shares.ts";
import {
  type BlockWriter,
  writeInBlocks,
  type WriteInBlocksOptions,
  writeSequences,
} from "./write_in_blocks.ts";

/** What goes on writing token by token: a `GPT` is one. */
export interface TokenWriter<State extends TreeLike> {
  /** Its sizes: the tokens that are told apart, where it can tell their shares, and the places that it sees at most. */
  readonly options: { readonly vocabulary?: number; readonly context?: number };
  /** What it remembers before the first token. */
  emptyCache(batch: number): State;
  /** What is expected after the next tokens, `[B, 1]`: logits `[B, 1, V]`, see `GPT.step`. */
  step(
    parameters: NamedTensors,
    tokens: tf.Tensor,
    cache: State,
    position: tf.Tensor,
  ): { logits: tf.Tensor; cache: State };
}

/** What {@link writeTokens} is asked for. */
export interface WriteTokensOptions
  extends DrawOptions, Pick<WriteInBlocksOptions, "count" | "random" | "block"> {
  /** What each begins with, one token at least. */
  prompt: readonly number[];
  /** Tokens that are written behind it at most. */
  most: number;
  /** The token that ends a sequence. @default none */
  end?: number;
}

/** What came of a step of {@link writingTokens}. */
export interface TokenStep {
  /** The newest token of each sequence, `[count]`; undefined where it had ended. */
  added: (number | undefined)[];
  /** How probable each was, where that was asked for. */
  told?: TokenShares;
}

/**
 * Goes on writing from a prompt: each token costs one step, because what the model made of those before it is kept. When
 * the context is full, the older half is forgotten and the other half read again, for positions move with it.
 *
 * @returns The sequences, the prompt in front, each up to its end.
 * @throws RangeError for a prompt without a token.
 */
export async function writeTokens<State extends TreeLike>(
  model: TokenWriter<State>,
  parameters: NamedTensors,
  options: WriteTokensOptions,
): Promise<number[][]> {
  const sequences = await writeSequences(drawingWriter(model, parameters, options), inBlocks(options));
  return sequences.map((tokens) => tokens.flat());
}

/**
 * The tokens of {@link writeTokens} one by one, as they are written. Who leaves early ends the work.
 *
 * @throws As it does.
 */
export async function* writingTokens<State extends TreeLike>(
  model: TokenWriter<State>,
  parameters: NamedTensors,
  { tell, ...options }: WriteTokensOptions & {
    /** Whether to tell how probable each token was, which costs some time. @default false */
    tell?: boolean;
  },
): AsyncGenerator<TokenStep> {
  const writer = drawingWriter(model, parameters, options);
  for await (const { added, told } of writeInBlocks(writer, { ...inBlocks(options), tell })) {
    yield { added: added.map((token) => token?.[0]), told };
  }
}

/** Draws tokens of what a model expects. */
function drawingWriter<State extends TreeLike>(
  model: TokenWriter<State>,
  parameters: NamedTensors,
  draw: DrawOptions,
): BlockWriter<State> {
  return {
    ...model.options,
    begin: (count) => model.emptyCache(count),
    next(token, cache, { position, seed }) {
      const next = model.step(parameters, token, cache, position);
      const logits = next.logits.squeeze([1]);
      return { token: drawTokens(logits, seed, draw).expandDims(1), state: next.cache, logits };
    },
  };
}

function inBlocks({ count, prompt, most, end, random, block }: WriteTokensOptions): WriteInBlocksOptions {
  if (prompt.length === 0) {
    throw new RangeError("Cannot continue the prompt: expected one token at least, got none");
  }
  return {
    count,
    given: prompt.map((token) => [token]),
    length: prompt.length + most,
    ends: ([token]) => token === end,
    random,
    block,
  };
}

import * as tf from "@tensorflow/tfjs";
import type { RandomStream } from "../../core/random_stream.ts";
import { gatherRows, replaceRows } from "../nn/embedding.ts";
import {
  compile,
  disposeTree,
  repeat,
  seedAt,
  seedTensors,
  type Tree,
  type TreeLike,
} from "../runtime/mod.ts";
import { integerTensor } from "../runtime/host_numbers.ts";
import { readTokenShares, type TokenShares, tokenShares } from "./token_shares.ts";

/** Tokens that are written in one call of a compiled step. */
const BLOCK = 16;

/** What writes: it reads a token of each sequence and draws the next, from what it remembers of those before. */
export interface BlockWriter<State extends TreeLike> {
  /** Places that it can tell apart. When they are full, the older half is forgotten. @default any number */
  context?: number;
  /** Tokens of its vocabulary, V, where it can tell how probable each is. */
  vocabulary?: number;
  /** What it remembers before the first token. */
  begin(count: number): State;
  /**
   * Reads a token and draws the next. Pure.
   *
   * @param token int32 `[B, W]`: W numbers, such as a note and its duration.
   * @param at `position`: int32 `[B]`, the token's place among those remembered, from 0; `seed`: int32 `[2]`.
   * @returns The next token, what is remembered now and, where there is a vocabulary, what was expected: `[B, V]`.
   */
  next(token: tf.Tensor, state: State, at: { position: tf.Tensor; seed: tf.Tensor }): {
    token: tf.Tensor;
    state: State;
    logits?: tf.Tensor;
  };
}

/** A token as its W numbers. */
export type WrittenNumbers = readonly number[];

/** What {@link writeInBlocks} is asked for. */
export interface WriteInBlocksOptions {
  /** Number of sequences, written side by side. */
  count: number;
  /** Tokens that are given to all of them, by place: those at the beginning, one at least, and any later ones. */
  given: readonly (WrittenNumbers | undefined)[];
  /** Tokens of a sequence at most, those that are given among them. */
  length: number;
  /** Whether a token that was drawn ends its sequence. @default none does */
  ends?: (token: WrittenNumbers) => boolean;
  /** The only source of chance: each place has a stream of its own. */
  random: RandomStream;
  /** Whether to tell how probable each token was, which costs some time. @default false */
  tell?: boolean;
  /** Tokens of a call. Whatever it is, the same ones are written. @default 16 */
  block?: number;
}

/** What came of one place of {@link writeInBlocks}. */
export interface PlaceStep {
  /** The newest token of each sequence, `[count]`; undefined where it had ended. */
  added: (WrittenNumbers | undefined)[];
  /** How probable each was, where that was asked for. */
  told?: TokenShares;
}

/**
 * Whole sequences of {@link writeInBlocks}.
 *
 * @returns Of each its tokens, the given ones among them, up to the one that ends it.
 */
export async function writeSequences<State extends TreeLike>(
  writer: BlockWriter<State>,
  options: WriteInBlocksOptions,
): Promise<WrittenNumbers[][]> {
  const sequences = Array.from({ length: options.count }, () => beginningOf(options.given));
  for await (const { added } of writeInBlocks(writer, options)) {
    sequences.forEach((tokens, i) => {
      if (added[i]) tokens.push(added[i]);
    });
  }
  return sequences;
}

/**
 * Writes sequences token by token, place by place behind the given beginning. What a call of a compiled step costs is far
 * more than one token does, so that each call writes a block of them, in a loop of the graph; what it drew after a
 * sequence ended is dropped. Who leaves early ends the work.
 */
export async function* writeInBlocks<State extends TreeLike>(
  writer: BlockWriter<State>,
  { count, given, length, ends = () => false, random, tell = false, block = BLOCK }: WriteInBlocksOptions,
): AsyncGenerator<PlaceStep> {
  const { context = Infinity } = writer;
  const beginning = beginningOf(given);
  const width = beginning[0].length;
  const unknown = Array<number>(width).fill(-1);
  const sequences = Array.from({ length: count }, () => [...beginning]);
  const ended = Array<boolean>(count).fill(false);
  const step = compile(
    (inputs: BlockInputs & { state: State }) => writeBlock(writer, inputs, tell),
    { name: "next tokens" },
  );
  const begin = () => tf.tidy(() => writer.begin(count) as tf.TensorContainer) as State;
  let first = Math.max(0, beginning.length - context); // of the tokens that are remembered
  let place = first; // of the token that is read next
  let state = begin();
  try {
    while (sequences[0].length < length && !ended.every(Boolean)) {
      if (place - first === context) {
        first += Math.ceil(context / 2);
        place = first;
        disposeTree(state as Tree);
        state = begin();
      }
      const turns = Math.min(block, length - 1 - place, first + context - place);
      const places = Array.from({ length: block }, (_, turn) => place + turn);
      const known = places.flatMap((place) =>
        sequences.flatMap((tokens) => tokens[place + 1] ?? given[place + 1] ?? unknown)
      );
      const inputs = {
        token: tf.tensor2d(sequences.flatMap((tokens) => tokens[place]), [count, width], "int32"),
        known: tf.tensor3d(known, [block, count, width], "int32"),
        position: tf.fill([count], place - first, "int32"),
        seeds: seedTensors(places.map((place) => random.fork(place).seedPair())),
        turns: integerTensor([turns], []),
      };
      const { state: remembered, tokens, shares } = await step.run({ ...inputs, state });
      disposeTree([inputs, state as Tree]);
      state = remembered;
      const drawn = await tokens.data();
      const told = shares && await readTokenShares(shares, count);
      disposeTree([tokens, shares]);
      for (let turn = 0; turn < turns && !ended.every(Boolean); turn++) {
        if (place + turn + 1 < sequences[0].length) continue; // it was known
        const added = sequences.map((tokens, i) => {
          const start = (turn * count + i) * width;
          tokens.push([...drawn.subarray(start, start + width)]);
          if (ended[i]) return undefined;
          ended[i] = ends(tokens.at(-1)!);
          return tokens.at(-1);
        });
        yield { added, told: told?.[turn] };
      }
      place += turns;
    }
  } finally {
    disposeTree(state as Tree);
    step.dispose();
  }
}

/** The tokens that are given before the first that is not. */
function beginningOf(given: WriteInBlocksOptions["given"]): WrittenNumbers[] {
  const gap = given.findIndex((token) => token === undefined);
  return given.slice(0, gap < 0 ? undefined : gap) as WrittenNumbers[];
}

/** What a block is written from. */
interface BlockInputs {
  /** The token before it, int32 `[B, W]`. */
  token: tf.Tensor;
  /** The tokens that are known beforehand, int32 `[N, B, W]`; -1 where one is to be drawn. */
  known: tf.Tensor;
  /** int32 `[B]`, of the token before it. */
  position: tf.Tensor;
  /** int32 `[N, 2]`. */
  seeds: tf.Tensor;
  /** Tokens to be written, int32 `[]`, N at most. */
  turns: tf.Tensor;
}

/** A block of tokens, int32 `[N, B, W]`. */
function writeBlock<State extends TreeLike>(
  writer: BlockWriter<State>,
  { token, known, position, seeds, turns, state }: BlockInputs & { state: State },
  tell: boolean,
): { tokens: tf.Tensor; state: State; shares?: Record<keyof TokenShares, tf.Tensor> } {
  const [block, count] = known.shape;
  const rows = block * count;
  const written = repeat(turns, ({ token, position, state, tokens, logits }, turn) => {
    const next = writer.next(token, state, { position, seed: seedAt(seeds, turn) });
    const row = turn.reshape([1]) as tf.Tensor1D;
    const given = gatherRows(known, row).squeeze([0]);
    const chosen = tf.where(given.greaterEqual(tf.scalar(0, "int32")), given, next.token.toInt());
    return {
      token: chosen,
      position: position.add(tf.scalar(1, "int32")),
      state: next.state,
      tokens: replaceRows(tokens, row, chosen.expandDims(0)),
      logits: logits && replaceRows(logits, row, next.logits!.expandDims(0)),
    };
  }, {
    token,
    position,
    state,
    tokens: known.zerosLike(),
    logits: tell ? tf.zeros([block, count, writer.vocabulary!]) : undefined,
  });
  return {
    tokens: written.tokens,
    state: written.state,
    shares: written.logits && tokenShares(written.logits.reshape([rows, -1]), written.tokens.reshape([rows])),
  };
}

import * as tf from "@tensorflow/tfjs";
import { reparameterise } from "../../generative/nn/distributions.ts";
import type { RandomStream } from "../../core/random_stream.ts";
import type { LSTMState } from "../../generative/nn/lstm.ts";
import type { NamedTensors } from "../../generative/nn/parameters.ts";
import { compile, type Compiled } from "../../generative/runtime/compile.ts";
import { seedTensor } from "../../generative/runtime/random.ts";
import type { Rollout } from "../experience.ts";
import { type Block, readBlock, writeBlock } from "../rollout_blocks.ts";
import { pickParameters } from "./encode_frames.ts";
import type { Memory } from "./memory.ts";
import { paces } from "./pace.ts";

/** What {@link unrollStates} reads: B streams of T successive decisions, time first, row-major. */
export interface UnrollStatesInput {
  /** The parameters of memory; others may be among them. */
  parameters: NamedTensors;
  /** `[T, B, Z]`. */
  mu: Float32Array;
  /** `[T, B, Z]`; read only where latents are drawn. */
  logVar: Float32Array;
  /** `[T, B, A]`. */
  actions: Float32Array;
  /** `[T, B]`, in the environment's unit; read only by a memory that sees rewards. */
  rewards: ArrayLike<number>;
  /** `[T, B]`, 1 where an episode starts at that decision, else 0. */
  resets: ArrayLike<number>;
  /** Sequences side by side, B. */
  streams: number;
}

/** An encoded rollout as {@link unrollStates} reads it. */
export function storedSequences(
  { encodings, actions, rewards, resets, streams }: Rollout,
): Omit<UnrollStatesInput, "parameters"> {
  const { mu, logVar } = encodings!;
  return { mu, logVar, actions, rewards, resets, streams };
}

/** Options of {@link unrollStates}. */
export interface UnrollStatesOptions {
  /** Draws the latents; without it the memory reads their means. */
  random?: RandomStream;
  /** Decisions a call of the compiled function. @default 25 */
  steps?: number;
  /** Streams a call of the compiled function. @default 64 */
  rows?: number;
}

/** The memory before every decision, row-major. */
export type UnrolledStates = {
  /** What the memory gave out last, `[T, B, U]`. */
  hidden: Float32Array;
  /** The cell states of the LSTM, `[T, B, U]`. */
  cell: Float32Array;
  /** What was earned lately, `[T, B, 1]`; there where the memory sees rewards. */
  pace?: Float32Array;
};

type Inputs = { mu: tf.Tensor; logVar: tf.Tensor; actions: tf.Tensor; keeps: tf.Tensor; pace?: tf.Tensor };
type Outputs = { hiddens: tf.Tensor; cells: tf.Tensor; hidden: tf.Tensor; cell: tf.Tensor };
type Unroller = Compiled<[NamedTensors, Inputs, { hidden: tf.Tensor; cell: tf.Tensor }, tf.Tensor], Outputs>;
const unrollers = new WeakMap<Memory, { mean: Unroller; sampled: Unroller }>();

/**
 * Runs the memory over stored streams, from zero, and returns its state as each decision is taken: what a dream
 * that starts there, or a training batch that begins there, starts from. Work is cut into blocks of one size,
 * filled up at the edges, so that one compiled function serves them all.
 *
 * @throws RangeError when the arrays do not fit together.
 */
export async function unrollStates(
  memory: Memory,
  input: UnrollStatesInput,
  options: UnrollStatesOptions = {},
): Promise<UnrolledStates> {
  const { latentSize, actionSize, units, rewardScale, seesRewards } = memory.config;
  const { mu, logVar, actions, rewards, resets, streams } = input;
  const { steps = 25, rows = 64, random } = options;
  const time = resets.length / streams;
  if (
    !Number.isInteger(time) || mu.length !== resets.length * latentSize || logVar.length !== mu.length ||
    actions.length !== resets.length * actionSize || rewards.length !== resets.length
  ) {
    throw new RangeError(
      `Cannot unroll states: expected arrays of [T, ${streams}, ..], got ${resets.length} resets, ` +
        `${mu.length} / ${logVar.length} latent and ${actions.length} action numbers, ${rewards.length} rewards`,
    );
  }
  const parameters = pickParameters(input.parameters, memory);
  const unroll = unrollersOf(memory)[random ? "sampled" : "mean"];
  const keeps = Float32Array.from(resets, (reset) => 1 - reset);
  const pace = seesRewards ? paces(input, rewardScale) : undefined;
  const states = {
    hidden: new Float32Array(time * streams * units),
    cell: new Float32Array(time * streams * units),
    ...pace && { pace },
  };
  for (let row = 0; row < streams; row += rows) {
    let state = { hidden: tf.zeros([rows, units]), cell: tf.zeros([rows, units]) };
    for (let from = 0; from < time; from += steps) {
      const block: Block = { from, steps, time, row, rows, streams };
      const seed = seedTensor(random ? random.seedPair() : [0, 0]);
      const inputs = {
        mu: readBlock(mu, latentSize, block),
        logVar: readBlock(logVar, latentSize, block),
        actions: readBlock(actions, actionSize, block),
        keeps: readBlock(keeps, 1, block),
        ...pace && { pace: readBlock(pace, 1, block) },
      };
      const { hiddens, cells, hidden, cell } = await unroll.run(parameters, inputs, state, seed);
      writeBlock(states.hidden, await hiddens.data() as Float32Array, block);
      writeBlock(states.cell, await cells.data() as Float32Array, block);
      tf.dispose([inputs, state, seed, hiddens, cells]);
      state = { hidden, cell };
    }
    tf.dispose(state);
  }
  return states;
}

/** Frees what {@link unrollStates} keeps for a memory; it may be used again. */
export function disposeUnroller(memory: Memory): void {
  const both = unrollers.get(memory);
  both?.mean.dispose();
  both?.sampled.dispose();
  unrollers.delete(memory);
}

function unrollersOf(memory: Memory): { mean: Unroller; sampled: Unroller } {
  let both = unrollers.get(memory);
  if (!both) {
    const make = (sampled: boolean): Unroller =>
      compile(
        (parameters, inputs, state, seed) =>
          unrollBlock(memory, { parameters, inputs, state, seed, sampled }),
        { name: "unroll" },
      );
    both = { mean: make(false), sampled: make(true) };
    unrollers.set(memory, both);
  }
  return both;
}

interface UnrollBlock {
  parameters: NamedTensors;
  inputs: Inputs;
  state: LSTMState;
  seed: tf.Tensor;
  sampled: boolean;
}

function unrollBlock(memory: Memory, { parameters, inputs, state, seed, sampled }: UnrollBlock): Outputs {
  const all = sampled ? reparameterise(inputs, seed) : inputs.mu;
  const latents = all.unstack();
  const actions = inputs.actions.unstack();
  const keeps = inputs.keeps.unstack();
  const paces = inputs.pace?.unstack();
  const hiddens: tf.Tensor[] = [];
  const cells: tf.Tensor[] = [];
  for (let t = 0; t < latents.length; t++) {
    state = { hidden: state.hidden.mul(keeps[t]), cell: state.cell.mul(keeps[t]) };
    hiddens.push(state.hidden);
    cells.push(state.cell);
    state = memory.advance(parameters, { latents: latents[t], action: actions[t], pace: paces?.[t] }, state);
  }
  return { hiddens: tf.stack(hiddens), cells: tf.stack(cells), ...state };
}

import * as tf from "@tensorflow/tfjs";
import type { RandomStream } from "../core/random_stream.ts";
import type { NamedTensors } from "../generative/nn/mod.ts";
import { compile, seedTensor } from "../generative/runtime/mod.ts";
import { disposeTree, mapTree } from "../generative/runtime/tree.ts";
import {
  type DreamPolicy,
  dreamRollout,
  rowsOfState,
  type WorldModel,
  type WorldState,
} from "../worlds/mod.ts";

/** How a {@link DreamRollout} dreams. */
export interface WholeDreamOptions {
  /** Decisions of each dream. */
  decisions: number;
  /** Temperature of the dream. @default 1 */
  temperature?: number;
  /**
   * The rows are this many equal blocks that share their luck: row i of each block meets the same noise, so that
   * blocks (candidates) differ by what they do alone.
   *
   * @default 1
   */
  blocks?: number;
}

/** What a rollout of B dreams came to. */
export interface DreamReturns {
  /** Expected return of each dream in the environment's unit: rewards count by the probability to live, `[B]`. */
  returns: Float32Array;
  /** Expected length of each dream, decisions, `[B]`. */
  lengths: Float32Array;
}

/** Whole episodes in the dream, thousands side by side, without drawing a picture. */
export interface DreamRollout {
  /**
   * Dreams from `start` to the end.
   *
   * @param world The world model's parameters, the caller's.
   * @param weights What the controller is handed, the caller's.
   * @param start One row a dream, the caller's.
   * @param random Draws the seeds; the same state gives the same dreams.
   */
  run(
    world: NamedTensors,
    weights: NamedTensors,
    start: WorldState,
    random: RandomStream,
  ): Promise<DreamReturns>;
  /** Frees the compiled function. */
  dispose(): void;
}

/** The longest stretch that is compiled into one function. */
const LONGEST_STRETCH = 10;

/**
 * Prepares rollouts of a controller.
 *
 * @param act Decides, as {@link Policy.act} does: `(weights, features, seed) -> [B, A]`; pure.
 * @throws RangeError when `decisions` is not a whole number above 0.
 */
export function createDreamRollout(
  model: WorldModel,
  act: (weights: NamedTensors, ...decision: Parameters<DreamPolicy>) => tf.Tensor,
  options: WholeDreamOptions,
): DreamRollout {
  const { decisions, temperature = 1, blocks = 1 } = options;
  if (!Number.isSafeInteger(decisions) || decisions < 1) {
    throw new RangeError(`Cannot prepare a rollout: expected decisions >= 1, got ${decisions}`);
  }
  let stretch = Math.min(LONGEST_STRETCH, decisions);
  while (decisions % stretch !== 0) stretch--;

  function dream(world: NamedTensors, weights: NamedTensors, from: Progress, seed: tf.Tensor): Progress {
    const { state, alive, returns, lengths } = dreamRollout(
      model,
      { parameters: world, state: from.state, seed, alive: from.alive },
      {
        policy: (features, seed) => act(weights, features, seed),
        steps: stretch,
        temperature,
        ending: "expected",
        blocks,
      },
    );
    return { state, alive, returns: from.returns.add(returns), lengths: from.lengths.add(lengths) };
  }

  const compiled = compile(dream, { name: "dream rollout" });
  return {
    async run(world, weights, start, random) {
      const rows = rowsOfState(start);
      if (rows % blocks !== 0) {
        throw new RangeError(`Cannot dream: expected rows in ${blocks} equal blocks, got ${rows} rows`);
      }
      let now: Progress = tf.tidy(() => ({
        state: mapTree(start, (tensor) => tensor.clone()) as WorldState,
        returns: tf.zeros([rows]),
        lengths: tf.zeros([rows]),
        alive: tf.ones([rows]),
      }));
      for (let done = 0; done < decisions; done += stretch) {
        const seed = seedTensor(random.seedPair());
        const next = await compiled.run(world, weights, now, seed);
        disposeTree([seed, now]);
        now = next;
      }
      const [returns, lengths] = await Promise.all([now.returns.data(), now.lengths.data()]);
      disposeTree(now);
      return { returns: returns as Float32Array, lengths: lengths as Float32Array };
    },
    dispose: () => compiled.dispose(),
  };
}

/** Where the dreams stand: their states and what they came to so far, `[B]` each. */
type Progress = { state: WorldState; returns: tf.Tensor; lengths: tf.Tensor; alive: tf.Tensor };

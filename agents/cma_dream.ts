import * as tf from "@tensorflow/tfjs";
import type { RandomStream } from "../core/random_stream.ts";
import type { NamedTensors } from "../generative/nn/mod.ts";
import { mapTree } from "../generative/runtime/tree.ts";
import type { WorldModel, WorldState } from "../worlds/mod.ts";
import { createDreamRollout } from "./dream_rollout.ts";
import type { LinearController } from "./linear_controller.ts";

/** How candidates are judged. */
export interface DreamFitnessOptions {
  /** P, candidates a call: the population. */
  candidates: number;
  /** Decisions of each dream. */
  decisions: number;
  /** Temperature of the dream. @default 1 */
  temperature?: number;
}

/** What one generation of candidates is judged by. */
export interface DreamTrial {
  /** The world model's parameters, the caller's. */
  world: NamedTensors;
  /** E starts, `[E, ...]`: every candidate dreams one episode from each. The caller's. */
  start: WorldState;
  /** Draws the luck, which all candidates share. */
  random: RandomStream;
}

/** Judges whole populations of linear controllers in the dream. */
export interface DreamFitness {
  /**
   * The mean return of each candidate over the E dreams, `[P]`, in the environment's unit.
   *
   * @param candidates Flat weights, see {@link LinearController}.
   * @throws RangeError when there are other than P candidates or their weights do not fit.
   */
  evaluate(candidates: ArrayLike<number>[], trial: DreamTrial): Promise<Float64Array>;
  /** Frees the compiled function. */
  dispose(): void;
}

/**
 * The fitness of a CMA-ES population inside the dream: P x E dreams side by side, in one compiled rollout with
 * weights of its own for each candidate. All candidates meet the same starts and the same luck.
 *
 * @example
 * ```ts ignore
 * const fitness = createDreamFitness(model, controller, { candidates: 64, decisions: 250 });
 * search.tell(await fitness.evaluate(search.ask(), { world, start, random }));
 * ```
 */
export function createDreamFitness(
  model: WorldModel,
  controller: LinearController,
  options: DreamFitnessOptions,
): DreamFitness {
  const { candidates: count, ...rest } = options;
  const rollout = createDreamRollout(
    model,
    (weights, features) => controller.actPopulation(weights.candidates, features),
    { ...rest, blocks: count },
  );
  return {
    async evaluate(candidates, { world, start, random }) {
      if (candidates.length !== count) {
        throw new RangeError(
          `Cannot judge candidates: expected ${count} of them, got ${candidates.length}`,
        );
      }
      const size = controller.parameterCount;
      const flat = new Float32Array(count * size);
      candidates.forEach((candidate, p) => {
        if (candidate.length !== size) {
          throw new RangeError(
            `Cannot judge candidate ${p}: expected ${size} weights, got ${candidate.length}`,
          );
        }
        flat.set(candidate, p * size);
      });
      const weights = { candidates: tf.tensor(flat, [count, size]) };
      const tile = (tensor: tf.Tensor) => tensor.tile([count, ...tensor.shape.slice(1).fill(1)]);
      const tiled = tf.tidy(() => mapTree(start, tile) as WorldState);
      try {
        const { returns } = await rollout.run(world, weights, tiled, random);
        const episodes = returns.length / count;
        const fitness = new Float64Array(count);
        returns.forEach((value, row) => fitness[Math.floor(row / episodes)] += value / episodes);
        return fitness;
      } finally {
        tf.dispose([weights, tiled]);
      }
    },
    dispose: () => rollout.dispose(),
  };
}

import { RandomStream } from "../../core/random_stream.ts";
import type { Observation, VectorEnv } from "../../envs/env.ts";
import type { Json } from "../../generative/train/checkpoint.ts";
import { CmaEs } from "../cma_es.ts";
import { POLICY_GROUP } from "../checkpoint_groups.ts";
import { evaluate } from "../evaluate.ts";
import type { AgentSpaces, LoadedLearner, OnlineLearner, SavedLearner } from "../learner_kind.ts";
import { restoreSearch, saveSearch } from "../saved_search.ts";
import { TRAIN_SEEDS } from "../seeds.ts";
import { AttentionAgent, CandidateWeights, SharedWeights } from "./attention_agent.ts";
import { AttentionPolicy } from "./attention_policy.ts";
import type { AttentionConfig } from "./fields.ts";

/** Group of a checkpoint that holds the search. */
const SEARCH_GROUP = "search";

/** The policy that a configuration describes. @throws TypeError for observations that are not pictures. */
export function attentionPolicy(
  config: AttentionConfig,
  { observations, actions }: AgentSpaces,
): AttentionPolicy {
  const { shape, dtype } = observations;
  if (dtype !== "uint8" || shape.length !== 3 || actions.dtype !== "float32") {
    throw new TypeError(
      `Cannot look at patches in ${config.environment}: expected pictures as observations and floats as actions, got ` +
        `${dtype} of shape [${shape.join(", ")}] and ${actions.dtype}`,
    );
  }
  return new AttentionPolicy({
    ...config,
    picture: shape as [number, number, number],
    actionSize: actions.shape[0],
  });
}

/** The weights that a checkpoint keeps. @throws TypeError for none, or another number of them. */
export function savedWeights(policy: AttentionPolicy, arrays: LoadedLearner["arrays"]): Float32Array {
  const weights = arrays[POLICY_GROUP]?.weights;
  if (weights?.data.length !== policy.parameterCount) {
    throw new TypeError(
      `Cannot load an agent: expected ${policy.parameterCount} weights, got ${
        weights?.data.length ?? "none"
      }`,
    );
  }
  return Float32Array.from(weights.data);
}

/** Evolves the policy in real episodes: CMA-ES, of which the mean acts, not the best candidate. A round is a generation. */
export class AttentionSearch implements OnlineLearner {
  readonly #config: AttentionConfig;
  readonly #policy: AttentionPolicy;
  readonly #random: RandomStream;
  #search: CmaEs;
  #mean: Float64Array;
  #steps = 0;

  /** A search that has learned nothing. @throws RangeError for more environments than episodes. */
  constructor(config: AttentionConfig, spaces: AgentSpaces) {
    const { environments, population, episodes, seed, stepSize, covariance } = config;
    if (environments > population * episodes) {
      throw new RangeError(
        `Cannot set --environments: expected at most --population times --episodes, ${
          population * episodes
        }, got ` +
          environments,
      );
    }
    this.#config = config;
    this.#policy = attentionPolicy(config, spaces);
    this.#random = new RandomStream(seed);
    this.#search = new CmaEs({
      dimension: this.#policy.parameterCount,
      sigma: stepSize,
      populationSize: population,
      diagonal: covariance === "diagonal",
      random: this.#random.fork("search"),
    });
    this.#mean = this.#search.mean;
  }

  /** How many numbers are learned. */
  get parameterCount(): number {
    return this.#policy.parameterCount;
  }

  /** Decisions of all candidates. */
  get steps(): number {
    return this.#steps;
  }

  /** A generation: every candidate drives the same episodes. */
  async learn(env: VectorEnv<Observation>): Promise<Record<string, number>> {
    const { episodes, patience } = this.#config;
    const random = this.#random.fork("generation").fork(this.#search.generation);
    const seeds = Array.from({ length: episodes }, () => random.integer(...TRAIN_SEEDS));
    const candidates = this.#search.ask();
    const agent = new AttentionAgent(this.#policy, new CandidateWeights(candidates, episodes));
    try {
      const driven = await evaluate(agent, env, { seeds: candidates.flatMap(() => seeds), patience });
      const fitness = candidates.map((_, i) =>
        driven.episodes.slice(i * episodes, (i + 1) * episodes).reduce(
          (sum, { return: earned }) => sum + earned,
          0,
        ) /
        episodes
      );
      this.#search.tell(fitness);
      this.#mean = this.#search.mean;
      this.#steps += driven.episodes.reduce((sum, { length }) => sum + length, 0);
      return {
        return: driven.mean,
        length: driven.length,
        best: Math.max(...fitness),
        generation: this.#search.generation,
        stepSize: this.#search.sigma,
      };
    } finally {
      agent.close();
    }
  }

  /** Acts by the mean of the search. */
  agent(): AttentionAgent {
    return new AttentionAgent(this.#policy, new SharedWeights(() => this.#mean));
  }

  /** The search; environments begin anew in each generation. */
  save(): Promise<SavedLearner> {
    const { arrays, numbers } = saveSearch(this.#search);
    const weights = Float32Array.from(this.#mean);
    return Promise.resolve({
      tensors: {
        [POLICY_GROUP]: { weights: { shape: [weights.length], data: weights } },
        [SEARCH_GROUP]: arrays,
      },
      data: { search: numbers, steps: this.#steps },
    });
  }

  /** Goes on. @throws RangeError for a search of another size. */
  restore({ arrays, data }: LoadedLearner): void {
    const { search, steps } = data as { search: Json; steps: number };
    this.#search = restoreSearch({ arrays: arrays[SEARCH_GROUP], numbers: search });
    this.#mean = this.#search.mean;
    this.#steps = steps;
  }

  /** There is nothing to free. */
  dispose(): void {}
}

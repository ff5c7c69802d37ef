/**
 * An agent of one's own: `deno task train random-search --module agents/examples/random_search.ts`.
 *
 * @module
 */
import { field, fields, positive, RandomStream } from "../../core/mod.ts";
import { Discrete, type Observation, spaceSize } from "../../envs/mod.ts";
import type { Agent } from "../agent.ts";
import { evaluate } from "../evaluate.ts";
import { type AgentSpaces, onlineFields, type OnlineKind, type OnlineLearner } from "../learner_kind.ts";

/** Takes the action whose weights fit the observation best. Weights are `[K, S + 1]`, the last of a row a constant. */
class LinearAgent implements Agent<Observation> {
  readonly actionSize = 1;
  #count = 0;

  constructor(readonly weights: Float32Array, readonly size: number) {}

  reset(count: number): void {
    this.#count = count;
  }

  act({ observations }: { observations: Observation }): Promise<Float32Array> {
    const { weights, size } = this;
    const score = (row: number, action: number) => {
      const at = action * (size + 1);
      let sum = weights[at + size];
      for (let i = 0; i < size; i++) sum += weights[at + i] * observations[row * size + i];
      return sum;
    };
    const actions = Array.from({ length: weights.length / (size + 1) }, (_, action) => action);
    const best = (row: number) => actions.reduce((a, b) => score(row, b) > score(row, a) ? b : a);
    return Promise.resolve(Float32Array.from({ length: this.#count }, (_, row) => best(row)));
  }
}

const FIELDS = fields({
  ...onlineFields({ environment: "CartPole-v1", environments: 8, decisions: 100_000 }),
  deviation: field(positive, "Standard deviation of a change of the weights.", 0.3),
});
type SearchConfig = typeof FIELDS.defaults;

/** Changes the weights at random, and keeps a change that does no worse in an episode of every environment. */
function createSearch(
  { seed, deviation }: SearchConfig,
  { observations, actions }: AgentSpaces,
): OnlineLearner {
  if (!(actions instanceof Discrete)) {
    throw new TypeError("Cannot search: expected integers as actions, got floats");
  }
  const size = spaceSize(observations);
  const random = new RandomStream(seed);
  let weights = new Float32Array(actions.count * (size + 1));
  let [rounds, decisions, best] = [0, 0, -Infinity];
  return {
    parameterCount: weights.length,
    get steps() {
      return decisions;
    },
    async learn(env) {
      const draw = random.fork(rounds++);
      const changed = weights.map((weight) => weight + deviation * draw.normal());
      const seeds = Array.from({ length: env.count }, () => draw.integer(1_000_000, 2_000_000_000));
      const { mean, length } = await evaluate(new LinearAgent(changed, size), env, { seeds });
      decisions += Math.round(length * env.count);
      if (mean >= best) [weights, best] = [changed, mean];
      return { return: mean, length, best };
    },
    agent: () => new LinearAgent(weights, size),
    save: () =>
      Promise.resolve({
        tensors: { search: { weights: { shape: [weights.length], data: weights } } },
        data: { rounds, decisions, best: rounds === 0 ? null : best },
      }),
    restore({ arrays, data }) {
      const saved = data as { rounds: number; decisions: number; best: number | null };
      weights = Float32Array.from(arrays.search.weights.data);
      [rounds, decisions, best] = [saved.rounds, saved.decisions, saved.best ?? -Infinity];
    },
    dispose() {},
  };
}

const RANDOM_SEARCH: OnlineKind<SearchConfig> = {
  family: "agents",
  name: "random-search",
  title: "Random search",
  paper:
    "Rastrigin 1963, The convergence of the random search method in the extremal control of a many-parameter system",
  notes: "Changes the weights of a linear policy at random, and keeps changes that do no harm.",
  fields: FIELDS,
  smoke: { decisions: 2000, testEpisodes: 2 },
  environments: {},
  learnsFrom: "environments",
  create: createSearch,
  load: (_, { observations }, { search }) =>
    new LinearAgent(Float32Array.from(search.weights.data), spaceSize(observations)),
};

export default RANDOM_SEARCH;

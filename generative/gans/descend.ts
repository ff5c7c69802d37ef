import {
  learnedParameters,
  type Losses,
  type Module,
  type NamedTensors,
  splitStatistics,
  valueAndGradients,
} from "../nn/mod.ts";
import type { Optimiser } from "../train/adamw.ts";
import type { TrainState } from "../train/model.ts";
import type { TrainStepResult } from "../train/train_step.ts";

/** How one of several networks over a common state learns. */
export interface Descent {
  /** Whose parameters change; all others are constants of the loss. */
  network: Module;
  /** Its own, with a name of its own. */
  optimiser: Optimiser;
  /** The loss at all parameters; its statistics take their places. */
  loss(parameters: NamedTensors): Losses;
  /** Where the loss is taken, for networks that learn from one forward pass together. @default the state's parameters */
  at?: NamedTensors;
}

/** One update of one network; a step of adversarial training is made of several. Pure. */
export function descend(state: TrainState, { network, optimiser, loss, at }: Descent): TrainStepResult {
  const parameters = at ?? state.parameters;
  const own = Object.fromEntries(Object.keys(network.parameters).map((name) => [name, parameters[name]]));
  const { value, gradients } = valueAndGradients(
    (learning) => loss({ ...parameters, ...learning }),
    learnedParameters(own, network.parameters),
  );
  const { losses, statistics } = splitStatistics(value);
  const next = optimiser.update(state.optimiser, state.parameters, gradients);
  return {
    state: { ...state, parameters: { ...next.parameters, ...statistics }, optimiser: next.state },
    losses,
  };
}

/** A state to start from, with an optimiser for each network. @returns Tensors that belong to the caller. */
export function startState(
  parameters: NamedTensors,
  descents: readonly Pick<Descent, "network" | "optimiser">[],
): TrainState {
  const moments = descents.map(({ network, optimiser }) => {
    const own = Object.fromEntries(Object.keys(network.parameters).map((name) => [name, parameters[name]]));
    return optimiser.init(learnedParameters(own, network.parameters));
  });
  return { parameters, optimiser: Object.assign({}, ...moments) };
}

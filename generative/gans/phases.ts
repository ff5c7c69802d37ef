import * as tf from "@tensorflow/tfjs";
import {
  learnedParameters,
  type Losses,
  type Module,
  type NamedTensors,
  parameter,
  splitStatistics,
  valueAndGradients,
} from "../nn/mod.ts";
import { compile, type Compiled } from "../runtime/compile.ts";
import { foldSeed } from "../runtime/random.ts";
import { disposeTree } from "../runtime/tree.ts";
import type { Optimiser } from "../train/adamw.ts";
import type { TrainState } from "../train/model.ts";
import type { TrainStep, TrainStepResult } from "../train/train_step.ts";

/** What the loss of a phase is a function of. */
export interface LossInputs {
  /** Parameters of all networks. */
  parameters: NamedTensors;
  /** The batch that is learned from. */
  batch: NamedTensors;
  /** The seed of all that is drawn, int32 `[2]`. */
  seed: tf.Tensor;
}

/** A part of a training step in which one network learns. */
export interface Phase {
  /** What its loss is called: `critic`. */
  name: string;
  /** Whose parameters change; all others are constants of the loss. */
  network: Module;
  /** The network's own, with a name of its own; phases of one network share it. */
  optimiser: Optimiser;
  /** The loss, and whatever else is to be reported; its statistics take their places. Pure. */
  loss(inputs: LossInputs): Losses;
  /** Updates in a step. @default 1 */
  repeats?: number;
  /**
   * Steps from one turn to the next; the first step has one. For lazy regularisation (Karras et al., 2020): the loss is
   * multiplied by it, so that its gradient is the same on average.
   *
   * @default 1
   */
  every?: number;
}

/** A step of adversarial training as data. */
export interface AdversarialTraining {
  /** What happens in a step, in this order. */
  phases: readonly Phase[];
  /**
   * Alternating: each phase begins where the one before ended, with random numbers of its own. Simultaneous: all take
   * their gradients where the step began, with the same random numbers, as from one forward pass. @default alternating
   */
  updates?: "alternating" | "simultaneous";
}

/** Before what the optimisers' state keeps where a phase has no turn in some steps. */
const PREFIX = "phases/";
/** Counts steps. */
const COUNTER = `${PREFIX}step`;

/** A state to start from, with the moments of all optimisers. @returns Tensors that belong to the caller. */
export function startPhases(
  parameters: NamedTensors,
  { phases }: Pick<AdversarialTraining, "phases">,
): TrainState {
  const networks = new Map(phases.map(({ network, optimiser }) => [optimiser, network]));
  const moments = Array.from(
    networks,
    ([optimiser, network]) => optimiser.init(learned(parameters, network)),
  );
  const counter = phases.some(isRare) ? { [COUNTER]: tf.scalar(0) } : {};
  return { parameters, optimiser: Object.assign({}, ...moments, counter) };
}

/**
 * A compiled step of adversarial training. Its losses are that of each phase's last update by the phase's name, their
 * sum as `loss`, and what else phases report. A phase without a turn reports what it did at its last one, so that its
 * losses are there whichever steps are logged.
 *
 * @throws RangeError when no phase has a turn in every step.
 */
export function createPhaseStep(training: AdversarialTraining): TrainStep {
  const { phases } = training;
  if (phases.every(isRare)) {
    throw new RangeError(
      `Cannot make a step of ${phases.length} phases: expected one with a turn in every step, got none`,
    );
  }
  if (!phases.some(isRare)) {
    return compile(
      (state: TrainState, batch: NamedTensors, seed: tf.Tensor) =>
        takeTurns(training, { state, batch, seed, due: phases }),
      { name: "adversarial step" },
    );
  }
  // The keys of `turns` make a function of its own of each selection of phases.
  return withTurns(
    phases,
    compile((state: TrainState, batch: NamedTensors, seed: tf.Tensor, turns: NamedTensors) => {
      const due = phases.filter(({ name }) => name in turns);
      const { state: next, losses } = takeTurns(training, { state, batch, seed, due });
      const counter = { [COUNTER]: parameter(state.optimiser, COUNTER).add(1) };
      return { state: { ...next, optimiser: { ...next.optimiser, ...counter } }, losses };
    }, { name: "adversarial step" }),
  );
}

/** A step that knows by the state's counter which phases have a turn. */
function withTurns(
  phases: readonly Phase[],
  step: Compiled<[TrainState, NamedTensors, tf.Tensor, NamedTensors], TrainStepResult>,
): TrainStep {
  const turnsAt = (count: number): NamedTensors =>
    Object.fromEntries(
      phases.filter(({ every = 1 }) => count % every === 0).map(({ name }) => [name, tf.scalar(1)]),
    );
  const counter = ({ optimiser }: TrainState) => parameter(optimiser, COUNTER);
  const run = (way: "run" | "runInPlace"): TrainStep["run"] => async (state, batch, seed) => {
    const turns = turnsAt((await counter(state).data())[0]);
    try {
      return await step[way](state, batch, seed, turns);
    } finally {
      disposeTree(turns);
    }
  };
  const call = (...[state, batch, seed]: Parameters<TrainStep>) => {
    const turns = turnsAt(counter(state).dataSync()[0]);
    try {
      return step(state, batch, seed, turns);
    } finally {
      disposeTree(turns);
    }
  };
  return Object.assign(call, {
    run: run("run"),
    runInPlace: run("runInPlace"),
    dispose: () => step.dispose(),
  });
}

/** One step: the turns of the phases that are due. Pure. */
function takeTurns(
  { phases, updates = "alternating" }: AdversarialTraining,
  { state: start, batch, seed, due }: Omit<LossInputs, "parameters"> & {
    state: TrainState;
    due: readonly Phase[];
  },
): TrainStepResult {
  let state = start;
  const [totals, parts]: [NamedTensors, NamedTensors] = [{}, {}];
  const report = (phase: Phase, { loss, ...rest }: NamedTensors) => {
    totals[phase.name] = loss;
    Object.assign(parts, rest);
  };
  const remembered: NamedTensors = {};
  let number = 0; // of the update, the same whichever phases are due
  for (const phase of phases) {
    if (!due.includes(phase)) report(phase, recall(start, phase));
    for (let i = 0; i < (phase.repeats ?? 1); i++, number++) {
      if (!due.includes(phase)) continue;
      const inputs = updates === "simultaneous"
        ? { parameters: start.parameters, batch, seed }
        : { parameters: state.parameters, batch, seed: foldSeed(seed, number) };
      const { state: next, losses } = descend(state, phase, inputs);
      state = next;
      report(phase, losses);
      if (isRare(phase)) Object.assign(remembered, remember(phase, losses));
    }
  }
  return {
    state: { ...state, optimiser: { ...state.optimiser, ...remembered } },
    losses: { loss: tf.addN(Object.values(totals)), ...totals, ...parts },
  };
}

/** The losses of a phase as the optimisers' state keeps them until its next turn. */
function remember(phase: Phase, losses: NamedTensors): NamedTensors {
  const named = Object.entries(losses).map((
    [name, loss],
  ) => [`${PREFIX}${phase.name}/${name}`, loss.clone()]);
  return Object.fromEntries(named);
}

/** The losses of a phase at its last turn. */
function recall({ optimiser }: TrainState, phase: Phase): NamedTensors {
  const before = `${PREFIX}${phase.name}/`;
  const own = Object.entries(optimiser).filter(([name]) => name.startsWith(before));
  return Object.fromEntries(own.map(([name, loss]) => [name.slice(before.length), loss.clone()]));
}

/** One update of a phase's network. Pure. */
function descend(
  state: TrainState,
  { network, optimiser, loss, every = 1 }: Phase,
  inputs: LossInputs,
): TrainStepResult {
  const { parameters } = inputs;
  const { value, gradients } = valueAndGradients((learning) => {
    const losses = loss({ ...inputs, parameters: { ...parameters, ...learning } });
    return every === 1 ? losses : { ...losses, loss: losses.loss.mul(every) };
  }, learned(parameters, network));
  const { losses, statistics } = splitStatistics(value);
  const next = optimiser.update(state.optimiser, state.parameters, gradients);
  return {
    state: { ...state, parameters: { ...next.parameters, ...statistics }, optimiser: next.state },
    losses: every === 1 ? losses : { ...losses, loss: losses.loss.div(every) },
  };
}

function learned(parameters: NamedTensors, network: Module): NamedTensors {
  const own = Object.keys(network.parameters).map((name) => [name, parameters[name]]);
  return learnedParameters(Object.fromEntries(own), network.parameters);
}

function isRare({ every = 1 }: Phase): boolean {
  return every > 1;
}

import { existsSync } from "node:fs";
import { join } from "node:path";
import { RandomStream } from "../../core/random_stream.ts";
import { cloneTensors, disposeTensors, type NamedTensors } from "../../generative/nn/mod.ts";
import {
  disposeTrainState,
  evaluationParameters,
  hasCheckpoint,
  initialiseTrainState,
  type Json,
  loadCheckpoint,
  restoreStateGroups,
  type Savable,
  saveCheckpoint,
  startAverage,
  stateGroups,
  toTensors,
  type TrainState,
} from "../../generative/train/mod.ts";
import { assembleNetworks, type Networks } from "./assemble_networks.ts";
import type { TrainWorldModelConfig } from "./config.ts";
import type { ControllerLearner } from "./controller_learner.ts";
import { createLearner } from "./create_learner.ts";
import type { WorldModelEvent } from "./events.ts";
import { type Component, Replay } from "../../worlds/mod.ts";
import { loadRollout } from "./rollout_file.ts";
import { type SessionProgress, sessionProgressSchema, trainedNames } from "./session_progress.ts";

/** What a run talks to. */
export interface SessionHooks {
  /** Hears what happens. */
  onEvent?: (event: WorldModelEvent) => void;
  /** The time in milliseconds, for rates. */
  now?: () => number;
  /** Stops the run between two steps. */
  signal?: AbortSignal;
}

/** What acts: a controller that sees through a world model. */
export interface Driver {
  /** The parameters of the world model. */
  world: NamedTensors;
  /** The parameters of the controller. */
  parameters: NamedTensors;
}

/** A run at work: its networks, what they have learned, what was lived through, and where it stands. */
export class Session {
  readonly networks: Networks;
  readonly learner: ControllerLearner;
  readonly random: RandomStream;
  readonly replay: Replay;
  /** What the components of the world model have learned, by name. Owned by the session; training replaces them. */
  readonly learned: Record<string, TrainState> = {};
  /**
   * Of a component whose batches begin with states, while it learns: what it dreamt with when the stage began, with which
   * these states were computed.
   */
  before: { component: string; parameters: NamedTensors } | undefined;
  /** What drives in the end, of the last rounds the one that did best so far; nothing before they come. */
  chosen: Driver | undefined;
  progress: SessionProgress;

  /**
   * @param folder Of the run; `checkpoints/` and `rollouts/` lie inside.
   */
  constructor(readonly config: TrainWorldModelConfig, readonly folder: string, readonly hooks: SessionHooks) {
    this.random = new RandomStream(config.seed);
    this.networks = assembleNetworks(config);
    this.replay = new Replay({ newestShare: config.newestShare, ageDecay: config.ageDecay });
    const { components } = this.networks;
    for (const { name, network, optimiser, average } of components) {
      const state = initialiseTrainState(network, optimiser, this.random.fork(name));
      if (average > 0) state.average = startAverage(state.parameters);
      this.learned[name] = state;
    }
    const steps = Object.fromEntries(trainedNames(components).map((name) => [name, 0]));
    this.progress = { stage: 0, steps, rounds: [], tests: [], learner: null };
    this.learner = createLearner(config, this.networks, this.random.fork("controller"));
  }

  /** The parameters that dream and drive, of all components together; the tensors stay the session's. */
  get world(): NamedTensors {
    return Object.assign({}, ...Object.values(this.learned).map((state) => evaluationParameters(state)));
  }

  /** The world model and the controller as they are now; the tensors stay the session's. */
  get latest(): Driver {
    return { world: this.world, parameters: this.learner.parameters };
  }

  /** What drives: what was chosen, else the latest; the tensors stay the session's. */
  get driver(): Driver {
    return this.chosen ?? this.latest;
  }

  /** Lets the latest drive in the end, unless a later round does better than `mean`. */
  choose(round: number, mean: number): void {
    this.forgetChoice();
    const { world, parameters } = this.latest;
    this.chosen = { world: cloneTensors(world), parameters: cloneTensors(parameters) };
    this.progress.chosen = { round, mean };
  }

  /** Nothing is chosen any more. */
  forgetChoice(): void {
    if (this.chosen) Object.values(this.chosen).forEach(disposeTensors);
    this.chosen = this.progress.chosen = undefined;
  }

  /** What training loops report to. */
  get reporting(): { onEvent: (event: WorldModelEvent) => void; now: () => number; signal?: AbortSignal } {
    return {
      onEvent: (event) => this.emit(event),
      now: this.hooks.now ?? (() => 0),
      signal: this.hooks.signal,
    };
  }

  /** What the components' trainings have in common: where they go on, checkpoints inside the stage. */
  training(name: string) {
    return {
      ...this.reporting,
      name,
      startStep: this.progress.steps[name],
      random: this.random.fork(name).fork("train"),
      logEvery: 20,
      checkpoint: {
        every: 500,
        save: async (state: TrainState, done: number) => {
          this.learned[name] = state;
          this.progress.steps[name] = done;
          await this.save();
        },
      },
    };
  }

  /** Reports an event. @throws the signal's reason when the run shall stop. */
  emit(event: WorldModelEvent): void {
    this.hooks.signal?.throwIfAborted();
    this.hooks.onEvent?.(event);
  }

  /** Where the rollout of a collection lies. */
  rolloutPath(index: number): string {
    return join(this.folder, "rollouts", `${String(index).padStart(4, "0")}.safetensors`);
  }

  /** Saves everything that the next stages depend on. */
  async save(): Promise<void> {
    const learned = this.learner.save();
    this.progress.learner = learned.data;
    const tensors: Record<string, Savable | undefined> = {
      ...Object.assign(
        {},
        ...Object.entries(this.learned).map(([name, state]) => stateGroups(name, state)),
      ),
      ...this.before && { [beforeGroup(this.before.component)]: this.before.parameters },
      ...learned.tensors,
    };
    if (this.chosen) { // what drives bears the plain names
      const { components } = this.networks;
      for (const [name, parameters] of Object.entries(byGroup(this.chosen, components))) {
        tensors[lastGroup(name)] = tensors[name];
        tensors[name] = parameters;
      }
    }
    const data = this.progress as unknown as Json;
    await saveCheckpoint(join(this.folder, "checkpoints"), { tensors, data });
  }

  /**
   * Goes on where the run's folder stands; does nothing in a new one.
   *
   * @throws SyntaxError or TypeError naming the file or tensor when a checkpoint is damaged or does not fit.
   */
  restore(): void {
    const folder = join(this.folder, "checkpoints");
    if (!hasCheckpoint(folder)) return;
    const { components } = this.networks;
    const { arrays, data } = loadCheckpoint(folder, { data: sessionProgressSchema(components) });
    if (data.chosen) {
      const groups = trainedNames(components);
      const chosen = Object.fromEntries(groups.map((name) => [name, toTensors(arrays[name] ?? {})]));
      const { controller: parameters, ...world } = chosen;
      this.chosen = { world: Object.assign({}, ...Object.values(world)), parameters };
      for (const name of groups) arrays[name] = arrays[lastGroup(name)] ?? {};
    }
    for (const { name } of components) {
      this.learned[name] = restoreStateGroups(name, this.learned[name], arrays);
      const before = arrays[beforeGroup(name)];
      if (before) this.before = { component: name, parameters: toTensors(before) };
    }
    this.progress = data;
    this.learner.restore(arrays, data.learner);
  }

  /** Reads the rollouts of the collections that are done. */
  restoreReplay(count: number): void {
    for (let index = this.replay.rollouts.length; index < count; index++) {
      const path = this.rolloutPath(index);
      if (!existsSync(path)) {
        throw new Error(
          `Cannot resume the run: expected rollout "${path}", which its checkpoint needs`,
        );
      }
      this.replay.add(loadRollout(path));
    }
  }

  /** Frees all tensors. */
  dispose(): void {
    Object.values(this.learned).forEach(disposeTrainState);
    if (this.before) disposeTensors(this.before.parameters);
    this.forgetChoice();
    this.learner.dispose();
  }
}

/** A driver's parameters by the groups of a checkpoint: each component's, and `controller`. */
function byGroup(
  { world, parameters }: Driver,
  components: readonly Component[],
): Record<string, NamedTensors> {
  const own = ({ name, network }: Component) => [
    name,
    Object.fromEntries(Object.keys(network.parameters).map((key) => [key, world[key]])),
  ];
  return { ...Object.fromEntries(components.map(own)), controller: parameters };
}

/** The group of a checkpoint that holds the latest of what drives, where an earlier one was chosen. */
function lastGroup(name: string): string {
  return `${name}Last`;
}

/** The group of a checkpoint that holds {@link Session.before} of a component. */
function beforeGroup(component: string): string {
  return `${component}Before`;
}

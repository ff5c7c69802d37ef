import { existsSync } from "node:fs";
import { join } from "node:path";
import { RandomStream } from "../../core/random_stream.ts";
import { disposeTensors, type NamedTensors } from "../../generative/nn/mod.ts";
import {
  disposeTrainState,
  evaluationParameters,
  hasCheckpoint,
  initialiseTrainState,
  type Json,
  loadCheckpoint,
  restoreStateGroups,
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
import { Replay } from "../../worlds/mod.ts";
import { loadRollout } from "./rollout_file.ts";
import { type SessionProgress, sessionProgressSchema } from "./session_progress.ts";

/** What a run talks to. */
export interface SessionHooks {
  /** Hears what happens. */
  onEvent?: (event: WorldModelEvent) => void;
  /** The time in milliseconds, for rates. */
  now?: () => number;
  /** Stops the run between two steps. */
  signal?: AbortSignal;
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
    const steps = Object.fromEntries([...components.map(({ name }) => [name, 0]), ["controller", 0]]);
    this.progress = { stage: 0, steps, rounds: [], tests: [], learner: null };
    this.learner = createLearner(config, this.networks, this.random.fork("controller"));
  }

  /** The parameters that dream and drive, of all components together; the tensors stay the session's. */
  get world(): NamedTensors {
    return Object.assign({}, ...Object.values(this.learned).map((state) => evaluationParameters(state)));
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
    await saveCheckpoint(join(this.folder, "checkpoints"), {
      tensors: {
        ...Object.assign(
          {},
          ...Object.entries(this.learned).map(([name, state]) => stateGroups(name, state)),
        ),
        ...this.before && { [beforeGroup(this.before.component)]: this.before.parameters },
        ...learned.tensors,
      },
      data: this.progress as unknown as Json,
    });
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
    this.learner.dispose();
  }
}

/** The group of a checkpoint that holds {@link Session.before} of a component. */
function beforeGroup(component: string): string {
  return `${component}Before`;
}

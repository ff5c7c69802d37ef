import { RandomStream } from "../core/random_stream.ts";
import type {
  AutoresetMode,
  EnvState,
  Info,
  VectorEnv,
  VectorResetOptions,
  VectorResetResult,
  VectorStep,
} from "../envs/env.ts";
import { type Space, spaceSize } from "../envs/spaces.ts";
import { Dream, type DreamState, type DreamStep } from "./dream.ts";
import { type DreamEnvOptions, frameSpace, readDreamEnvState } from "./dream_env.ts";
import type { WorldState } from "./world_model.ts";

/** N dreams as a vector environment; with {@link DreamVectorEnv.advance}, thousands of them without pictures. */
export class DreamVectorEnv implements VectorEnv {
  /** What the environment is called. */
  readonly id: string;
  /** Dreams side by side, N. */
  readonly count: number;
  /** The space of the frames. */
  readonly observationSpace: Space;
  /** Actions of one dream. */
  readonly actionSpace: Space;
  /** A dream that ended rests until it is reset. */
  readonly autoreset: AutoresetMode = "disabled";
  #dream: Dream;
  /** What each dream draws from. */
  readonly #streams: RandomStream[];
  #observations: Uint8Array | undefined;
  #infos: Info[];
  #busy = false;
  #closed = false;

  /**
   * Dreams that wait for their first reset.
   *
   * @param count N, an integer above 0.
   */
  constructor(count: number, options: DreamEnvOptions) {
    if (!Number.isInteger(count) || count < 1) {
      throw new RangeError(`Cannot make a DreamVectorEnv: expected a count >= 1, got ${count}`);
    }
    this.count = count;
    this.id = options.id ?? "Dream-v0";
    this.observationSpace = frameSpace(options.worldModel);
    this.actionSpace = options.worldModel.actions;
    this.#dream = new Dream(count, options);
    this.#streams = Array.from({ length: count }, () => new RandomStream(0).fork("dream"));
    this.#infos = Array.from({ length: count }, () => ({}));
  }

  /**
   * Where the dreams stand, N rows, for agents that need no pictures. The tensors stay the environment's and go with its
   * next call.
   */
  get world(): WorldState {
    return this.#dream.world;
  }

  /** See {@link VectorEnv.reset}. */
  async reset(options: VectorResetOptions): Promise<VectorResetResult> {
    return await this.#alone("reset", async () => {
      this.#reset(options);
      return { observations: await this.#draw(), infos: this.#infos };
    });
  }

  /** {@link DreamVectorEnv.reset} without drawing. */
  begin(options: VectorResetOptions): void {
    this.#checkFree("reset");
    this.#reset(options);
  }

  #reset(options: VectorResetOptions): void {
    const indices = options.indices ?? Array.from({ length: this.count }, (_, i) => i);
    if (options.seeds.length !== indices.length) {
      throw new RangeError(
        `Cannot reset "${this.id}": expected ${indices.length} seeds, got ${options.seeds.length}`,
      );
    }
    const wrong = Array.from(indices).find((i) => !Number.isInteger(i) || i < 0 || i >= this.count);
    if (wrong !== undefined) {
      throw new RangeError(`Cannot reset "${this.id}": expected indices below ${this.count}, got ${wrong}`);
    }
    const streams = Array.from(options.seeds, (seed) => new RandomStream(seed).fork("dream"));
    streams.forEach((stream, k) => this.#streams[indices[k]] = stream);
    this.#dream.reset(indices, streams);
  }

  /** See {@link VectorEnv.step}. @throws TypeError for bad actions and for calls that overlap. */
  async step(actions: Float32Array): Promise<VectorStep> {
    return await this.#alone("step", async () => {
      const { rewards, terminated, truncated } = await this.#advance(actions);
      return { observations: await this.#draw(), rewards, terminated, truncated, infos: this.#infos };
    });
  }

  /** {@link DreamVectorEnv.step} without drawing. */
  async advance(actions: Float32Array): Promise<DreamStep> {
    return await this.#alone("step", () => this.#advance(actions));
  }

  #advance(actions: Float32Array): Promise<DreamStep> {
    this.#checkActions(actions);
    return this.#dream.stepAsync(actions);
  }

  /** A state for each dream, such as a {@link DreamEnv} of the same world model has. */
  // deno-lint-ignore require-await -- async, so that a caller's mistake rejects
  async getState(): Promise<EnvState[]> {
    this.#checkFree("save");
    const { world, ...arrays } = this.#dream.getState();
    return this.#streams.map((stream, i) => {
      const row = <A extends Row>(array: A) => rowOf(array, i, this.count);
      return {
        ...mapValues(arrays, row),
        world: mapValues(world, row),
        random: stream.state(),
      };
    });
  }

  /** Goes on in dreams of the same world model. @throws TypeError for states of something else. */
  async setState(states: readonly EnvState[]): Promise<VectorResetResult> {
    return await this.#alone("restore", () => this.#setState(states));
  }

  async #setState(states: readonly EnvState[]): Promise<VectorResetResult> {
    if (states?.length !== this.count) {
      throw new RangeError(
        `Cannot set the state of "${this.id}": expected ${this.count} states, got ${
          states?.length ?? "none"
        }`,
      );
    }
    const rows = states.map((state) => readDreamEnvState(this.id, state));
    const streams = rows.map(({ random }) => RandomStream.fromState(random));
    const join = <A extends Row>(part: (row: DreamState) => A) => joinRows(rows.map(part));
    this.#dream.setState({
      world: mapValues(rows[0].world, (_, name) => join(({ world }) => world[name])),
      started: join(({ started }) => started),
      terminated: join(({ terminated }) => terminated),
      truncated: join(({ truncated }) => truncated),
      steps: join(({ steps }) => steps),
    }, streams);
    streams.forEach((stream, i) => this.#streams[i] = stream);
    return { observations: await this.#draw(), infos: this.#infos };
  }

  /** Frees the dreams; the world model's parameters stay. A call under way rejects. */
  close(): Promise<void> {
    if (!this.#closed && !this.#busy) this.#dream.dispose();
    this.#closed = true;
    return Promise.resolve();
  }

  /** Does what takes turns of the event loop. Another call meanwhile would dream on from the same position, and be lost. */
  async #alone<R>(action: string, body: () => Promise<R>): Promise<R> {
    this.#checkFree(action);
    this.#busy = true;
    try {
      const result = await body();
      this.#checkOpen(action);
      return result;
    } finally {
      this.#busy = false;
      if (this.#closed) this.#dream.dispose();
    }
  }

  async #draw(): Promise<Uint8Array> {
    this.#observations ??= new Uint8Array(this.count * spaceSize(this.observationSpace));
    return await this.#dream.drawAsync(this.#observations);
  }

  #checkActions(actions: Float32Array): void {
    const size = spaceSize(this.actionSpace);
    if (actions.length !== this.count * size) {
      throw new TypeError(
        `Cannot step "${this.id}": expected ${this.count} x ${size} numbers, got ${actions.length}`,
      );
    }
    for (let i = 0; i < this.count; i++) {
      if (!this.#dream.started(i)) {
        throw new TypeError(`Cannot step "${this.id}": expected reset() first, got a step of dream ${i}`);
      }
      if (this.#dream.ended(i)) continue;
      const problem = this.actionSpace.explain(actions.subarray(i * size, (i + 1) * size));
      if (problem) throw new TypeError(`Cannot step "${this.id}": ${problem}, dream ${i}`);
    }
  }

  #checkFree(action: string): void {
    this.#checkOpen(action);
    if (this.#busy) {
      throw new TypeError(
        `Cannot ${action} "${this.id}": expected one call at a time, got one before the last had ended`,
      );
    }
  }

  #checkOpen(action: string): void {
    if (this.#closed) {
      throw new TypeError(`Cannot ${action} "${this.id}": expected an open environment, got a closed one`);
    }
  }
}

/** A part of a dream's state. */
type Row = Float32Array | Int32Array | Uint8Array;

function mapValues<V, W>(record: Record<string, V>, map: (value: V, name: string) => W): Record<string, W> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, map(value, name)]));
}

/** Row `i` of `[count, ...]`, a copy. */
function rowOf<A extends Row>(array: A, i: number, count: number): A {
  const size = array.length / count;
  return array.slice(i * size, (i + 1) * size) as A;
}

/** Rows one after the other; a missing one leaves an array too short to fit. */
function joinRows<A extends Row>(rows: A[]): A {
  const arrayType = rows[0].constructor as unknown as { from(values: number[]): A };
  return arrayType.from(rows.flatMap((row) => Array.from(row ?? [])));
}

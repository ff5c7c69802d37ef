import type {
  AutoresetMode,
  EnvState,
  Info,
  Observation,
  VectorResetOptions,
  VectorResetResult,
  VectorStep,
} from "../env.ts";
import { expectNames } from "../read_options.ts";
import { type EnvRecipe, makeFromRecipe } from "../recipe.ts";
import { spaceSize } from "../spaces.ts";
import { CheckedVectorEnv } from "./checked_vector_env.ts";
import type { InfoRows } from "./info_rows.ts";
import { Command, Ring, Word, WorkerWord } from "./ring.ts";
import { observationArray } from "./vector_buffers.ts";
import type { WorkerRequest } from "./vector_worker.ts";
import { isVectorWorker, WorkerHandle } from "./worker_handle.ts";
import { workerModules } from "./worker_modules.ts";

/** Options of {@link WorkerVectorEnv}. */
export interface WorkerVectorEnvOptions {
  /** How many environments, an integer > 0. */
  count: number;
  /** How many workers share them, at most `count`. @default the machine's cores */
  workers?: number;
  /** When environments whose episode ended restart. @default "disabled" */
  autoreset?: AutoresetMode;
  /**
   * Absolute URLs of modules that each worker imports first: `import.meta.resolve("./my_env.ts")`. The one that called
   * `register` comes by itself, unless it is the program's main module. @default none
   */
  modules?: (string | URL)[];
  /** Milliseconds, above 0, that a worker may take for one call before it counts as dead. @default 60,000 */
  patience?: number;
}

const VECTOR_OPTIONS: readonly (keyof WorkerVectorEnvOptions)[] = [
  "count",
  "workers",
  "autoreset",
  "modules",
  "patience",
];

/** Milliseconds that workers may at least take to start: to compile, and to import `modules`. */
const START_PATIENCE = 60_000;

/** The longest time that a timer can wait, milliseconds. */
const LONGEST = 2 ** 31 - 1;

/** One worker and its environments, `first .. end - 1`. */
interface Share {
  readonly handle: WorkerHandle;
  readonly first: number;
  readonly end: number;
  /** Where its words are in the control part. */
  readonly words: number;
}

/**
 * N environments shared among worker threads: the same results as `SyncVectorEnv`, on several cores, to the bit and
 * whatever the number of workers.
 *
 * Actions and results lie in shared memory (`ring.ts` has the layout). Two sets of result arrays take turns: those of
 * one step stay as they are while the next one runs, and are reused by the one after.
 *
 * A worker that throws, exits, or gives no answer within `patience` ends the call with a `VectorEnvError`, and so all
 * later ones. A worker in an endless loop is left behind: it costs a core until the process ends, as Deno cannot stop it.
 */
export class WorkerVectorEnv<O extends Observation = Uint8Array> extends CheckedVectorEnv<O> {
  readonly #ring: Ring<O>;
  readonly #rows: InfoRows;
  readonly #shares: Share[];
  readonly #steps: VectorStep<O>[];
  readonly #patience: number;
  readonly #starting: Promise<unknown>;
  #started = false;
  #slot = 0;
  /** Why the workers were ended. */
  #end: Error | undefined;
  /** Ends the call that waits for them. */
  #abort: ((reason: Error) => void) | undefined;

  /**
   * Starts the workers; their first answer is awaited by the first call.
   *
   * @throws TypeError for an unknown option. @throws RangeError for a bad count, and what `makeFromRecipe` throws.
   */
  constructor(recipe: EnvRecipe, options: WorkerVectorEnvOptions) {
    expectNames("make a vector environment", "options", options, VECTOR_OPTIONS);
    const { count, workers = navigator.hardwareConcurrency, autoreset = "disabled", modules: given } =
      options;
    const { patience = 60_000 } = options;
    if (isVectorWorker()) {
      throw new TypeError(
        `Cannot make a vector of ${recipe?.id}: expected the program's own thread, got a vector's worker, which has ` +
          "imported the module that makes it: put what only the program does under if (import.meta.main)",
      );
    }
    const sample = makeFromRecipe<O>(recipe);
    const modules = workerModules(recipe.id, given);
    for (const [name, value] of Object.entries({ count, workers })) {
      if (Number.isInteger(value) && value > 0) continue;
      throw new RangeError(
        `Cannot make a vector of ${recipe.id}: expected an integer > 0 of ${name}, got ${value}`,
      );
    }
    if (!(patience > 0)) {
      throw new RangeError(
        `Cannot make a vector of ${recipe.id}: expected milliseconds > 0 of patience, got ${patience}`,
      );
    }
    super(sample, count, autoreset);
    sample.close();

    const shape = {
      count,
      workers: Math.min(workers, count),
      actionSize: spaceSize(this.actionSpace),
      observationSize: spaceSize(this.observationSpace),
    };
    this.#patience = Math.min(patience, LONGEST);
    this.#ring = new Ring(shape, observationArray<O>(this.id, this.observationSpace));
    this.#rows = this.#ring.infos;
    const infos: Info[] = Array.from({ length: count }, () => ({}));
    this.#steps = this.#ring.slots.map((buffers) => ({ ...buffers, infos }));
    this.#shares = Array.from({ length: shape.workers }, (_, i) => {
      const [first, end] = [i, i + 1].map((k) => Math.floor((k * count) / shape.workers));
      const handle = new WorkerHandle({
        onInfos: (news) => news.forEach(([index, info]) => this.#take(first + index, info)),
        onDeath: (what, cause) => this.#lose(i, what, cause),
      });
      return { handle, first, end, words: this.#ring.wordsOf(i) };
    });
    const { buffer } = this.#ring;
    this.#starting = this.#converse("start", (share, worker) => ({
      kind: "start",
      recipe,
      modules,
      buffer,
      shape,
      worker,
      share: [share.first, share.end],
      autoreset,
    }));
    this.#starting.then(() => this.#started = true, () => {}); // the first call reports what went wrong
  }

  /** Asks the workers that have some of them. */
  protected override async resetEnvs(
    indices: number[],
    options: VectorResetOptions,
  ): Promise<VectorResetResult<O>> {
    await this.#starting;
    await this.#converse("reset", ({ first, end }) => {
      const own = indices.flatMap((index, k) => index >= first && index < end ? [k] : []);
      return own.length === 0 ? undefined : {
        kind: "reset",
        indices: own.map((k) => indices[k] - first),
        options: { options: options.options, seeds: own.map((k) => options.seeds[k]) },
      };
    });
    return this.#steps[this.#slot];
  }

  /** One step through shared memory; see {@link Ring}. */
  protected override async stepEnvs(actions: Float32Array): Promise<VectorStep<O>> {
    const { control } = this.#ring;
    this.#slot = 1 - this.#slot;
    this.#ring.actions.set(actions);
    control[Word.Slot] = this.#slot;
    Atomics.store(control, Word.Left, this.#shares.length);
    this.#command(Command.Step, this.#shares);
    await this.#patiently("step", this.#shares, this.#stepped());
    const step = this.#steps[this.#slot];
    for (let i = 0; i < this.count; i++) step.infos[i] = this.#rows.read(i) ?? step.infos[i];
    return step;
  }

  /** Collects them from the workers. */
  protected override async getStates(): Promise<EnvState[]> {
    await this.#starting;
    return (await this.#converse("getState", () => ({ kind: "getState" }))).flat();
  }

  /** Hands them out. */
  protected override async setStates(states: readonly EnvState[]): Promise<VectorResetResult<O>> {
    await this.#starting;
    await this.#converse("setState", ({ first, end }) => {
      return { kind: "setState", states: states.slice(first, end) };
    });
    return this.#steps[this.#slot];
  }

  /** Closes the environments where they can still be asked to, and ends the workers. */
  protected override async closeEnvs(busy: boolean): Promise<void> {
    try {
      if (this.#started && !busy && !this.#end) await this.#converse("close", () => ({ kind: "close" }));
    } finally {
      await this.#endWorkers(this.closedError("continue with"));
    }
  }

  /** Wakes workers for a command. */
  #command(kind: number, shares: readonly Share[]): void {
    const { control } = this.#ring;
    control[Word.Kind] = kind;
    for (const { words } of shares) {
      Atomics.add(control, words + WorkerWord.Called, 1);
      Atomics.notify(control, words + WorkerWord.Called);
    }
  }

  /** Asks by message those workers that there is something to ask; when several refuse, the first one's error counts. */
  async #converse(
    action: string,
    request: (share: Share, worker: number) => WorkerRequest | undefined,
  ): Promise<EnvState[][]> {
    const asked = this.#shares.flatMap((share, worker) => {
      const message = request(share, worker);
      return message ? [{ share, message }] : [];
    });
    const shares = asked.map(({ share }) => share);
    this.#command(Command.Message, shares); // before the message: a worker that has read it looks for the next command
    const answers = Promise.allSettled(asked.map(({ share, message }) => share.handle.ask(message)));
    const results = await this.#patiently(action, shares, answers);
    return results.map((result) => {
      if (result.status === "rejected") throw result.reason;
      return result.value;
    });
  }

  /** Waits for what workers do, not longer than `patience`. */
  async #patiently<T>(action: string, asked: readonly Share[], result: Promise<T>): Promise<T> {
    if (this.#end) throw this.#end;
    const patience = action === "start" ? Math.max(this.#patience, START_PATIENCE) : this.#patience;
    const timer = setTimeout(() => {
      const { control } = this.#ring;
      const late = asked.find(({ words }) =>
        control[words + WorkerWord.Done] !== control[words + WorkerWord.Called]
      ) ?? asked[0];
      const what = `expected an answer to "${action}" within ${patience} ms, got none`;
      this.#lose(this.#shares.indexOf(late), what);
    }, patience);
    const aborted = new Promise<never>((_, reject) => this.#abort = reject);
    try {
      return await Promise.race([result, aborted]);
    } finally {
      this.#abort = undefined;
      clearTimeout(timer);
    }
  }

  /** Ends when all workers have finished the step and what they sent has come. */
  async #stepped(): Promise<void> {
    const { control } = this.#ring;
    for (;;) {
      const left = Atomics.load(control, Word.Left);
      if (left <= 0) break;
      const { async, value } = Atomics.waitAsync(control, Word.Left, left);
      if (async) await value;
    }
    for (const { handle, words } of this.#shares) {
      const sent = Atomics.load(control, words + WorkerWord.Sent);
      if (handle.received < sent) await handle.hasReceived(sent);
    }
  }

  #take(index: number, info: Info): void {
    this.#steps[0].infos[index] = info; // both slots have the same infos
    this.#rows.learn(index, info);
  }

  /** Gives up after a worker's end, unless all were to end. */
  #lose(worker: number, what: string, cause?: Error): void {
    if (this.#end) return;
    const { first, end, words } = this.#shares[worker];
    const at = this.#ring.control[words + WorkerWord.AtWork];
    const atWork = at < 0 ? undefined : first + at;
    this.#endWorkers(this.fail(what, { worker, first, count: end - first, atWork }, cause));
  }

  /** Ends all workers, and with `reason` the call that waits for them. */
  async #endWorkers(reason: Error): Promise<void> {
    const { control } = this.#ring;
    this.#end ??= reason;
    this.#abort?.(this.#end);
    this.#command(Command.End, this.#shares);
    Atomics.store(control, Word.Left, 0);
    Atomics.notify(control, Word.Left);
    await Promise.all(this.#shares.map(({ handle }) => handle.end(reason)));
  }
}

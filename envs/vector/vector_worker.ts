/**
 * The worker's side of `WorkerVectorEnv`: an {@link EnvGroup} over its share of the {@link Ring}.
 *
 * It sleeps in `Atomics.wait` between steps. What is said in messages (all but steps) reaches it in the event loop, to
 * which a command sends it back.
 *
 * @module
 */
import { parentPort } from "node:worker_threads";
import type { AutoresetMode, EnvState, Info, Observation, VectorResetOptions } from "../env.ts";
import { type EnvRecipe, makeFromRecipe } from "../recipe.ts";
import { actionRows, EnvGroup } from "./env_group.ts";
import type { InfoRows } from "./info_rows.ts";
import { Command, Ring, type RingShape, Word, WorkerWord } from "./ring.ts";
import { observationArray } from "./vector_buffers.ts";
import { importModules } from "./worker_modules.ts";

/** What a worker is told by message; it answers each with one {@link WorkerReply}. */
export type WorkerRequest =
  | StartRequest
  | { kind: "reset"; indices: number[]; options: VectorResetOptions }
  | { kind: "getState" }
  | { kind: "setState"; states: readonly EnvState[] }
  | { kind: "close" };

/** The first request of all. */
export interface StartRequest {
  kind: "start";
  /** How to build each environment. */
  recipe: EnvRecipe;
  /** URLs of modules to import before. */
  modules: string[];
  /** The memory of all workers. */
  buffer: SharedArrayBuffer;
  /** Its parts. */
  shape: RingShape;
  /** Which worker this is. */
  worker: number;
  /** Its environments, `first .. end - 1`. */
  share: [first: number, end: number];
  /** When environments whose episode ended restart. */
  autoreset: AutoresetMode;
}

/** An error, as far as it survives a message. */
export interface ThrownError {
  name: string;
  message: string;
  stack?: string;
}

/** What a worker says, in answer to a request or in the middle of a step. */
export type WorkerMessage =
  | { kind: "answer"; infos: [index: number, info: Info][]; states?: EnvState[] }
  | { kind: "refusal"; error: ThrownError }
  | { kind: "infos"; infos: [index: number, info: Info][] }
  | { kind: "failure"; error: ThrownError };

/** Milliseconds of idleness after which timers and files of environments get their turn. */
const IDLE = 50;
/** Looks for the next command that a worker with a core of its own takes before it sleeps: some tenths of a millisecond. */
const LOOKS = 300_000;

const port = parentPort!;
let work: Work;
let turn = 0;
let idle: ReturnType<typeof setTimeout> | undefined;

/** Everything that a start brings. */
class Work {
  readonly group: EnvGroup<Observation>;
  readonly rows: InfoRows;
  readonly control: Int32Array<SharedArrayBuffer>;
  /** Where this worker's words begin. */
  readonly words: number;
  /** Whether there are more workers than cores, so that one that stays awake is in another's way. */
  readonly crowded: boolean;
  readonly #actions: Float32Array[];

  constructor({ recipe, shape, buffer, worker, share: [first, end], autoreset }: StartRequest) {
    const envs = Array.from(
      { length: end - first },
      () => makeFromRecipe<Observation>(recipe),
    );
    const [sample] = envs;
    const ring = new Ring(shape, observationArray(sample.id, sample.observationSpace), buffer);
    const { actions, slots, infos } = ring.share(first, end);
    this.control = ring.control;
    this.words = ring.wordsOf(worker);
    this.rows = infos;
    this.crowded = shape.workers > navigator.hardwareConcurrency;
    const atWork = ring.control.subarray(this.words + WorkerWord.AtWork, this.words + WorkerWord.AtWork + 1);
    this.group = new EnvGroup(envs, { autoreset, slots, atWork });
    this.#actions = actionRows(sample, actions);
  }

  answer(request: Exclude<WorkerRequest, StartRequest>): { states?: EnvState[] } {
    if (request.kind === "getState") return { states: this.group.getState() };
    if (request.kind === "close") this.group.close();
    else if (request.kind === "setState") this.group.setState(request.states);
    else this.group.reset(request.indices, request.options);
    return {};
  }

  /** Returns false when an environment failed. */
  step(): boolean {
    try {
      this.group.step(this.#actions, this.control[Word.Slot]);
      this.control[this.words + WorkerWord.AtWork] = -1;
      const infos = this.news(true);
      if (infos.length > 0) this.#send({ kind: "infos", infos });
      return true;
    } catch (error) {
      this.#send({ kind: "failure", error: thrown(error) });
      return false;
    }
  }

  /** Infos that have to go by message; with `share`, those that shared memory cannot take. */
  news(share: boolean): [index: number, info: Info][] {
    const news: [number, Info][] = [];
    this.group.infos.forEach((info, i) => {
      this.rows.clear(i);
      if (this.group.news[i] === 0) return;
      this.group.news[i] = 0;
      if (share && this.rows.write(i, info)) return;
      this.rows.learn(i, info);
      news.push([i, info]);
    });
    return news;
  }

  /** Says that the present command is finished. */
  finish(): void {
    Atomics.store(this.control, this.words + WorkerWord.Done, turn);
  }

  #send(message: WorkerMessage): void {
    port.postMessage(message);
    Atomics.add(this.control, this.words + WorkerWord.Sent, 1);
  }
}

/** Steps until something else is wanted. */
async function serve(): Promise<void> {
  const { control, words } = work;
  const called = words + WorkerWord.Called;
  let awake = false;
  for (;;) {
    for (let look = 0; awake && look < LOOKS; look++) awake = Atomics.load(control, called) === turn;
    if (Atomics.wait(control, called, turn, IDLE) === "timed-out") {
      idle = setTimeout(serve);
      return;
    }
    turn = Atomics.load(control, called);
    if (control[Word.Kind] !== Command.Step) return;
    if (!work.step()) return; // its words stay as evidence
    await undefined; // what environments left to microtasks belongs to the step
    work.finish();
    // The last one leaves its core to the caller. The others are soon wanted again, and stay awake for it: waking takes
    // long, and often puts two workers on one core.
    const last = Atomics.sub(control, Word.Left, 1) === 1;
    awake = !last && !work.crowded;
    if (last) Atomics.notify(control, Word.Left);
  }
}

async function begin(request: StartRequest): Promise<void> {
  await importModules(request.recipe.id, request.modules);
  work = new Work(request);
}

function thrown(error: unknown): ThrownError {
  const { name = "Error", message = String(error), stack } = (error ?? {}) as Partial<Error>;
  return { name, message, stack };
}

port.on("message", async (request: WorkerRequest) => {
  clearTimeout(idle);
  let message: WorkerMessage;
  try {
    const answer = request.kind === "start" ? await begin(request) : work.answer(request);
    message = { kind: "answer", infos: work.news(false), ...answer };
  } catch (error) {
    message = { kind: "refusal", error: thrown(error) };
  }
  if (!work) return port.postMessage(message); // it could not start, and is of no use
  work.control[work.words + WorkerWord.AtWork] = -1;
  turn = Atomics.load(work.control, work.words + WorkerWord.Called);
  work.finish();
  port.postMessage(message);
  serve();
});

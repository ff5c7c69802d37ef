import { Worker, workerData } from "node:worker_threads";
import type { EnvState, Info } from "../env.ts";
import type { ThrownError, WorkerMessage, WorkerRequest } from "./vector_worker.ts";

/** What tells a vector's worker from other threads. */
const VECTOR_WORKER = "somnium vector worker";

/** Whether this thread is one of a vector's workers, which must not start workers of its own. */
export function isVectorWorker(): boolean {
  return workerData === VECTOR_WORKER;
}

/** What {@link WorkerHandle} tells its owner. */
export interface WorkerEvents {
  /** Infos came, in answer to a request or from the middle of a step; indices count within the worker's share. */
  onInfos(infos: [index: number, info: Info][]): void;
  /** The worker failed in the middle of a step, died or left. */
  onDeath(what: string, cause?: Error): void;
}

/** Who waits for an answer. */
interface Reply {
  resolve(states: EnvState[]): void;
  reject(error: Error): void;
}

/** One worker and what is said to it by message, one thing at a time. */
export class WorkerHandle {
  /** How many messages it sent from the middle of steps. */
  received = 0;
  readonly #worker: Worker;
  #reply: Reply | undefined;
  #arrival: (() => void) | undefined;

  /** Starts a worker. It does not keep the process alive. */
  constructor({ onInfos, onDeath }: WorkerEvents) {
    this.#worker = new Worker(new URL("./vector_worker.ts", import.meta.url), { workerData: VECTOR_WORKER });
    this.#worker.unref();
    this.#worker.on("message", (message: WorkerMessage) => {
      if (message.kind === "answer" || message.kind === "infos") onInfos(message.infos);
      if (message.kind === "answer") this.#settle()?.resolve(message.states ?? []);
      else if (message.kind === "refusal") this.#settle()?.reject(rebuild(message.error));
      else {
        if (message.kind === "failure") {
          onDeath(`an environment threw "${message.error.message}"`, rebuild(message.error));
        }
        this.received++;
        this.#arrival?.();
      }
    });
    // Node's worker threads tell what Web Workers keep to themselves: that one has left. Deno's Web Workers also
    // survive terminate() where they sleep or loop, and keep the process alive.
    this.#worker.on("error", (error: Error) => onDeath(`its worker crashed with "${error.message}"`, error));
    this.#worker.on("exit", (code: number) => onDeath(`its worker exited with code ${code}`));
  }

  /**
   * Sends a request and waits for its answer.
   *
   * @returns The states that it asked for.
   * @throws The error that it ended with, or why the worker ended.
   */
  ask(request: WorkerRequest): Promise<EnvState[]> {
    return new Promise((resolve, reject) => {
      this.#reply = { resolve, reject };
      this.#worker.postMessage(request);
    });
  }

  /** Waits until that many messages from the middle of steps have come. */
  async hasReceived(count: number): Promise<void> {
    while (this.received < count) await new Promise<void>((resolve) => this.#arrival = resolve);
  }

  /** Ends the worker and, with `reason`, what waits for it. */
  async end(reason: Error): Promise<void> {
    this.#settle()?.reject(reason);
    this.received = Infinity;
    this.#arrival?.();
    await this.#worker.terminate();
  }

  #settle(): Reply | undefined {
    const reply = this.#reply;
    this.#reply = undefined;
    return reply;
  }
}

/** An error of the class that it had in the worker. */
function rebuild({ name, message, stack }: ThrownError): Error {
  const classes: Record<string, ErrorConstructor> = { TypeError, RangeError };
  const error = new (classes[name] ?? Error)(message);
  if (stack) error.stack = stack;
  return error;
}

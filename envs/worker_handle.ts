import type { Info } from "./env.ts";
import type { WorkerReply, WorkerRequest } from "./worker_vector_env_worker.ts";

/** One worker, asked one thing at a time; an answer always comes, if only that the worker died. */
export class WorkerHandle {
  readonly #worker: Worker;
  readonly #label: string;
  #settle?: { resolve(infos: Info[]): void; reject(error: Error): void };
  #death?: Error;

  /** Starts a worker; `label` names it in errors, "worker 2 of CarRacing-v3". */
  constructor(label: string) {
    this.#label = label;
    this.#worker = new Worker(new URL("./worker_vector_env_worker.ts", import.meta.url), { type: "module" });
    this.#worker.onmessage = ({ data }: MessageEvent<WorkerReply>) => {
      if ("error" in data) this.#settle?.reject(rebuild(data.error));
      else this.#settle?.resolve(data.infos);
    };
    this.#worker.onerror = (event) => {
      event.preventDefault();
      this.end(new Error(`Cannot go on with ${label}: it died of "${event.message}"`));
    };
  }

  /**
   * Sends a request and waits for its answer.
   *
   * @param patience Milliseconds after which a worker without an answer is given up.
   * @throws The error that the call ended with in the worker, or why the worker died.
   */
  request(request: WorkerRequest, patience: number): Promise<Info[]> {
    if (this.#death) return Promise.reject(this.#death);
    return new Promise<Info[]>((resolve, reject) => {
      const timer = setTimeout(() => {
        const message = `expected an answer to "${request.kind}" within ${patience} ms, got none`;
        this.end(new Error(`Cannot go on with ${this.#label}: ${message}`));
      }, patience);
      const settled = <T>(settle: (value: T) => void) => (value: T) => {
        clearTimeout(timer);
        this.#settle = undefined;
        settle(value);
      };
      this.#settle = { resolve: settled(resolve), reject: settled(reject) };
      this.#worker.postMessage(request);
    });
  }

  /** Terminates the worker; the request under way and all later ones end with `reason`. */
  end(reason: Error): void {
    this.#worker.terminate();
    this.#death ??= reason;
    this.#settle?.reject(this.#death);
  }
}

/** An error of the class that it had in the worker. */
function rebuild({ name, message }: { name: string; message: string }): Error {
  if (name === "TypeError") return new TypeError(message);
  return name === "RangeError" ? new RangeError(message) : new Error(message);
}

/** A two-way line that carries messages whole and in order: a worker, a message port, a WebSocket in disguise. */
export interface Line {
  /** Sends a message; `transfer` may be ignored. */
  send(message: unknown, transfer?: Transferable[]): void;
  /** Hears of messages. */
  receive(listener: (message: unknown) => void): void;
  /** Hears, once, that the line broke; the reason is one sentence. */
  broken(listener: (reason: string) => void): void;
}

interface Call {
  call: number;
  method: string;
  args: unknown[];
}

type Answer = { answer: number; result: unknown } | { answer: number; error: string; name: string };

/**
 * Answers calls that come in by a line. Only the methods that are named can be called: a line may come from afar.
 */
export function serve<T extends object>(target: T, methods: readonly (keyof T & string)[], line: Line): void {
  line.receive(async (message) => {
    const { call, method, args } = Object(message) as Partial<Call>;
    if (typeof call !== "number") return;
    try {
      const name = methods.find((known) => known === method);
      if (name === undefined || !Array.isArray(args)) {
        throw new TypeError(`Cannot call "${method}": expected one of ${methods.join(", ")}`);
      }
      const result = await (target[name] as (...args: unknown[]) => unknown).apply(target, args);
      line.send({ answer: call, result } satisfies Answer, buffersOf(result));
    } catch (error) {
      const { message = String(error), name = "Error" } = Object(error) as Partial<Error>;
      line.send({ answer: call, error: message, name } satisfies Answer);
    }
  });
}

/** The far end of {@link serve} as if it were here. Calls reject when the line is broken. */
export function connect<T extends object>(methods: readonly (keyof T & string)[], line: Line): T {
  const waiting = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
  let calls = 0;
  let failure: string | undefined;
  line.receive((message) => {
    const answer = Object(message) as Answer;
    const caller = waiting.get(answer.answer);
    if (!caller) return;
    waiting.delete(answer.answer);
    if ("error" in answer) caller.reject(Object.assign(new Error(answer.error), { name: answer.name }));
    else caller.resolve(answer.result);
  });
  line.broken((reason) => {
    failure = reason;
    for (const { reject } of waiting.values()) reject(new Error(reason));
    waiting.clear();
  });
  const call = (method: string) => (...args: unknown[]) =>
    new Promise((resolve, reject) => {
      if (failure !== undefined) return reject(new Error(failure));
      waiting.set(++calls, { resolve, reject });
      line.send({ call: calls, method, args } satisfies Call);
    });
  return Object.fromEntries(methods.map((method) => [method, call(method)])) as T;
}

/** A worker, or a worker's own global scope, as a line. */
export function workerLine(worker: Worker | typeof globalThis): Line {
  const port = worker as Worker;
  return {
    send: (message, transfer = []) => port.postMessage(message, transfer),
    receive: (listener) => port.addEventListener("message", ({ data }) => listener(data)),
    broken: (listener) =>
      port.addEventListener("error", ({ message }) => listener(message || "The worker does not load")),
  };
}

/** The buffers of a result's arrays, each once: they go over without a copy, so results are never kept. */
function buffersOf(result: unknown): Transferable[] {
  const found = new Set<ArrayBuffer>();
  const visit = (value: unknown): void => {
    if (ArrayBuffer.isView(value)) {
      if (value.buffer instanceof ArrayBuffer) found.add(value.buffer);
    } else if (value !== null && typeof value === "object") Object.values(value).forEach(visit);
  };
  visit(result);
  return [...found];
}

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
  /** The call whose stream it is about: the method is then `next` or `return`. */
  of?: number;
}

type Answer = { answer: number; result: unknown } | { answer: number; error: string; name: string };

/**
 * Answers calls that come in by a line. Only the methods that are named can be called: a line may come from afar. A
 * result that is an AsyncIterable stays here, and goes over piece by piece as the far end asks for more: nothing is
 * computed ahead of the reader, and it ends when the reader leaves or the line breaks.
 */
export function serve<T extends object>(target: T, methods: readonly (keyof T & string)[], line: Line): void {
  const streams = new Map<number, AsyncIterator<unknown>>();
  const follow = async (of: number, method: string): Promise<IteratorResult<unknown>> => {
    const stream = streams.get(of);
    const over = { done: true, value: undefined } as const;
    if (method !== "return") return await stream?.next() ?? over;
    streams.delete(of);
    await stream?.return?.();
    return over;
  };
  const perform = async ({ call, method, args }: Call): Promise<unknown> => {
    const name = methods.find((known) => known === method);
    if (name === undefined || !Array.isArray(args)) {
      throw new TypeError(`Cannot call "${method}": expected one of ${methods.join(", ")}`);
    }
    const result = await (target[name] as (...args: unknown[]) => unknown).apply(target, args);
    if (!(Symbol.asyncIterator in Object(result))) return result;
    streams.set(call, (result as AsyncIterable<unknown>)[Symbol.asyncIterator]());
    return undefined;
  };
  line.receive(async (message) => {
    const { call, method, of, ...rest } = Object(message) as Call;
    if (typeof call !== "number") return;
    try {
      const result = await (of === undefined ? perform({ call, method, ...rest }) : follow(of, method));
      line.send({ answer: call, result } satisfies Answer, buffersOf(result));
    } catch (error) {
      const { message = String(error), name = "Error" } = Object(error) as Partial<Error>;
      line.send({ answer: call, error: message, name } satisfies Answer);
    }
  });
  line.broken(() => {
    for (const of of streams.keys()) follow(of, "return").catch(() => {}); // nobody is left to be told
  });
}

/**
 * The far end of {@link serve} as if it were here. Calls reject when the line is broken.
 *
 * @param streams Which methods return an AsyncIterable. Each iteration is a call of its own; leaving it early ends it at
 * the far end.
 */
export function connect<T extends object>(
  methods: readonly (keyof T & string)[],
  line: Line,
  streams: readonly (keyof T & string)[] = [],
): T {
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
  const send = (message: Call): Promise<unknown> =>
    new Promise((resolve, reject) => {
      if (failure !== undefined) return reject(new Error(failure));
      waiting.set(message.call, { resolve, reject });
      line.send(message);
    });
  const call = (method: string) => (...args: unknown[]) => send({ call: ++calls, method, args });
  const stream = (method: string) =>
    async function* (...args: unknown[]) {
      const of = ++calls;
      const ask = (method: "next" | "return") => send({ call: ++calls, of, method, args: [] });
      await send({ call: of, method, args });
      try {
        while (true) {
          const { done, value } = await ask("next") as IteratorResult<unknown>;
          if (done) return;
          yield value;
        }
      } finally {
        ask("return").catch(() => {}); // the line may be broken
      }
    };
  return Object.fromEntries(
    methods.map((method) => [method, (streams.includes(method) ? stream : call)(method)]),
  ) as T;
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

import { assertEquals, assertInstanceOf, assertRejects } from "@std/assert";
import { connect, type Line, serve } from "../../viewer/rpc.ts";

interface Shop {
  add(a: number, b: number): Promise<number>;
  fail(kind: string): Promise<never>;
  slow(): Promise<string>;
  pictures(): Promise<{ whole: Uint8Array; part: Uint8Array; again: Uint8Array }>;
  count(to: number): AsyncIterable<number>;
}

const METHODS = ["add", "fail", "slow", "pictures", "count"] as const;
const STREAMS = ["count"] as const;

/** Two ends of a line, the messages that went over it, and what breaks it. */
function makeLine() {
  const ends: { receive?: (message: unknown) => void; broken?: (reason: string) => void }[] = [{}, {}];
  const sent: { message: unknown; transfer?: Transferable[] }[] = [];
  const lines = ends.map((end, i): Line => ({
    send(message, transfer) {
      sent.push({ message, transfer });
      queueMicrotask(() => ends[1 - i].receive?.(structuredClone(message)));
    },
    receive: (listener) => end.receive = listener,
    broken: (listener) => end.broken = listener,
  }));
  return {
    near: lines[0],
    far: lines[1],
    sent,
    cut: (reason: string) => ends[0].broken?.(reason),
    hangUp: (reason: string) => ends[1].broken?.(reason),
  };
}

/** What a shop has counted, and how its counts ended. */
interface Counted {
  numbers: number[];
  ended: number;
}

function makeShop(counted: Counted = { numbers: [], ended: 0 }): Shop & { secret(): string } {
  const bytes = new Uint8Array(4);
  return {
    async *count(to) {
      try {
        for (let n = 1; n <= to; n++) {
          counted.numbers.push(n);
          yield n;
        }
        throw new RangeError("Cannot count on: no more numbers");
      } finally {
        counted.ended++;
      }
    },
    add: (a, b) => Promise.resolve(a + b),
    fail: (kind) => {
      if (kind === "range") throw new RangeError("Cannot add: too much");
      if (kind === "text") return Promise.reject("a text");
      if (kind === "nothing") return Promise.reject(undefined);
      return Promise.reject(Object.assign(new Error("odd"), { name: "OddError" }));
    },
    slow: () => new Promise(() => {}),
    pictures: () => Promise.resolve({ whole: bytes, part: bytes.subarray(2), again: new Uint8Array(2) }),
    secret: () => "never",
  };
}

Deno.test("calls are answered, each its own, whatever the order", async () => {
  const { near, far } = makeLine();
  serve<Shop>(makeShop(), METHODS, far);
  const shop = connect<Shop>(METHODS, near);
  shop.slow();
  assertEquals(await Promise.all([shop.add(1, 2), shop.add(3, 4)]), [3, 7]);
});

Deno.test("errors keep their name and message", async () => {
  const { near, far } = makeLine();
  serve<Shop>(makeShop(), METHODS, far);
  const shop = connect<Shop>(METHODS, near);
  const named = async (kind: string) => {
    const error = await assertRejects(() => shop.fail(kind), Error);
    return [error.name, error.message];
  };
  assertEquals(await named("range"), ["RangeError", "Cannot add: too much"]);
  assertEquals(await named("odd"), ["OddError", "odd"]);
  assertEquals(await named("text"), ["Error", "a text"]);
  assertEquals(await named("nothing"), ["Error", "undefined"]);
});

Deno.test("only methods that are named can be called", async () => {
  const { near, far } = makeLine();
  serve<Shop>(makeShop(), METHODS, far);
  for (const method of ["secret", "constructor", "__proto__", "toString", "hasOwnProperty", "", "add "]) {
    const stranger = connect<Record<string, () => Promise<unknown>>>([method], near);
    const call = Object.entries(stranger)[0]?.[1] ?? stranger[method];
    if (typeof call !== "function") continue; // `__proto__` cannot even be named on this side
    const error = await assertRejects(
      () => call(),
      Error,
      `Cannot call "${method}": expected one of add, fail`,
    );
    assertEquals(error.name, "TypeError");
  }
});

Deno.test("messages that are no calls change nothing", async () => {
  const { near, far, sent } = makeLine();
  serve<Shop>(makeShop(), METHODS, far);
  const shop = connect<Shop>(METHODS, near);
  for (const message of [null, 7, "call", [], {}, { call: "1", method: "add", args: [] }]) near.send(message);
  near.send({ call: 90, method: "__proto__", args: [] });
  near.send({ call: 91, method: "add", args: "no list" });
  near.send({ call: 92, method: { toString: null }, args: [] });
  assertEquals(await shop.add(2, 2), 4);
  const answers = sent.map(({ message }) => message).filter((message) =>
    Object(message).answer !== undefined
  );
  assertEquals(answers.map((message) => (message as { answer: number }).answer), [90, 91, 92, 1]);
  for (const answer of answers.slice(0, 3)) assertEquals((answer as { name: string }).name, "TypeError");
});

Deno.test("a broken line rejects what waits and what comes", async () => {
  const { near, far, cut } = makeLine();
  serve<Shop>(makeShop(), METHODS, far);
  const shop = connect<Shop>(METHODS, near);
  const waiting = shop.slow();
  cut("The server's lab does not answer");
  await assertRejects(() => waiting, Error, "The server's lab does not answer");
  await assertRejects(() => shop.add(1, 2), Error, "The server's lab does not answer");
});

Deno.test("a result's arrays go over without a copy, each buffer once", async () => {
  const { near, far, sent } = makeLine();
  serve<Shop>(makeShop(), METHODS, far);
  const { part } = await connect<Shop>(METHODS, near).pictures();
  assertInstanceOf(part, Uint8Array);
  assertEquals(sent.at(-1)!.transfer?.length, 2);
});

/** A shop at the far end of a line that knows which methods are streams. */
function openShop() {
  const { near, far, cut, hangUp } = makeLine();
  const counted: Counted = { numbers: [], ended: 0 };
  serve<Shop>(makeShop(counted), METHODS, far);
  return { shop: connect<Shop>(METHODS, near, STREAMS), counted, cut, hangUp };
}

const settled = () => new Promise((resolve) => setTimeout(resolve));

Deno.test("a stream comes piece by piece beside other calls, and its failure ends it", async () => {
  const { shop, counted } = openShop();
  const got: number[] = [];
  const error = await assertRejects(
    async () => {
      for await (const n of shop.count(3)) got.push(n + await shop.add(n, 0));
    },
    Error,
    "no more numbers",
  );
  assertEquals([got, error.name, counted.ended], [[2, 4, 6], "RangeError", 1]);
  assertEquals(
    await Promise.all([1, 2].map(async (to) => {
      const all: number[] = [];
      for await (const n of shop.count(to)) {
        all.push(n);
        if (n === to) break;
      }
      return all;
    })),
    [[1], [1, 2]],
    "two streams at once",
  );
});

Deno.test("a reader who leaves ends the stream at the far end, which computes nothing ahead", async () => {
  const { shop, counted } = openShop();
  for await (const n of shop.count(1000)) if (n === 2) break;
  await settled();
  assertEquals(counted, { numbers: [1, 2], ended: 1 });
});

Deno.test("a line that breaks ends streams at both ends", async () => {
  const { shop, counted, cut, hangUp } = openShop();
  const stream = shop.count(1000)[Symbol.asyncIterator]();
  assertEquals(await stream.next(), { done: false, value: 1 });
  hangUp("The page went");
  cut("The server went");
  await assertRejects(() => stream.next(), Error, "The server went");
  await settled();
  assertEquals(counted, { numbers: [1], ended: 1 });
});

import { assertEquals, assertInstanceOf, assertRejects } from "@std/assert";
import { connect, type Line, serve } from "../../viewer/rpc.ts";

interface Shop {
  add(a: number, b: number): Promise<number>;
  fail(kind: string): Promise<never>;
  slow(): Promise<string>;
  pictures(): Promise<{ whole: Uint8Array; part: Uint8Array; again: Uint8Array }>;
}

const METHODS = ["add", "fail", "slow", "pictures"] as const;

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
  return { near: lines[0], far: lines[1], sent, cut: (reason: string) => ends[0].broken?.(reason) };
}

function makeShop(): Shop & { secret(): string } {
  const bytes = new Uint8Array(4);
  return {
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

import {
  assert,
  assertEquals,
  assertInstanceOf,
  assertRejects,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import type { Lab } from "../../../viewer/lab/lab.ts";
import { socketLine } from "../../../viewer/page/state/socket_line.ts";
import { connect } from "../../../viewer/rpc.ts";
import { MOST_SOCKETS } from "../../../viewer/server/lab_sockets.ts";
import { LARGEST_MESSAGE, packMessage, unpackMessage } from "../../../viewer/socket_messages.ts";
import { until } from "../support/until.ts";
import { openLab, openSocket, sendRaw, withViewer } from "./support.ts";

const labWorker = new URL("stub_lab_worker.ts", import.meta.url);
const UPGRADE = {
  upgrade: "websocket",
  connection: "upgrade, close",
  "sec-websocket-version": "13",
  "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==",
};

/** How a socket ends. */
function closing(socket: WebSocket): Promise<{ code: number; reason: string }> {
  return new Promise((resolve) =>
    socket.addEventListener("close", (event) => resolve(event as CloseEvent), { once: true })
  );
}

/** How many models, agents and dreams are open; asks again until it is so. */
async function waitForOpen(lab: Lab, expected: string): Promise<void> {
  await until(() => lab.backend(), ({ reason }) => reason === expected, expected);
}

Deno.test("the lab answers our own page alone", () =>
  withViewer(async ({ port }) => {
    const own = { origin: `http://127.0.0.1:${port}` };
    const cases: [headers: Record<string, string>, status: number, sentence: string][] = [
      [UPGRADE, 403, "without an origin"],
      [{ ...UPGRADE, origin: "http://evil.example" }, 403, "got one of http://evil.example"],
      [{ ...UPGRADE, origin: "null" }, 403, "expected a request of our own page"],
      [{ ...UPGRADE, ...own, host: `evil.example:${port}` }, 403, "expected the host"],
      [{ ...UPGRADE, ...own, "sec-fetch-site": "cross-site" }, 403, "got a cross-site one"],
      [own, 426, "expected a WebSocket"],
    ];
    for (const [headers, status, sentence] of cases) {
      const answer = await sendRaw(port, "GET /lab", headers);
      assertEquals([headers, answer.status], [headers, status]);
      assertStringIncludes(answer.body, sentence);
    }
    assertEquals((await sendRaw(port, "POST /lab", { ...UPGRADE, ...own })).status, 405);
  }, { labWorker }));

Deno.test("calls and typed arrays go over the socket as they are, errors with their sentence", () =>
  withViewer(async (viewer) => {
    const { lab, socket } = openLab(viewer);
    const { id } = await lab.open({ name: "one", config: {}, groups: {} });
    const inner = new Uint8Array([9, 1, 2, 255, 9]).subarray(1, 4);
    const encode = async (frames: Uint8Array) => {
      const [piece] = await Array.fromAsync(lab.ask(id, "encode", { frames }));
      return piece as unknown as Record<string, Float32Array>;
    };
    const encoded: Record<string, ArrayLike<number>> = await encode(inner);
    assertEquals(
      Object.entries(encoded).map(([name, { constructor }]) => [name, constructor.name]),
      [
        ["mu", "Float32Array"],
        ["logVar", "Float32Array"],
        ["frames", "Uint8Array"],
        ["doubles", "Float64Array"],
        ["whole", "Int32Array"],
        ["nothing", "Float32Array"],
      ],
    );
    assertEquals([...encoded.mu as Float32Array], [1, 2, 255]);
    assertEquals([...encoded.frames as Uint8Array], [1, 2, 255]);
    assertEquals([...encoded.logVar as Float32Array], [...new Float32Array([NaN, -0, 1e-40])]);
    assertEquals([...encoded.doubles as Float64Array], [Math.PI]);
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, i) => encode(new Uint8Array(1000).fill(i))),
    );
    assert(answers.every(({ mu }, i) => mu.length === 1000 && mu.every((value) => value === i)));
    const error = await assertRejects(
      () => Array.fromAsync(lab.ask(id, "sample", {})),
      Error,
      "expected another day",
    );
    assertEquals(error.name, "RangeError");
    const unknown = connect<{ leave(): void }>(["leave"], socketLine(socket));
    await assertRejects(
      async () => await unknown.leave(),
      Error,
      'Cannot call "leave": expected one of backend',
    );
    socket.close();
  }, { labWorker }));

Deno.test("a page knows only what it opened itself, and what it leaves open goes with it", () =>
  withViewer(async (viewer) => {
    const [one, two] = [openLab(viewer), openLab(viewer)];
    const { id } = await one.lab.open({ name: "one", config: {}, groups: {} });
    const agent = await one.lab.startAgent(id);
    await waitForOpen(two.lab, "[1,1,0]");
    await assertRejects(() => two.lab.close(id), Error, `Cannot find the model ${id}`);
    await assertRejects(() => two.lab.stopAgent(agent), Error, `Cannot find the agent ${agent}`);
    one.socket.close();
    await waitForOpen(two.lab, "[0,0,0]");
    two.socket.close();
  }, { labWorker }));

Deno.test("what a page reads ends when it stops reading, and when it goes", () =>
  withViewer(async (viewer) => {
    const [one, two] = [openLab(viewer), openLab(viewer)];
    const { id } = await one.lab.open({ name: "one", config: {}, groups: {} });
    const numbers: unknown[] = [];
    for await (const n of one.lab.ask(id, "count", {})) {
      if (numbers.push(n) === 3) break;
    }
    assertEquals(numbers, [1, 2, 3]);
    await waitForOpen(two.lab, "[1,0,0]");
    const reading = one.lab.ask(id, "count", {})[Symbol.asyncIterator]();
    await reading.next();
    await waitForOpen(two.lab, "[1,0,1]");
    await assertRejects(
      () => Array.fromAsync(two.lab.ask(id, "count", {})),
      Error,
      `Cannot find the model ${id}`,
    );
    one.socket.close();
    await waitForOpen(two.lab, "[0,0,0]");
    two.socket.close();
  }, { labWorker }));

Deno.test("a worker that falls over breaks the calls that wait, and a new one takes the next", () =>
  withViewer(async (viewer) => {
    const { lab, socket } = openLab(viewer);
    const { id } = await lab.open({ name: "one", config: {}, groups: {} });
    const request = { frames: new Uint8Array(1), actions: new Float32Array(1), rewards: new Float32Array(0) };
    await assertRejects(() => lab.follow(id, request), Error, "the worker falls over");
    assertEquals((await lab.backend()).reason, "[0,0,0]");
    socket.close();
  }, { labWorker }));

Deno.test("what is too large, or no call at all, is refused", () =>
  withViewer(async (viewer) => {
    const { lab, socket } = openLab(viewer);
    const { id } = await lab.open({ name: "one", config: {}, groups: {} });
    await assertRejects(
      () => Array.fromAsync(lab.ask(id, "encode", { frames: new Uint8Array(64e6 + 3e6) })),
      RangeError,
      "expected at most 63.0 MiB",
    );
    await assertRejects(
      () => Array.fromAsync(lab.ask(id, "decode", {})),
      Error,
      "expected at most 63.0 MiB, got 70.0 MiB",
    );
    assertEquals((await lab.backend()).name, "stub", "the line goes on");
    socket.close();
    const cases: [message: string | Uint8Array<ArrayBuffer>, code: number, reason: string][] = [
      ["text", 1003, "Expected msgpack, got text"],
      [Uint8Array.of(0xdf, 1), 1007, "Expected msgpack, got something else"],
      [packMessage([1, 2]).with(0, 0x91), 1007, "Expected msgpack, got something else"],
      [new Uint8Array(0), 1007, "Expected msgpack, got something else"],
      [packMessage(7), 1007, "Expected a call, got something else"],
      [new Uint8Array(LARGEST_MESSAGE + 1), 1009, ""],
    ];
    for (const [message, code, reason] of cases) {
      const socket = openSocket(viewer);
      const closed = closing(socket);
      socket.addEventListener("open", () => socket.send(message));
      const event = await closed;
      assertEquals([event.code, event.reason], [code, reason]);
    }
    assertThrows(() => packMessage(new Uint8Array(LARGEST_MESSAGE + 1)), RangeError, "ask for less");
    const large = new Uint8Array(50e6);
    large.set([0xc6, 0, 0xff, 0xff, 0xff]); // 16 MB of bytes, and more behind them
    assertThrows(() => unpackMessage(large), RangeError, "got 50000000");
    const polluting = unpackMessage(
      packMessage(JSON.parse('{"__proto__": {"polluted": true}}')),
    );
    assertEquals(({} as Record<string, unknown>).polluted, undefined);
    assertEquals((polluting as Record<string, unknown>).polluted, undefined);
  }, { labWorker }));

Deno.test("there are so many pages at a time, and one that goes makes room", () =>
  withViewer(async (viewer) => {
    const sockets = Array.from({ length: MOST_SOCKETS }, () => openLab(viewer));
    await Promise.all(sockets.map(({ lab }) => lab.backend()));
    const answer = await sendRaw(viewer.port, "GET /lab", { ...UPGRADE, origin: viewer.url.slice(0, -1) });
    assertEquals(answer.status, 503);
    assertStringIncludes(answer.body, `at most ${MOST_SOCKETS} pages`);
    const closed = closing(sockets[0].socket);
    sockets[0].socket.close();
    await closed;
    for (let i = 0; i < 200; i++) {
      const { lab, socket } = openLab(viewer);
      const backend = await lab.backend().catch(() => undefined);
      if (backend) {
        assertInstanceOf(socket, WebSocket);
        return;
      }
    }
    throw new Error("no room was made");
  }, { labWorker }));

Deno.test("a page learns that the server has ended", () =>
  withViewer(async (viewer) => {
    const { lab, socket } = openLab(viewer);
    const { id } = await lab.open({ name: "one", config: {}, groups: {} });
    const waiting = assertRejects(() => lab.drive(id, { seed: 1 }), Error, "drive");
    const closed = closing(socket);
    await waiting;
    await viewer.close();
    await closed;
    await assertRejects(() => lab.backend(), Error, "deno task watch");
  }, { labWorker }));

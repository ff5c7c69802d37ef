import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { connectionsFor } from "../../../viewer/server/default_limits.ts";
import { until } from "../support/until.ts";
import { sendRaw, withViewer } from "./support.ts";

const labWorker = new URL("stub_lab_worker.ts", import.meta.url);

/** A connection that was sent something, and all that comes until the other side closes it. */
async function talk(
  port: number,
  text: string,
): Promise<{ connection: Deno.TcpConn; heard: Promise<string> }> {
  const connection = await Deno.connect({ hostname: "127.0.0.1", port });
  if (text) await connection.write(new TextEncoder().encode(text));
  return { connection, heard: new Response(connection.readable).text().catch(() => "reset") };
}

Deno.test("requests that never end are closed with a sentence, and cost others nothing", () =>
  withViewer(async ({ port }) => {
    const half = ["", "GET /library", `GET / HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\nx-slow: `];
    const talks = await Promise.all(half.map((text) => talk(port, text)));
    assertEquals((await sendRaw(port, "GET /library.json")).status, 200);
    const [silent, ...begun] = await Promise.all(talks.map(({ heard }) => heard));
    assert(silent === "" || silent.startsWith("HTTP/1.1 408"), silent);
    for (const heard of begun) {
      assertStringIncludes(heard, "HTTP/1.1 408");
      assertStringIncludes(heard, "Cannot answer: expected a whole request within 1000 ms\n");
    }
    const long = await sendRaw(port, "GET /", { "x-long": "x".repeat(100_000) });
    assertEquals([long.status, long.body], [431, "Cannot answer: expected shorter headers\n"]);
    assertEquals((await sendRaw(port, "GET /library.json")).status, 200);
  }, { limits: { requestWithin: 1000 } }));

Deno.test("connections above the limit are told so, and a server that had too many goes on", () =>
  withViewer(async ({ port }) => {
    const idle = await Promise.all(Array.from({ length: 4 }, () => talk(port, "")));
    const refused = await sendRaw(port, "GET /library.json");
    assertEquals(refused.status, 503);
    assertStringIncludes(
      refused.body,
      "Cannot answer: expected at most 4 connections at a time; close a page",
    );
    const many = await Promise.all(Array.from({ length: 100 }, () => talk(port, "").catch(() => undefined)));
    for (const one of [...idle, ...many]) await one?.connection.readable.cancel().catch(() => {});
    for (const one of [...idle, ...many]) await one?.heard.catch(() => {});
    await until(() => sendRaw(port, "GET /library.json"), ({ status }) => status === 200, "an answer");
  }, { limits: { connections: 4 } }));

Deno.test("a connection on which nothing moves is closed", () =>
  withViewer(async ({ port }) => {
    const { heard } = await talk(port, `GET / HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\n\r\n`);
    assertStringIncludes(await heard, "HTTP/1.1 200");
  }, { limits: { idleWithin: 1000 } }));

Deno.test("an unfinished message of a WebSocket is held up to its limit, in however many parts it comes", () =>
  withViewer(async ({ port }) => {
    const lines = [
      "GET /lab HTTP/1.1",
      `host: 127.0.0.1:${port}`,
      `origin: http://127.0.0.1:${port}`,
      "upgrade: websocket",
      "connection: upgrade",
      "sec-websocket-version: 13",
      "sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==",
    ];
    const { connection, heard } = await talk(port, `${lines.join("\r\n")}\r\n\r\n`);
    const part = new Uint8Array(8 + 1000); // masked with zeros
    part.set([0x02, 0x80 | 126, 1000 >> 8, 1000 & 255]);
    for (let i = 0; i < 4; i++) {
      await connection.write(part);
      part[0] = 0; // continues
    }
    await connection.write(part).catch(() => {});
    // The frame of the end has the code 1009, "message too big".
    assertStringIncludes(await heard, "\x03\ufffd");
    assertEquals((await sendRaw(port, "GET /library.json")).status, 200);
  }, { labWorker, limits: { messageBytes: 4500 } }));

Deno.test("connections leave descriptors for files, however few a process may have", () => {
  assertEquals([64, 128, 256, 1024, Infinity].map(connectionsFor), [5, 26, 64, 64, 64]);
});

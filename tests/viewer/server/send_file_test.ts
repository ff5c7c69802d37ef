import { assert, assertEquals, assertLess, assertStringIncludes } from "@std/assert";
import { parseRange } from "../../../viewer/server/parse_range.ts";
import { sendRaw, withViewer, write } from "./support.ts";

Deno.test("a range is one stretch of bytes, from a byte, to the end or from the end", () => {
  const cases: [header: string | null, expected: ReturnType<typeof parseRange>][] = [
    [null, undefined],
    ["bytes=0-3", { first: 0, last: 3 }],
    ["bytes=4-", { first: 4, last: 9 }],
    ["bytes=-3", { first: 7, last: 9 }],
    ["bytes=-30", { first: 0, last: 9 }],
    ["bytes=8-30", { first: 8, last: 9 }],
    ["bytes=9-9", { first: 9, last: 9 }],
    ["BYTES= 2-2 ", { first: 2, last: 2 }],
    ["bytes=10-", "unsatisfiable"],
    ["bytes=10-12", "unsatisfiable"],
    ["bytes=-0", "unsatisfiable"],
    ["bytes=3-2", undefined],
    ["bytes=-", undefined],
    ["bytes=a-b", undefined],
    ["bytes=0-1,3-4", undefined],
    ["lines=0-1", undefined],
  ];
  for (const [header, expected] of cases) assertEquals([header, parseRange(header, 10)], [header, expected]);
  assertEquals(parseRange("bytes=0-", 0), "unsatisfiable");
});

Deno.test("a file is sent whole, in ranges, as a head, and not again while it stays the same", () =>
  withViewer(async ({ port, url }, runs) => {
    const path = `${runs}/one/metrics.jsonl`;
    write(path, "0123456789");
    const get = async (headers: Record<string, string> = {}, method = "GET") => {
      const response = await fetch(`${url}runs/one/metrics.jsonl`, { headers, method });
      const { status } = response;
      return { status, text: await response.text(), header: (name: string) => response.headers.get(name) };
    };
    const whole = await get();
    assertEquals([whole.status, whole.text, whole.header("content-length")], [200, "0123456789", "10"]);
    assertEquals(whole.header("accept-ranges"), "bytes");
    const etag = whole.header("etag")!, modified = whole.header("last-modified")!;

    const part = await get({ range: "bytes=2-4" });
    assertEquals([part.status, part.text, part.header("content-range")], [206, "234", "bytes 2-4/10"]);
    assertEquals((await get({ range: "bytes=-2" })).text, "89");
    assertEquals((await get({ range: "bytes=0-1,3-4" })).status, 200);
    const beyond = await get({ range: "bytes=10-" });
    assertEquals([beyond.status, beyond.text, beyond.header("content-range")], [416, "", "bytes */10"]);

    const head = await get({ range: "bytes=2-4" }, "HEAD");
    assertEquals([head.status, head.text, head.header("content-length")], [206, "", "3"]);

    assertEquals((await get({ "if-none-match": etag })).status, 304);
    assertEquals((await get({ "if-none-match": `"other", W/${etag}` })).status, 304);
    assertEquals((await get({ "if-none-match": '"other"' })).status, 200);
    assertEquals((await get({ "if-modified-since": modified })).status, 304);
    assertEquals((await get({ "if-modified-since": "Thu, 01 Jan 1970 00:00:00 GMT" })).status, 200);
    assertEquals((await get({ "if-none-match": '"other"', "if-modified-since": modified })).status, 200);

    assertEquals((await get({ range: "bytes=2-4", "if-range": etag })).status, 206);
    assertEquals((await get({ range: "bytes=2-4", "if-range": modified })).status, 206);
    assertEquals((await get({ range: "bytes=2-4", "if-range": '"other"' })).text, "0123456789");

    write(path, "0123456789A"); // training goes on
    assertEquals((await get({ "if-none-match": etag })).text, "0123456789A");
    assertEquals((await get({ range: "bytes=10-" })).text, "A");
    write(path, "");
    const empty = await get();
    assertEquals([empty.status, empty.text], [200, ""]);
    assertEquals((await get({ range: "bytes=0-" })).status, 416);
    const raw = await sendRaw(port, "GET /main.js");
    const tag = /etag: ("[^"]+")/i.exec(raw.head)![1];
    assertStringIncludes(raw.body, "export");
    assertEquals(tag.length, 24);
  }));

Deno.test("the page and the library are not sent again while they stay the same", () =>
  withViewer(async ({ url }, runs) => {
    for (const path of ["", "main.js", "library.json"]) {
      const first = await fetch(url + path);
      await first.body!.cancel();
      const again = await fetch(url + path, { headers: { "if-none-match": first.headers.get("etag")! } });
      assertEquals([path, again.status, await again.text()], [path, 304, ""]);
    }
    const before = (await fetch(`${url}library.json`, { method: "HEAD" })).headers.get("etag");
    write(`${runs}/one/config.json`, "{}");
    const after = (await fetch(`${url}library.json`, { method: "HEAD" })).headers.get("etag");
    assert(before !== after);
  }));

Deno.test("a file of 2 GB is streamed: memory stays flat, and a reader who leaves frees it", () =>
  withViewer(async ({ url }, runs) => {
    const size = 2 ** 31;
    write(`${runs}/one/huge.bin`, "");
    Deno.truncateSync(`${runs}/one/huge.bin`, size); // sparse: it takes no room
    const last = await fetch(`${url}runs/one/huge.bin`, { headers: { range: `bytes=${size - 3}-` } });
    assertEquals([last.status, (await last.bytes()).length], [206, 3]);
    const before = Deno.memoryUsage().rss;
    const response = await fetch(`${url}runs/one/huge.bin`);
    assertEquals(response.headers.get("content-length"), String(size));
    let read = 0;
    for await (const part of response.body!) {
      read += part.length;
      if (read > 0.75 * size) break; // leaves: the body is cancelled
    }
    // Parts that were read wait for the garbage collector: only growth that follows the file would be the server's.
    assertLess(Deno.memoryUsage().rss - before, 0.25 * size);
    assertEquals((await fetch(`${url}library.json`)).ok, true);
  }));

Deno.test("a pipe or a folder in a run is no file, and blocks nobody", async () => {
  if (Deno.build.os === "windows") return;
  await withViewer(async ({ port }, runs) => {
    write(`${runs}/one/config.json`, "{}");
    await new Deno.Command("mkfifo", { args: [`${runs}/one/pipe`] }).output();
    assertEquals((await sendRaw(port, "GET /runs/one/pipe")).status, 404);
    const listed = JSON.parse((await sendRaw(port, "GET /library.json")).body);
    assertEquals(listed.runs[0].files.map(({ path }: { path: string }) => path), ["config.json"]);
  });
});

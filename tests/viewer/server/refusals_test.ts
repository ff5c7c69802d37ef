import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { refuseRequest } from "../../../viewer/server/refuse_request.ts";
import { sendRaw, withViewer, write, writeRun } from "./support.ts";

const SECRET = "secret-of-the-machine";

Deno.test("no path leads out of the folder of runs", () =>
  withViewer(async ({ port }, runs) => {
    writeRun(`${runs}/one`);
    write(`${runs}/one/.hidden`, SECRET);
    write(`${runs}/../secret.txt`, SECRET);
    write(`${runs}/../elsewhere/secret.txt`, SECRET);
    write(`${runs}/../runs-of-another/secret.txt`, SECRET);
    Deno.symlinkSync("../../secret.txt", `${runs}/one/link.txt`);
    Deno.symlinkSync("../../elsewhere", `${runs}/one/linked`);
    Deno.symlinkSync("../elsewhere", `${runs}/linked`);
    Deno.symlinkSync("../runs-of-another", `${runs}/another`);
    const cases: [path: string, status: number][] = [
      ["/runs/../secret.txt", 400],
      ["/runs/one/../../secret.txt", 400],
      ["/runs/%2e%2e/secret.txt", 400],
      ["/runs/%2E%2e/secret.txt", 400],
      ["/runs/.%2e/secret.txt", 400],
      ["/runs/%252e%252e/secret.txt", 400],
      ["/runs/..%2fsecret.txt", 400],
      ["/runs/..%5csecret.txt", 400],
      ["/runs/..\\secret.txt", 400],
      ["/runs/one%2fconfig.json", 400],
      ["/runs//one/config.json", 400],
      ["/runs/./one/config.json", 400],
      ["/runs/one/config.json%00.txt", 400],
      ["/runs/one/config.json%0a", 400],
      ["/runs/one/%ff", 400],
      ["/runs/one/.hidden", 400],
      ["/runs/one/", 400],
      ["//runs/one/config.json", 400],
      [`/${runs}/one/config.json`, 400],
      [`/runs/${encodeURIComponent(`${runs}/../secret.txt`)}`, 400],
      ["/runs", 404],
      ["/runs/one", 404],
      ["/runs/two/config.json", 404],
      ["/runs/one/config.json/x", 404],
      ["/runs/one/link.txt", 404],
      ["/runs/one/linked/secret.txt", 404],
      ["/runs/linked/secret.txt", 404],
      ["/runs/another/secret.txt", 404],
      ["/recordings/secret.txt", 404],
      ["/secret.txt", 404],
      [`/runs/one/${"x".repeat(5000)}`, 414],
      ["/runs/one/config.json", 200],
      ["/runs/one/config.json?x=../..#..", 200],
    ];
    for (const [path, status] of cases) {
      const answer = await sendRaw(port, `GET ${path}`);
      assertEquals([path, answer.status], [path, status]);
      assert(!answer.body.includes(SECRET), `${path} leads out`);
      if (status !== 200) assertEquals(answer.body.trim().split("\n").length, 1);
    }
    const listed = (await sendRaw(port, "GET /library.json")).body;
    for (const name of ["link.txt", "linked", "another", ".hidden"]) assert(!listed.includes(name), name);
  }));

Deno.test("only our own page is answered: no foreign host, no foreign origin, no request across sites", () =>
  withViewer(async ({ port }) => {
    const own = `127.0.0.1:${port}`;
    const cases: [headers: Record<string, string>, status: number][] = [
      [{ host: own }, 200],
      [{ host: `localhost:${port}` }, 200],
      [{ host: `LOCALHOST:${port}` }, 200],
      [{ host: `[::1]:${port}` }, 200],
      // Tunnels and containers change the port, and a forwarded address may be any in digits.
      [{ host: "localhost:16006" }, 200],
      [{ host: `127.0.0.1:${port + 1}` }, 200],
      [{ host: "127.0.0.1" }, 200],
      [{ host: `10.0.0.1:${port}` }, 200],
      [{ host: "[fe80::1]:80" }, 200],
      [{ host: "localhost:16006", origin: "http://localhost:16006" }, 200],
      [{ host: "localhost:16006", origin: `http://localhost:${port}` }, 403],
      [{ host: "evil.example" }, 403],
      [{ host: `evil.example:${port}` }, 403],
      [{ host: `127.0.0.1.evil.example:${port}` }, 403],
      [{ host: `localhost.evil.example:${port}` }, 403],
      [{ host: "1.2.3.4.5" }, 403],
      [{ host: "user@localhost" }, 403],
      [{ host: "localhost:x" }, 403],
      [{ host: `localhost.:${port}` }, 403],
      [{ host: "" }, 403],
      [{ origin: `http://${own}` }, 200],
      [{ origin: `http://localhost:${port}` }, 403],
      [{ origin: "http://evil.example" }, 403],
      [{ origin: `https://${own}` }, 403],
      [{ origin: "null" }, 403],
      [{ "sec-fetch-site": "same-origin" }, 200],
      [{ "sec-fetch-site": "none" }, 200],
      [{ "sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors", "sec-fetch-dest": "image" }, 403],
      [{ "sec-fetch-site": "same-site", "sec-fetch-mode": "cors", "sec-fetch-dest": "empty" }, 403],
      [{ "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate", "sec-fetch-dest": "iframe" }, 403],
      [{ "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate", "sec-fetch-dest": "document" }, 403],
    ];
    for (const [headers, status] of cases) {
      const answer = await sendRaw(port, "GET /library.json", headers);
      assertEquals([headers, answer.status], [headers, status]);
      if (status !== 200) assert(!answer.body.includes('runs":'), "nothing of the library is told");
    }
    const link = {
      "sec-fetch-site": "cross-site",
      "sec-fetch-mode": "navigate",
      "sec-fetch-dest": "document",
    };
    assertEquals((await sendRaw(port, "GET /", link)).status, 200, "a link may lead to the page");
    assertEquals((await sendRaw(port, "GET /main.js", link)).status, 403);
    assertEquals((await sendRaw(port, `GET http://evil.example/library.json`)).status, 403);
  }));

Deno.test("names are answered when they were allowed; a refusal says how", () => {
  const request = (host: string, origin?: string) => {
    return { method: "GET", url: `http://${host}/`, headers: new Headers({ host, ...origin && { origin } }) };
  };
  const allowed = { hostname: "lab.local", allowedHosts: ["VM", ".lab.org"] };
  for (const host of ["lab.local:7430", "vm", "vm:8080", "lab.org", "a.b.lab.org:1", "localhost:1"]) {
    assertEquals(refuseRequest(request(host), allowed), undefined, host);
    assertEquals(refuseRequest(request(host, `http://${host}`), allowed), undefined, host);
  }
  for (const host of ["evil.example", "vm.evil.example", "evillab.org", "xvm", ""]) {
    assertEquals(refuseRequest(request(host), allowed)?.status, 403, host);
  }
  // A proxy that adds TLS, or that puts its own host in the place of the page's.
  assertEquals(refuseRequest(request("vm", "https://vm"), allowed), undefined);
  assertEquals(refuseRequest(request("localhost:7430", "https://a.lab.org"), allowed), undefined);
  assertEquals(refuseRequest(request("localhost:7430", "https://evil.example"), allowed)?.status, 403);
  assertEquals(refuseRequest(request("localhost:7430", "https://localhost:7430"), allowed)?.status, 403);
  const { reason } = refuseRequest(request("vm-2:7430"), { hostname: "0.0.0.0" })!;
  assertStringIncludes(reason, 'got "vm-2:7430"; to allow that name, start it with --allowed-hosts vm-2');
});

Deno.test("only GET and HEAD are answered", () =>
  withViewer(async ({ port }) => {
    for (const method of ["POST", "PUT", "DELETE", "OPTIONS", "PATCH", "PROPFIND"]) {
      const { status, head, body } = await sendRaw(port, `${method} /library.json`, {
        "content-length": "0",
      });
      assertEquals([method, status], [method, 405]);
      assertStringIncludes(head, "allow: get, head");
      assertStringIncludes(body, `expected GET or HEAD, got ${method}`);
    }
    const head = await sendRaw(port, "HEAD /");
    assertEquals([head.status, head.body], [200, ""]);
    assertStringIncludes(head.head, "content-length: 54");
  }));

Deno.test("every answer carries the headers that keep the page to itself", () =>
  withViewer(async ({ port }, runs) => {
    writeRun(`${runs}/one`);
    write(`${runs}/one/page.html`, "<script>alert(1)</script>");
    write(`${runs}/one/script.js`, "alert(1)");
    for (const path of ["/", "/main.js", "/library.json", "/nothing", "/runs/one/config.json"]) {
      const { head } = await sendRaw(port, `GET ${path}`);
      for (
        const line of [
          "x-content-type-options: nosniff",
          "referrer-policy: no-referrer",
          "cross-origin-resource-policy: same-origin",
          "content-security-policy: default-src 'none';",
          "permissions-policy: camera=()",
          "cache-control: no-cache",
        ]
      ) assertStringIncludes(head, line, path);
    }
    const policy = (await sendRaw(port, "GET /")).head;
    assertStringIncludes(policy, "script-src 'self' 'wasm-unsafe-eval'");
    assert(!policy.includes("unsafe-inline") && !policy.includes("'unsafe-eval'"));
    for (const name of ["page.html", "script.js", "samples/vision.svg"]) {
      const { head } = await sendRaw(port, `GET /runs/one/${name}`);
      assertStringIncludes(
        head,
        "content-security-policy: default-src 'none'; style-src 'unsafe-inline'; sandbox",
      );
      assertStringIncludes(head, `content-type: ${name.endsWith("svg") ? "image/svg+xml" : "text/plain"}`);
    }
  }));

import { join } from "node:path";

const TYPES: Record<string, string> = {
  html: "text/html",
  js: "text/javascript",
  css: "text/css",
  svg: "image/svg+xml",
  json: "application/json",
  wasm: "application/wasm",
  png: "image/png",
  gif: "image/gif",
};

/** A server of {@link servePlainly}. */
export interface PlainServer {
  /** Where the folder lies, with a slash at its end. */
  url: string;
  /** Ends it. */
  close(): Promise<void>;
}

/** A plain web server, as anybody's host: no ranges, no policy, a folder below a path and nothing beside it. */
export function servePlainly(folder: string, { below }: { below: string }): PlainServer {
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, async (request) => {
    const path = decodeURIComponent(new URL(request.url).pathname);
    if (!path.startsWith(below)) return new Response("not here", { status: 404 });
    const file = path.slice(below.length) || "index.html";
    try {
      const bytes = await Deno.readFile(join(folder, file));
      const type = TYPES[file.split(".").at(-1)!] ?? "application/octet-stream";
      return new Response(bytes, { headers: { "content-type": type } });
    } catch {
      return new Response("not here", { status: 404 });
    }
  });
  return { url: `http://127.0.0.1:${server.addr.port}${below}`, close: () => server.shutdown() };
}

import { fileURLToPath } from "node:url";
import { createRequire } from "node:module";
import { join } from "node:path";
import { summarise } from "../../../viewer/summarise.ts";
import { parseRecording } from "../../../envs/recordings/reader.ts";

export interface ViewerServer {
  url: string;
  close(): Promise<void>;
}
const root = fileURLToPath(new URL("../../../", import.meta.url));
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
const CSP =
  "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self' blob:; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; media-src 'self' blob:; font-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

let bundled: Promise<string> | undefined;
async function bundle(): Promise<string> {
  const out = Deno.makeTempDirSync();
  const page = join(root, "viewer/page");
  const { success, stderr } = await new Deno.Command(Deno.execPath(), {
    cwd: root,
    args: [
      "bundle",
      "--quiet",
      "--platform=browser",
      "--code-splitting",
      "--minify",
      "--outdir",
      out,
      ...["main.tsx", "episode_worker.ts", "lab_worker.ts"].map((f) => join(page, f)),
    ],
  }).output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
  for (const f of ["index.html", "icon.svg"]) {
    try {
      Deno.copyFileSync(join(page, f), join(out, f));
    } catch { /* */ }
  }
  let css = "";
  try {
    for (const f of [...Deno.readDirSync(join(page, "styles"))].map((e) => e.name).sort()) {
      css += Deno.readTextFileSync(join(page, "styles", f));
    }
  } catch { /* */ }
  Deno.writeTextFileSync(join(out, "style.css"), css);
  Deno.mkdirSync(join(out, "wasm"));
  try {
    const dist = join(createRequire(import.meta.url).resolve("@tensorflow/tfjs-backend-wasm"), "..");
    for (const f of Deno.readDirSync(dist)) {
      if (f.name.endsWith(".wasm")) Deno.copyFileSync(join(dist, f.name), join(out, "wasm", f.name));
    }
  } catch (e) {
    console.error(e);
  }
  return out;
}
function* walk(folder: string, under = ""): Generator<{ path: string; bytes: number; modified: number }> {
  for (const e of Deno.readDirSync(join(folder, under))) {
    const path = under ? `${under}/${e.name}` : e.name;
    if (e.isDirectory) yield* walk(folder, path);
    else {
      const s = Deno.statSync(join(folder, path));
      yield { path, bytes: s.size, modified: +s.mtime! };
    }
  }
}
function library(runs: string) {
  const list = [];
  for (const e of Deno.readDirSync(runs)) {
    if (!e.isDirectory) continue;
    const files = [...walk(join(runs, e.name))];
    list.push({
      name: e.name,
      kind: "train-world-model",
      modified: Math.max(...files.map((f) => f.modified)),
      training: false,
      files,
      episodes: files.filter((f) => f.path.endsWith(".rec")).map((f) =>
        summarise(parseRecording(Deno.readFileSync(join(runs, e.name, f.path))), `runs/${e.name}/${f.path}`)
      ),
    });
  }
  return { version: 1, live: true, lab: false, runs: list, recordings: [] };
}
export async function startViewer(
  { runs }: { runs: string; files?: string[]; port?: number },
): Promise<ViewerServer> {
  const dir = await (bundled ??= bundle());
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, async (request) => {
    let path = decodeURIComponent(new URL(request.url).pathname).slice(1) || "index.html";
    const headers = {
      "content-security-policy": CSP,
      "content-type": TYPES[path.split(".").at(-1)!] ?? "application/octet-stream",
    };
    if (path === "library.json") return new Response(JSON.stringify(library(runs)), { headers });
    try {
      let bytes = await Deno.readFile(path.startsWith("runs/") ? join(runs, path.slice(5)) : join(dir, path));
      const from = Number(request.headers.get("range")?.match(/bytes=(\d+)-/)?.[1] ?? 0);
      if (from >= bytes.length && from > 0) return new Response(null, { status: 416 });
      if (from) bytes = bytes.slice(from);
      return new Response(bytes, { headers, status: from ? 206 : 200 });
    } catch {
      return new Response("missing", { status: 404 });
    }
  });
  return { url: `http://127.0.0.1:${(server.addr as Deno.NetAddr).port}/`, close: () => server.shutdown() };
}

import { RecordingWriter } from "../../../envs/recordings/writer.ts";
import { connectLab } from "../../../viewer/lab/connect_lab.ts";
import type { Lab } from "../../../viewer/lab/lab.ts";
import { socketLine } from "../../../viewer/page/state/socket_line.ts";
import { etagOf, type PageFiles } from "../../../viewer/server/page_files.ts";
import { startViewer, type Viewer, type ViewerOptions } from "../../../viewer/server/start_viewer.ts";

/** A page that needs no bundler. */
export const STUB_PAGE: PageFiles = new Map(
  Object.entries({
    "index.html": ["<!doctype html><html><head></head><body></body></html>", "text/html; charset=utf-8"],
    "main.js": ["export {};", "text/javascript; charset=utf-8"],
  }).map(([path, [text, type]]) => {
    const bytes = new TextEncoder().encode(text);
    return [path, { bytes, type, etag: etagOf(bytes) }];
  }),
);

/** Gives a test a temporary folder. */
export async function inFolder(test: (folder: string) => Promise<void> | void): Promise<void> {
  const folder = Deno.realPathSync(Deno.makeTempDirSync({ prefix: "somnium-server-" }));
  try {
    await test(folder);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
}

/** Gives a test a folder of runs, in a folder of its own, and a viewer over it. */
export async function withViewer(
  test: (viewer: Viewer, runs: string) => Promise<void>,
  options: Partial<ViewerOptions> = {},
): Promise<void> {
  await inFolder(async (folder) => {
    const runs = `${folder}/runs`;
    Deno.mkdirSync(runs);
    const viewer = await startViewer({ runs, page: STUB_PAGE, ...options });
    try {
      await test(viewer, runs);
    } finally {
      await viewer.close();
    }
  });
}

/** Writes a file and the folders above it. */
export function write(path: string, content: string | Uint8Array): void {
  Deno.mkdirSync(path.slice(0, path.lastIndexOf("/")), { recursive: true });
  Deno.writeFileSync(path, typeof content === "string" ? new TextEncoder().encode(content) : content);
}

/** Writes a run folder as training leaves it, with files of a few bytes. */
export function writeRun(
  folder: string,
  config: Record<string, unknown> = { vision: "small", memoryUnits: 16 },
): void {
  write(`${folder}/config.json`, JSON.stringify({ format: "somnium-run", version: 1, config }));
  write(`${folder}/metrics.jsonl`, '{"name":"vision","step":20,"time":1,"values":{"loss":0.5}}\n');
  const files = {
    vision: { path: "vision.1.safetensors" },
    visionOptimiser: { path: "visionOptimiser.1.safetensors" },
  };
  write(`${folder}/checkpoints/checkpoint.json`, JSON.stringify({ files }));
  for (const { path } of Object.values(files)) write(`${folder}/checkpoints/${path}`, "weights");
  write(`${folder}/rollouts/0000.safetensors`, "rollout");
  write(`${folder}/samples/vision.svg`, "<svg xmlns='http://www.w3.org/2000/svg'/>");
}

/** Records three steps of an environment with two numbers as its state. */
export function writeRecording(path: string, { seed = 7, metadata = {}, env = "Two-v0" } = {}): void {
  const header = { env, options: {}, seed, resetOptions: {}, observationShape: [2, 2, 3], metadata };
  const writer = new RecordingWriter(path, {
    ...header,
    content: "states",
    stateSize: 2,
    actionSize: 1,
    first: Float64Array.of(0, 0),
  });
  for (const step of [1, 2, 3]) {
    const transition = {
      observation: new Uint8Array(12),
      reward: step,
      terminated: step === 3,
      truncated: false,
      info: {},
    };
    writer.add([0.5], transition, Float64Array.of(step, step));
  }
  writer.end();
}

/** An answer, as it came over the wire. */
export interface RawAnswer {
  status: number;
  head: string;
  body: string;
}

/** Sends a request exactly as it is written: `fetch` would mend it first. */
export async function sendRaw(
  port: number,
  request: string,
  headers: Record<string, string> = {},
): Promise<RawAnswer> {
  const lines = { host: `127.0.0.1:${port}`, connection: "close", ...headers };
  const head = Object.entries(lines).map(([name, value]) => `${name}: ${value}\r\n`).join("");
  const connection = await Deno.connect({ hostname: "127.0.0.1", port });
  await connection.write(new TextEncoder().encode(`${request} HTTP/1.1\r\n${head}\r\n`));
  const text = await new Response(connection.readable).text();
  const end = text.indexOf("\r\n\r\n");
  return {
    status: Number(text.split(" ")[1]),
    head: text.slice(0, end).toLowerCase(),
    body: text.slice(end + 4),
  };
}

/** A socket to the lab, with the origin that a browser would send. */
export function openSocket({ url }: Pick<Viewer, "url">): WebSocket {
  // Deno's WebSocket takes headers; a browser's sends the origin by itself.
  const options = { headers: { origin: url.slice(0, -1) } } as unknown as string[];
  return new WebSocket(new URL("lab", url.replace(/^http/, "ws")), options);
}

/** The lab behind such a socket. */
export function openLab(viewer: Pick<Viewer, "url">): { lab: Lab; socket: WebSocket } {
  const socket = openSocket(viewer);
  return { lab: connectLab(socketLine(socket)), socket };
}

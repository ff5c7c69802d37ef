import { bundlePage } from "./bundle.ts";
import { LabSockets, MOST_SOCKETS } from "./lab_sockets.ts";
import { LibraryMaker } from "./make_library.ts";
import { etagOf, type PageFile, type PageFiles } from "./page_files.ts";
import { parsePath } from "./parse_path.ts";
import { COMMON_HEADERS } from "./policies.ts";
import { isOpen, type Listening, refuseRequest } from "./refuse_request.ts";
import { notModified, sendFile } from "./send_file.ts";
import { Shelves, type ShelvesOptions } from "./shelves.ts";

/** How a viewer is served. */
export interface ViewerOptions extends ShelvesOptions {
  /** Where to listen. @default "127.0.0.1" */
  hostname?: string;
  /** Where to listen; 0 for any free port. @default 0 */
  port?: number;
  /** The page. @default what `bundlePage` makes */
  page?: PageFiles;
  /** The module of the worker that computes dreams. @default viewer/server/lab_worker.ts */
  labWorker?: URL;
}

/** A viewer that is being served. */
export interface Viewer {
  /** Its address, with a slash at the end. */
  url: string;
  /** Its port. */
  port: number;
  /** What it serves. */
  shelves: Shelves;
  /** Ends it: connections are cut. */
  close(): Promise<void>;
}

/** A library is told after this time even when not all recordings were read, milliseconds. */
const PATIENCE = 1000;

/**
 * Serves the viewer: the page, the library, run folders and recordings, and a lab that computes dreams.
 *
 * @throws Error when the page cannot be bundled or a file is not there; Deno.errors.AddrInUse when the port is taken.
 */
export async function startViewer(options: ViewerOptions): Promise<Viewer> {
  const { hostname = "127.0.0.1", port = 0 } = options;
  const page = options.page ?? await bundlePage();
  const shelves = await Shelves.open(options);
  const library = new LibraryMaker(shelves);
  const sockets = new LabSockets(options.labWorker);
  const listening: Listening = { hostname, port };

  const answer = async (request: Request): Promise<Response> => {
    const refusal = refuseRequest(request, listening);
    if (refusal) return plain(refusal.status, `Cannot answer: ${refusal.reason}`);
    const parts = parsePath(request.url);
    if (!Array.isArray(parts)) return plain(parts.status, `Cannot open the address: ${parts.reason}`);
    const path = parts.join("/") || "index.html";
    if (path === "lab") return openLab(request, sockets);
    const file = page.get(path);
    if (file) return sendPageFile(request, file);
    if (path === "library.json") {
      const bytes = new TextEncoder().encode(JSON.stringify(await library.make({ within: PATIENCE })));
      return sendPageFile(request, { bytes, type: "application/json", etag: etagOf(bytes) });
    }
    const real = await shelves.locate(parts);
    const found = real === undefined ? undefined : await sendFile(request, real);
    return found ?? plain(404, `Cannot find "${path}"`);
  };

  const controller = new AbortController();
  const listen = { hostname, port, signal: controller.signal, onListen: () => {} };
  const server = Deno.serve(listen, async (request) => {
    let response: Response;
    try {
      response = await answer(request);
    } catch (error) {
      response = plain(500, `Cannot answer: ${(error as Error).message}`);
    }
    if (response.status === 101) return response;
    for (const [name, value] of Object.entries(COMMON_HEADERS)) {
      if (!response.headers.has(name)) response.headers.set(name, value);
    }
    return response;
  });
  listening.port = server.addr.port;
  return {
    url: `http://${addressed(hostname)}:${server.addr.port}/`,
    port: server.addr.port,
    shelves,
    async close() {
      sockets.close();
      controller.abort();
      await server.finished;
    },
  };
}

/** The host of its address, as a browser on this machine takes it. */
function addressed(hostname: string): string {
  if (isOpen(hostname)) return "127.0.0.1";
  return hostname.includes(":") && !hostname.startsWith("[") ? `[${hostname}]` : hostname;
}

/** A WebSocket to the lab, for our own page alone: it has no cookies or the like to tell who asks. */
function openLab(request: Request, sockets: LabSockets): Response {
  if (request.headers.get("upgrade")?.toLowerCase() !== "websocket") {
    return plain(426, "Cannot open the lab: expected a WebSocket");
  }
  if (request.headers.get("origin") === null) {
    return plain(403, "Cannot open the lab: expected a request of our own page, got one without an origin");
  }
  return sockets.accept(request) ??
    plain(503, `Cannot open the lab: expected at most ${MOST_SOCKETS} pages at a time; close one`);
}

function sendPageFile(request: Request, { bytes, type, etag }: PageFile): Response {
  const headers = { "content-type": type, "content-length": String(bytes.length), etag };
  if (notModified(request, etag)) return new Response(null, { status: 304, headers: { etag } });
  return new Response(request.method === "HEAD" ? null : bytes, { headers });
}

function plain(status: number, text: string): Response {
  const headers: Record<string, string> = { "content-type": "text/plain; charset=utf-8" };
  if (status === 405) headers.allow = "GET, HEAD";
  if (status === 426) headers.upgrade = "websocket";
  return new Response(`${text}\n`, { status, headers });
}

import { bundlePage } from "./bundle.ts";
import { defaultLimits } from "./default_limits.ts";
import { addressed, plain, serveHttp, type ServerLimits } from "./http_server.ts";
import { LabSockets, MOST_SOCKETS } from "./lab_sockets.ts";
import { LibraryMaker } from "./make_library.ts";
import type { OwnModels } from "./own_models.ts";
import { etagOf, type PageFile, type PageFiles } from "./page_files.ts";
import { parsePath } from "./parse_path.ts";
import { COMMON_HEADERS } from "./policies.ts";
import { type Asked, refuseRequest } from "./refuse_request.ts";
import { notModified, sendFile } from "./send_file.ts";
import { Shelves, type ShelvesOptions } from "./shelves.ts";

/** How a viewer is served. */
export interface ViewerOptions extends ShelvesOptions {
  /** Where to listen. @default "127.0.0.1" */
  hostname?: string;
  /** Where to listen; 0 for any free port. @default 0 */
  port?: number;
  /** Names that it may be asked by, beside localhost and addresses in digits; `.lab.org` for all below. @default none */
  allowedHosts?: readonly string[];
  /** What it gives away at most. @default {@link defaultLimits} */
  limits?: Partial<ServerLimits>;
  /** The page. @default what `bundlePage` makes */
  page?: PageFiles;
  /**
   * The path of a module whose default export is a kind of generative model, or an array of them: its code runs here, and
   * the server's lab opens their runs. @default none
   */
  module?: string;
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
 * @throws Error when the page cannot be bundled, a file is not there or the module fails; Deno.errors.AddrInUse when the port is taken.
 */
export async function startViewer(options: ViewerOptions): Promise<Viewer> {
  const { hostname = "127.0.0.1", port = 0, allowedHosts = [] } = options;
  const limits = { ...defaultLimits(), ...options.limits };
  const own = options.module === undefined ? undefined : await readOwn(options.module);
  const page = new Map(options.page ?? await bundlePage());
  if (own) page.set("settings.json", jsonFile(own.settings));
  const shelves = await Shelves.open(options);
  const library = new LibraryMaker(shelves);
  const sockets = new LabSockets({
    address: options.labWorker ?? own?.labWorker,
    largest: limits.messageBytes,
  });
  const refuse = (request: Asked): Response | undefined => {
    const refusal = refuseRequest(request, { hostname, allowedHosts });
    return refusal && plain(refusal.status, `Cannot answer: ${refusal.reason}`);
  };

  const answer = async (request: Asked): Promise<Response> => {
    const refusal = refuse(request);
    if (refusal) return refusal;
    const parts = parsePath(request.url);
    if (!Array.isArray(parts)) return plain(parts.status, `Cannot open the address: ${parts.reason}`);
    const path = parts.join("/") || "index.html";
    if (path === "lab") return plain(426, "Cannot open the lab: expected a WebSocket");
    const file = page.get(path);
    if (file) return sendPageFile(request, file);
    if (path === "library.json") {
      const made = await library.make({ within: PATIENCE });
      return sendPageFile(request, jsonFile({ ...made, serverKinds: own?.kinds }));
    }
    const real = await shelves.locate(parts);
    const found = real === undefined ? undefined : await sendFile(request, real);
    return found ?? plain(404, `Cannot find "${path}"`);
  };

  const withHeaders = (response: Response): Response => {
    for (const [name, value] of Object.entries(COMMON_HEADERS)) {
      if (!response.headers.has(name)) response.headers.set(name, value);
    }
    return response;
  };
  const server = await serveHttp({ hostname, port, limits }, {
    request: async (asked) => {
      try {
        return withHeaders(await answer(asked));
      } catch (error) {
        return withHeaders(plain(500, `Cannot answer: ${(error as Error).message}`));
      }
    },
    upgrade(asked, message, socket, head) {
      const refusal = refuse(asked) ?? refuseLab(asked);
      if (refusal) return withHeaders(refusal);
      const taken = sockets.accept(message, socket, head);
      if (taken) return undefined;
      return withHeaders(
        plain(503, `Cannot open the lab: expected at most ${MOST_SOCKETS} pages at a time; close one`),
      );
    },
  });
  return {
    url: `http://${addressed(hostname)}:${server.port}/`,
    port: server.port,
    shelves,
    async close() {
      sockets.close();
      await server.close();
    },
  };
}

/** What a viewer without a module need not load: all models. */
async function readOwn(module: string): Promise<OwnModels> {
  const { readOwnModels } = await import("./own_models.ts");
  return await readOwnModels(module);
}

function jsonFile(value: unknown): PageFile {
  const bytes = new TextEncoder().encode(JSON.stringify(value));
  return { bytes, type: "application/json", etag: etagOf(bytes) };
}

/** Why a request gets no WebSocket: it is for our own page alone, and has no cookies or the like to tell who asks. */
function refuseLab(asked: Asked): Response | undefined {
  if (!/^[a-z]+:\/\/[^/]*\/lab([?#]|$)/.test(asked.url)) {
    return plain(400, "Cannot answer: expected no other protocol, but for the lab");
  }
  if (asked.headers.get("upgrade")?.toLowerCase() !== "websocket") {
    return plain(426, "Cannot open the lab: expected a WebSocket");
  }
  if (asked.headers.get("origin") === null) {
    return plain(403, "Cannot open the lab: expected a request of our own page, got one without an origin");
  }
  return undefined;
}

function sendPageFile(request: Asked, { bytes, type, etag }: PageFile): Response {
  const headers = { "content-type": type, "content-length": String(bytes.length), etag };
  if (notModified(request, etag)) return new Response(null, { status: 304, headers: { etag } });
  return new Response(request.method === "HEAD" ? null : bytes, { headers });
}

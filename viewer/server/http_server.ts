import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { type Asked, isOpen } from "./refuse_request.ts";

/** What one server gives away at most, so that nobody can use it up; see {@link DEFAULT_LIMITS}. */
export interface ServerLimits {
  /** Connections at a time. */
  connections: number;
  /** Milliseconds for a request to arrive. */
  requestWithin: number;
  /** Milliseconds without a byte, either way, after which a connection is closed; WebSockets may rest. */
  idleWithin: number;
  /** Bytes of a WebSocket's message, in however many parts it comes. */
  messageBytes: number;
}

/** Who answers. */
export interface Answers {
  /** Answers a request. */
  request(asked: Asked): Promise<Response>;
  /**
   * Answers a request that wants another protocol: takes over its socket, or returns why not.
   *
   * @param head The first bytes of the other protocol.
   */
  upgrade(asked: Asked, message: IncomingMessage, socket: Socket, head: Uint8Array): Response | undefined;
}

/** A server that listens. */
export interface HttpServer {
  /** Where. */
  port: number;
  /** Ends it: connections are cut. */
  close(): Promise<void>;
}

/** Connections above the limit that are told so; those above these are only closed. */
const TOLD = 16;

/**
 * Serves HTTP within limits. A connection that is too slow, too long or too many costs nobody else anything.
 *
 * @throws Deno.errors.AddrInUse, PermissionDenied or AddrNotAvailable when it cannot listen there.
 */
export async function serveHttp(
  { hostname, port, limits }: { hostname: string; port: number; limits: ServerLimits },
  answers: Answers,
): Promise<HttpServer> {
  const { connections, requestWithin, idleWithin } = limits;
  const open = new Set<Socket>();
  const server = createServer({
    headersTimeout: requestWithin,
    requestTimeout: requestWithin,
    keepAliveTimeout: requestWithin,
    connectionsCheckingInterval: Math.max(1, Math.min(1000, requestWithin / 4)),
  }, async (message, out) => {
    const response = open.size > connections
      ? plain(503, `Cannot answer: expected at most ${connections} connections at a time; close a page`)
      : await answers.request(asked(message));
    if (response.status >= 400) out.shouldKeepAlive = false;
    await send(response, out);
  });
  server.maxConnections = connections + TOLD;
  server.timeout = idleWithin;
  server.on("connection", (socket: Socket) => {
    open.add(socket);
    socket.on("close", () => open.delete(socket));
    socket.on("error", () => socket.destroy()); // whoever went need not be told
  });
  server.on("clientError", (error: Error & { code?: string }, socket: Socket) => {
    const late = error.code === "ERR_HTTP_REQUEST_TIMEOUT";
    const long = error.code === "HPE_HEADER_OVERFLOW";
    const wanted = late
      ? `a whole request within ${requestWithin} ms`
      : long
      ? "shorter headers"
      : "HTTP/1.1";
    sendOver(socket, plain(late ? 408 : long ? 431 : 400, `Cannot answer: expected ${wanted}`));
  });
  server.on("upgrade", (message: IncomingMessage, socket: Socket, head: Uint8Array) => {
    const refusal = answers.upgrade(asked(message), message, socket, head);
    if (refusal) sendOver(socket, refusal);
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error: Error & { code?: string }) => reject(listenError(error)));
    server.listen(port, hostname.replace(/^\[(.*)\]$/, "$1"), resolve);
  });
  server.on("error", () => {}); // a connection that could not be accepted: the others go on
  return {
    port: (server.address() as { port: number }).port,
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of open) socket.destroy();
      await closed;
    },
  };
}

/** A sentence as an answer. */
export function plain(status: number, text: string): Response {
  const headers: Record<string, string> = { "content-type": "text/plain; charset=utf-8" };
  if (status === 405) headers.allow = "GET, HEAD";
  if (status === 426) headers.upgrade = "websocket";
  const body = new TextEncoder().encode(`${text}\n`);
  headers["content-length"] = String(body.length);
  return new Response(body, { status, headers });
}

/** The host of an address, as a browser on this machine takes it. */
export function addressed(hostname: string): string {
  if (isOpen(hostname)) return "127.0.0.1";
  return hostname.includes(":") && !hostname.startsWith("[") ? `[${hostname}]` : hostname;
}

function asked({ method = "", url = "", rawHeaders }: IncomingMessage): Asked {
  const headers = new Headers();
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    try {
      headers.append(rawHeaders[i], rawHeaders[i + 1]);
    } catch {
      // A header that means nothing to anybody here.
    }
  }
  const whole = /^[a-z]+:\/\//i.test(url);
  return { method, headers, url: whole ? url : `http://${headers.get("host") ?? ""}${url}` };
}

async function send(response: Response, out: ServerResponse): Promise<void> {
  out.writeHead(response.status, Object.fromEntries(response.headers));
  if (!response.body) return void out.end();
  // A reader who goes, or a file that became shorter, ends the connection: there is nobody to tell.
  // deno-lint-ignore no-explicit-any -- the two types of one stream
  await pipeline(Readable.fromWeb(response.body as any), out).catch(() => out.destroy());
}

/** Answers on a socket that the HTTP server has let go of, and closes it. */
async function sendOver(socket: Socket, response: Response): Promise<void> {
  if (!socket.writable) return void socket.destroy();
  const text = await response.text();
  const headers = { ...Object.fromEntries(response.headers), connection: "close" };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`).join("");
  socket.end(`HTTP/1.1 ${response.status} Refused\r\n${lines}\r\n${text}`);
  socket.setTimeout(1000, () => socket.destroy());
}

function listenError(error: Error & { code?: string }): Error {
  const { AddrInUse, PermissionDenied, AddrNotAvailable } = Deno.errors;
  const kinds = {
    EADDRINUSE: AddrInUse,
    EACCES: PermissionDenied,
    EADDRNOTAVAIL: AddrNotAvailable,
    EINVAL: AddrNotAvailable, // what Deno says of it
    ENOTFOUND: AddrNotAvailable,
    EAI_AGAIN: AddrNotAvailable,
  };
  const Kind = kinds[error.code as keyof typeof kinds];
  return Kind ? new Kind(error.message, { cause: error }) : error;
}

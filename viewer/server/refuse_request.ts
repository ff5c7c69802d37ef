/** Where a server listens. */
export interface Listening {
  /** The name or address that it was asked to listen at. */
  hostname: string;
  /** Its port. */
  port: number;
}

/** A refusal. */
export interface Refusal {
  /** The status of the answer. */
  status: number;
  /** What was expected, and what came. */
  reason: string;
}

/**
 * Why a request is not answered, by its method and its headers; `undefined` when it may be.
 *
 * A page of another site can make a browser send requests here, even under a name of its own that it points at this
 * machine (DNS rebinding). So the host must be one that no site can own, and requests must come from our own page or
 * from the address bar.
 */
export function refuseRequest(request: Request, listening: Listening): Refusal | undefined {
  const { method, headers, url } = request;
  if (method !== "GET" && method !== "HEAD") {
    return { status: 405, reason: `expected GET or HEAD, got ${method}` };
  }
  const host = headers.get("host") ?? "";
  const authority = /^[a-z]+:\/\/([^/?#]*)/i.exec(url)?.[1] ?? "";
  if (!allowedHost(host, listening) || authority.toLowerCase() !== host.toLowerCase()) {
    return { status: 403, reason: `expected the host ${hostsOf(listening)}, got "${host}"` };
  }
  const origin = headers.get("origin");
  if (origin !== null && origin.toLowerCase() !== `http://${host.toLowerCase()}`) {
    return { status: 403, reason: `expected a request of our own page, got one of ${origin}` };
  }
  const site = headers.get("sec-fetch-site") ?? "none";
  // A link on another site may lead to the page: that only shows it, and frames are forbidden.
  const followed = headers.get("sec-fetch-mode") === "navigate" &&
    headers.get("sec-fetch-dest") === "document" && /^[a-z]+:\/\/[^/]*\/(index\.html)?([?#]|$)/.test(url);
  if (site !== "same-origin" && site !== "none" && !followed) {
    return { status: 403, reason: `expected a request of our own page, got a ${site} one` };
  }
  return undefined;
}

/** Whether a `Host` header names this server; addresses in digits cannot be another site's. */
function allowedHost(host: string, { hostname, port }: Listening): boolean {
  const [, name, given = "80"] = /^(\[[0-9a-f:.]+\]|[^:]+)(?::(\d+))?$/i.exec(host.toLowerCase()) ?? [];
  if (name === undefined || Number(given) !== port) return false;
  if (["localhost", "127.0.0.1", "[::1]", hostname.toLowerCase()].includes(name)) return true;
  return isOpen(hostname) && /^(\[.*\]|\d+\.\d+\.\d+\.\d+)$/.test(name);
}

/** Whether it listens at all of the machine's addresses. */
export function isOpen(hostname: string): boolean {
  return hostname === "0.0.0.0" || hostname === "::" || hostname === "[::]";
}

function hostsOf({ hostname, port }: Listening): string {
  const names = new Set(["127.0.0.1", "localhost", isOpen(hostname) ? "this machine's address" : hostname]);
  return [...names].map((name) => `${name}:${port}`).join(" or ");
}

/** A request, as it came: nothing in its address is normalised. */
export type Asked = Pick<Request, "method" | "url" | "headers">;

/** By what a server may be addressed. */
export interface Listening {
  /** The name or address that it was asked to listen at. */
  hostname: string;
  /** Other names that it may be asked by; one that begins with a dot stands for itself and all below it. */
  allowedHosts?: readonly string[];
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
 * machine (DNS rebinding). So the host must be one that no site can own - localhost, a numeric address, at any port, as
 * tunnels and containers change it - or a name that was allowed, and requests must come from our own page or from the
 * address bar.
 */
export function refuseRequest(request: Asked, listening: Listening): Refusal | undefined {
  const { method, headers, url } = request;
  if (method !== "GET" && method !== "HEAD") {
    return { status: 405, reason: `expected GET or HEAD, got ${method}` };
  }
  const host = (headers.get("host") ?? "").toLowerCase();
  const authority = /^[a-z]+:\/\/([^/?#]*)/i.exec(url)?.[1] ?? "";
  const name = nameOf(host);
  if (name === undefined || !isAllowed(name, listening) || authority.toLowerCase() !== host) {
    return { status: 403, reason: wrongHost(host, name) };
  }
  const origin = headers.get("origin")?.toLowerCase();
  if (origin !== undefined && origin !== `http://${host}`) {
    // A proxy in between may add TLS, or put its own host in the place of the page's.
    const from = nameOf(origin.replace(/^https?:\/\//, ""));
    if (from === undefined || isUnowned(from) || !isListed(from, listening)) {
      return { status: 403, reason: `expected a request of our own page, got one of ${origin}` };
    }
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

/** The name or address in a host, without its port. */
function nameOf(host: string): string | undefined {
  return /^(\[[0-9a-f:.]+\]|[^:/@\s]+)(?::\d+)?$/.exec(host)?.[1];
}

/** Whether a name leads to nobody but this server. */
function isAllowed(name: string, listening: Listening): boolean {
  return isUnowned(name) || isListed(name, listening);
}

/** Whether a name is none that a site can own: localhost, or a numeric address. */
function isUnowned(name: string): boolean {
  return name === "localhost" || /^(\[.*\]|\d{1,3}(\.\d{1,3}){3})$/.test(name);
}

/** Whether a name is one that the server was told. */
function isListed(name: string, { hostname, allowedHosts = [] }: Listening): boolean {
  return [hostname, ...allowedHosts].some((allowed) => {
    const listed = allowed.toLowerCase();
    return listed.startsWith(".") ? name === listed.slice(1) || name.endsWith(listed) : name === listed;
  });
}

/** Whether it listens at all of the machine's addresses. */
export function isOpen(hostname: string): boolean {
  return hostname === "0.0.0.0" || hostname === "::" || hostname === "[::]";
}

function wrongHost(host: string, name: string | undefined): string {
  const advice = name !== undefined && /^[a-z0-9._-]+$/.test(name)
    ? `; to allow that name, start it with --allowed-hosts ${name}`
    : "";
  return `expected the host localhost or a numeric address, got "${host}"${advice}`;
}

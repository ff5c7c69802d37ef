import { LARGEST_MESSAGE } from "../socket_messages.ts";
import type { ServerLimits } from "./http_server.ts";

/** Connections at a time: some ten pages, each with six and its WebSocket. */
const CONNECTIONS = 64;
/** Descriptors that the program itself needs: TensorFlow's libraries, the folders that it looks at. */
const OWN_DESCRIPTORS = 48;

/** What a server allows where it is not told otherwise. */
export function defaultLimits(): ServerLimits {
  return {
    connections: connectionsFor(openFilesLimit()),
    requestWithin: 10_000,
    idleWithin: 60_000,
    messageBytes: LARGEST_MESSAGE,
  };
}

/**
 * How many connections so many descriptors allow: each may take one, one for the file that it is sent, and one more
 * while it is turned away.
 */
export function connectionsFor(descriptors: number): number {
  return Math.min(CONNECTIONS, Math.max(4, Math.floor((descriptors - OWN_DESCRIPTORS) / 3)));
}

/** How many files this process may have open (`ulimit -n`); 256, the least that systems give, where nothing tells. */
function openFilesLimit(): number {
  try {
    const line = /^Max open files\s+(\d+|unlimited)/m.exec(Deno.readTextFileSync("/proc/self/limits"));
    return line?.[1] === "unlimited" ? Infinity : Number(line?.[1] ?? 256);
  } catch {
    return 256;
  }
}

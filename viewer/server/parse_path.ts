/** Longer addresses are refused, characters. */
export const LONGEST_ADDRESS = 4096;

/**
 * The parts of a request's path, decoded once, or why it is refused. Nothing is normalised: a path that would need it
 * (`..`, `%2e%2e`, `//`, a backslash, a second encoding, a hidden file) is refused.
 *
 * @param address The request's address as it came.
 */
export function parsePath(address: string): string[] | { status: number; reason: string } {
  if (address.length > LONGEST_ADDRESS) {
    return { status: 414, reason: `expected at most ${LONGEST_ADDRESS} characters, got ${address.length}` };
  }
  const path = /^[a-z]+:\/\/[^/?#]*\/([^?#]*)/i.exec(address)?.[1];
  if (path === undefined) return refused("expected a path that begins with /");
  if (path === "") return [];
  const parts: string[] = [];
  for (const encoded of path.split("/")) {
    let part: string;
    try {
      part = decodeURIComponent(encoded);
    } catch {
      return refused("expected UTF-8 in its escapes");
    }
    // deno-lint-ignore no-control-regex -- control characters are what is looked for
    if (part === "" || /^\.|[/\\\x00-\x1f\x7f]|%[0-9a-f]{2}/i.test(part)) {
      return refused("expected plain names between single slashes");
    }
    parts.push(part);
  }
  return parts;
}

function refused(reason: string): { status: number; reason: string } {
  return { status: 400, reason };
}

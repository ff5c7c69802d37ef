import { safeMediaType } from "./media_types.ts";
import { parseRange } from "./parse_range.ts";

/** Bytes that are read from the disk at a time. */
const PART = 64 * 1024;

/**
 * Answers with a file: whole or a range, fresh or "not modified". However large, only a part at a time is in memory.
 *
 * @param path A real path, see `Shelves.locate`.
 * @returns `undefined` when there is no regular file.
 */
export async function sendFile(request: Request, path: string): Promise<Response | undefined> {
  const stat = await Deno.stat(path).catch(() => undefined);
  if (!stat?.isFile) return undefined; // a pipe would block for ever
  const { size, mtime, ino } = stat;
  const etag = `"${(ino ?? 0).toString(36)}-${size.toString(36)}-${(mtime?.getTime() ?? 0).toString(36)}"`;
  const headers = new Headers({ "accept-ranges": "bytes", "cache-control": "no-cache", etag });
  const type = safeMediaType(path);
  headers.set("content-type", type);
  headers.set("content-security-policy", FILE_POLICY);
  if (mtime) headers.set("last-modified", mtime.toUTCString());
  if (notModified(request, etag, mtime)) return new Response(null, { status: 304, headers });
  const range = rangeApplies(request, etag, mtime)
    ? parseRange(request.headers.get("range"), size)
    : undefined;
  if (range === "unsatisfiable") {
    headers.set("content-range", `bytes */${size}`);
    return new Response(null, { status: 416, headers });
  }
  const { first, last } = range ?? { first: 0, last: size - 1 };
  if (range) headers.set("content-range", `bytes ${first}-${last}/${size}`);
  headers.set("content-length", String(last - first + 1));
  const body = request.method === "HEAD" ? null : await readPart(path, first, last - first + 1);
  return new Response(body, { status: range ? 206 : 200, headers });
}

/** What somebody put into a run folder runs nothing and loads nothing, opened by itself or not. */
export const FILE_POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox";

/** Whether what the client has is what there is (RFC 9110, 13.1). */
export function notModified(request: Request, etag: string, mtime?: Date | null): boolean {
  const tags = request.headers.get("if-none-match");
  if (tags !== null) {
    return tags.trim() === "*" || tags.split(",").some((tag) => tag.trim().replace(/^W\//, "") === etag);
  }
  const since = Date.parse(request.headers.get("if-modified-since") ?? "");
  return mtime instanceof Date && Math.floor(mtime.getTime() / 1000) * 1000 <= since;
}

/** Whether `If-Range` still holds: a range of another version would not fit what the client has. */
function rangeApplies(request: Request, etag: string, mtime: Date | null): boolean {
  const condition = request.headers.get("if-range");
  return condition === null || condition === etag || (mtime !== null && condition === mtime.toUTCString());
}

/** Some bytes of a file as a stream. */
async function readPart(path: string, from: number, length: number): Promise<ReadableStream<Uint8Array>> {
  const file = await Deno.open(path);
  await file.seek(from, Deno.SeekMode.Start);
  let left = length;
  return new ReadableStream({
    async pull(controller) {
      try {
        const part = new Uint8Array(Math.min(PART, left));
        const read = left === 0 ? null : await file.read(part);
        if (read === null && left > 0) throw new Error(`Cannot send all of the file: it became shorter`);
        if (read !== null) {
          controller.enqueue(part.subarray(0, read));
          left -= read;
        }
        if (left > 0) return;
        file.close();
        controller.close();
      } catch (error) {
        file.close();
        controller.error(error);
      }
    },
    cancel: () => file.close(),
  }, { highWaterMark: 0 });
}

import type { Asked } from "./refuse_request.ts";
import { safeMediaType } from "./media_types.ts";
import { parseRange } from "./parse_range.ts";
import { FILE_POLICY } from "./policies.ts";

/**
 * Answers with a file: whole or a range, fresh or "not modified". However large, only a part at a time is in memory.
 *
 * @param path A real path, see `Shelves.locate`.
 * @returns `undefined` when there is no regular file.
 */
export async function sendFile(request: Asked, path: string): Promise<Response | undefined> {
  if (!await isFile(path)) return undefined; // a pipe would block whoever opens it
  const file = await Deno.open(path).catch(() => undefined);
  if (!file) return undefined;
  let response: Response | undefined;
  try {
    return response = answer(request, path, { file, stat: await file.stat() });
  } finally {
    if (!response?.body) file.close();
  }
}

function answer(
  request: Asked,
  path: string,
  { file, stat }: { file: Deno.FsFile; stat: Deno.FileInfo },
): Response {
  const { size, mtime, ino } = stat;
  const etag = `"${(ino ?? 0).toString(36)}-${size.toString(36)}-${(mtime?.getTime() ?? 0).toString(36)}"`;
  const headers = new Headers({ "accept-ranges": "bytes", "cache-control": "no-cache", etag });
  headers.set("content-type", safeMediaType(path));
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
  const body = request.method === "HEAD" || size === 0 ? null : readPart(file, first, last - first + 1);
  return new Response(body, { status: range ? 206 : 200, headers });
}

/** Whether what the client has is what there is (RFC 9110, 13.1). */
export function notModified(request: Asked, etag: string, mtime?: Date | null): boolean {
  const tags = request.headers.get("if-none-match");
  if (tags !== null) {
    return tags.trim() === "*" || tags.split(",").some((tag) => tag.trim().replace(/^W\//, "") === etag);
  }
  const since = Date.parse(request.headers.get("if-modified-since") ?? "");
  return mtime instanceof Date && Math.floor(mtime.getTime() / 1000) * 1000 <= since;
}

/** Whether `If-Range` still holds: a range of another version would not fit what the client has. */
function rangeApplies(request: Asked, etag: string, mtime: Date | null): boolean {
  const condition = request.headers.get("if-range");
  return condition === null || condition === etag || (mtime !== null && condition === mtime.toUTCString());
}

/** Some bytes of a file as a stream, which closes the file at its end. */
function readPart(file: Deno.FsFile, from: number, length: number): ReadableStream<Uint8Array> {
  file.seekSync(from, Deno.SeekMode.Start);
  let left = length;
  return file.readable.pipeThrough(
    new TransformStream({
      transform(part, controller) {
        controller.enqueue(part.subarray(0, left));
        left -= part.length;
        if (left <= 0) controller.terminate(); // the file may have grown meanwhile
      },
      flush(controller) {
        if (left > 0) {
          controller.error(new Error("Cannot send all of the file: it was truncated while it was read"));
        }
      },
    }),
  );
}

async function isFile(path: string): Promise<boolean> {
  return await Deno.stat(path).then(({ isFile }) => isFile, () => false);
}

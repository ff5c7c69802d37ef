import { createHash } from "node:crypto";

/** A file of the page, ready to be sent. */
export interface PageFile {
  /** Its content. */
  bytes: Uint8Array<ArrayBuffer>;
  /** Its media type. */
  type: string;
  /** See {@link etagOf}. */
  etag: string;
}

/** The page: every file by its path relative to `index.html`. */
export type PageFiles = ReadonlyMap<string, PageFile>;

/** Names a content, with its quotes, for `ETag`. */
export function etagOf(bytes: Uint8Array): string {
  return `"${createHash("sha256").update(bytes).digest("base64url").slice(0, 22)}"`;
}

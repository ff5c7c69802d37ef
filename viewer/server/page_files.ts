/** A file of the page, ready to be sent. */
export interface PageFile {
  /** Its content. */
  bytes: Uint8Array<ArrayBuffer>;
  /** Its media type. */
  type: string;
  /** Names the content, with its quotes, for `ETag`. */
  etag: string;
}

/** The page: every file by its path relative to `index.html`. */
export type PageFiles = ReadonlyMap<string, PageFile>;

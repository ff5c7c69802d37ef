/** What an installation reports while it runs. */
export type InstallEvent =
  /** A way of getting the library begins. */
  | { type: "download"; source: "pip" | "archive"; what: string }
  /** Bytes arrived; the total is known for the archive only. */
  | { type: "progress"; receivedBytes: number; totalBytes?: number }
  /** A file is being unpacked. */
  | { type: "unpack"; file: string; bytes?: number }
  /** One way failed; the next is tried. */
  | { type: "failed"; source: "pip" | "archive"; reason: string }
  /** The library is in its place. */
  | { type: "installed"; folder: string; source: "pip" | "archive" };

const TYPES: Record<string, string> = {
  css: "text/css; charset=utf-8",
  gif: "image/gif",
  html: "text/html; charset=utf-8",
  jpeg: "image/jpeg",
  jpg: "image/jpeg",
  js: "text/javascript; charset=utf-8",
  json: "application/json",
  jsonl: "text/plain; charset=utf-8",
  md: "text/plain; charset=utf-8",
  mp4: "video/mp4",
  png: "image/png",
  svg: "image/svg+xml",
  txt: "text/plain; charset=utf-8",
  wasm: "application/wasm",
  webm: "video/webm",
  webp: "image/webp",
};

/** Types that a browser would run as a page or a script of the viewer's own. */
const RUNNABLE = new Set(["css", "html", "js", "wasm"]);

/** The media type of a file of the page. */
export function mediaType(path: string): string {
  return TYPES[extension(path)] ?? "application/octet-stream";
}

/** The media type of a file that somebody put into a run folder: never one that runs, such as HTML or a script. */
export function safeMediaType(path: string): string {
  return RUNNABLE.has(extension(path)) ? "text/plain; charset=utf-8" : mediaType(path);
}

function extension(path: string): string {
  return /\.([^./]+)$/.exec(path)?.[1].toLowerCase() ?? "";
}

/**
 * Serves the viewer, on the reader's machine or as a static site.
 *
 * @module
 */
export { bundlePage } from "./bundle.ts";
export { type ExportOptions, type ExportResult, exportSite } from "./export_site.ts";
export { findShown } from "./find_shown.ts";
export { openBrowser } from "./open_browser.ts";
export type { PageFile, PageFiles } from "./page_files.ts";
export type { ServerLimits } from "./http_server.ts";
export { isOpen } from "./refuse_request.ts";
export { Shelves, type ShelvesOptions } from "./shelves.ts";
export { startViewer, type Viewer, type ViewerOptions } from "./start_viewer.ts";

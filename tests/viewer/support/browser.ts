/**
 * What tests of the viewer in a real browser share:
 *
 * ```ts
 * browserTest("the page says which episode it shows", async () => {
 *   const viewer = await openViewer({ runs: await tinyRunFolder(), hash: "view=watch" });
 *   await viewer.page.getByRole("button", { name: "Play" }).click();
 *   await viewer.close(); // throws when the page had errors
 * });
 * ```
 *
 * @module
 */
export { findChromium, launchChromium } from "./chromium.ts";
export { browserTest } from "./declare.ts";
export { demoRecording, tinyRunFolder } from "./fixtures.ts";
export { type OpenViewer, openViewer, type OpenViewerOptions } from "./open_viewer.ts";
export { type CanvasPixels, pixels, screenshot } from "./pixels.ts";
export { until } from "./until.ts";

/**
 * The viewer: a local web app over run folders and recordings, and the server behind it.
 *
 * `server/` runs in Deno, `page/` in the browser, `lab/` (what computes tensors for the page) in both.
 *
 * @module
 */
export * from "./lab/ability.ts";
export * from "./lab/channels.ts";
export * from "./lab/lab.ts";
export * from "./library.ts";
export { runKind } from "../generative/train/run_kind.ts";
export * from "./server/mod.ts";

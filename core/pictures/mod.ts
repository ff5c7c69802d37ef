/**
 * Pictures for run folders: PNG, contact sheets, animated GIFs and charts.
 *
 * @module
 */
export * from "./contact_sheet.ts";
export * from "./encode_png.ts";
export * from "./gif.ts";
export * from "./line_chart.ts";
export * from "./picture.ts";
export * from "./png.ts";
export * from "./scatter_chart.ts";

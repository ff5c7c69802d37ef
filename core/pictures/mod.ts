/**
 * Pictures for run folders: PNG, contact sheets, animated GIFs and line charts.
 *
 * @module
 */
export * from "./contact_sheet.ts";
export * from "./gif.ts";
export * from "./line_chart.ts";
export * from "./picture.ts";
export * from "./png.ts";

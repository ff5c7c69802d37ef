/**
 * Pictures for run folders: PNG, contact sheets, animated GIFs, MP4 videos and charts.
 *
 * @module
 */
export * from "./bar_chart.ts";
export * from "./contact_sheet.ts";
export * from "./encode_png.ts";
export * from "./gif.ts";
export * from "./heat_map.ts";
export * from "./histograms.ts";
export * from "./line_chart.ts";
export * from "./mp4.ts";
export * from "./picture.ts";
export * from "./plane_picture.ts";
export * from "./png.ts";
export * from "./tiny_text.ts";
export * from "./scatter_chart.ts";

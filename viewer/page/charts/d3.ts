// @ts-types="npm:@types/d3@7.4.3"
export * from "d3";

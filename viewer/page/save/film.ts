import { pace } from "../state/playhead.ts";
import type { Composition } from "./composition.ts";

/** Which steps a film shows, and how fast. */
export interface FilmPlan {
  /** First and last step, both included. */
  range: readonly [from: number, to: number];
  /** Shows every so many steps: 1 shows all. */
  every: number;
  /** Times real time. */
  speed: number;
}

/** A video's file. */
export interface VideoFile {
  /** The file. */
  blob: Blob;
  /** `mp4` or `webm`. */
  ending: string;
}

/** Pictures one after the other. */
export interface Film {
  /** How many. */
  count: number;
  /** How long each of them stands. */
  secondsPerFrame: number;
  /** In pixels. */
  width: number;
  /** In pixels. */
  height: number;
  /** Draws one; the canvas is the same each time. */
  draw(frame: number): HTMLCanvasElement;
}

/** What an export says and heeds as it goes on. */
export interface ExportOptions {
  /** Stops it: it then rejects with the signal's reason. */
  signal: AbortSignal;
  /** Hears how much of it is done, 0 .. 1. */
  onProgress(done: number): void;
}

/** How many frames a plan shows. */
export function filmLength({ range: [from, to], every }: FilmPlan): number {
  return Math.floor((to - from) / every) + 1;
}

/** How long each of its frames stands. */
export function secondsPerFrame({ every, speed }: FilmPlan): number {
  return every / pace.value / speed;
}

/** A composition as a film. */
export function makeFilm(composition: Composition, plan: FilmPlan): Film {
  const { width, height } = composition.canvas;
  return {
    count: filmLength(plan),
    secondsPerFrame: secondsPerFrame(plan),
    width,
    height,
    draw: (frame) => composition.draw(plan.range[0] + frame * plan.every),
  };
}

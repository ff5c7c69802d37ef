import type { CarRacingColors, CarRacingView, Track } from "./state.ts";

/** Draws observations. */
export class CarRacingPainter {
  constructor(readonly track: Track, readonly colors: CarRacingColors) {}

  /** Draws a view, `[96, 96, 3]`. */
  draw(_view: CarRacingView, target: Uint8Array): void {
    for (let i = 0; i < target.length; i++) target[i] = this.colors.background[i % 3];
  }
}

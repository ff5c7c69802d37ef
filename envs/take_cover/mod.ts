/**
 * TakeCover-v0: monsters throw fireballs, the agent steps out of their way; for `make("TakeCover-v0")`.
 *
 * Read `take_cover.ts` (the environment), `constants.ts` (sizes, speeds, chances), `arena.ts` (the Matter.js world),
 * `monsters.ts` (what they do), `painter.ts` (what the agent sees), `dodger.ts` (a player that sees everything).
 *
 * @module
 */
import "./register.ts";

export { Dodger } from "./dodger.ts";
export { TakeCover, type TakeCoverInfo, type TakeCoverOptions } from "./take_cover.ts";
export type { MonsterView, TakeCoverView } from "./view.ts";

import type { EnvState } from "../env.ts";
import { EPISODE_STATUS, type EpisodeStatus, readEnvState, type StatePart } from "../env_state.ts";
import type { NumpyRandomState } from "../random/numpy_random.ts";
import { CAR_STATE_SIZE } from "./car.ts";
import type { CarRacingColors } from "./state.ts";
import type { TilesState } from "./tiles.ts";

/** What `CarRacing.getState` returns: about 1.5 KB, as the track is kept by what it was drawn from. */
export interface CarRacingState {
  /** Where the environment stands. */
  status: EpisodeStatus;
  /** The generator that the next reset draws from. */
  random: NumpyRandomState;
  /** The present colours. */
  colors: CarRacingColors;
  /** All rewards so far, and what the last step had seen of them. */
  total: number;
  paid: number;
  /** Simulated seconds. */
  time: number;
  /** The present episode; nothing before the first reset. */
  episode: null | EpisodeState;
}

/** The part of a {@link CarRacingState} that the first reset begins. */
export interface EpisodeState {
  /** The generator's state that the track was drawn from. */
  origin: NumpyRandomState;
  /** See `Car.save`. */
  car: Float64Array;
  /** See `Tiles.save`. */
  tiles: TilesState;
  /** The score that the picture shows. */
  score: number;
}

const PARTS: Record<keyof CarRacingState, StatePart> = {
  status: EPISODE_STATUS,
  random: "object",
  colors: "object",
  total: "number",
  paid: "number",
  time: "number",
  episode: "object",
};
const COLOR_PARTS: Record<keyof CarRacingColors, StatePart> = { road: 3, background: 3, grass: 3 };
const SHADES: Record<string, StatePart> = { 0: "number", 1: "number", 2: "number" };
const EPISODE_PARTS: Record<keyof EpisodeState, StatePart> = {
  origin: "object",
  car: CAR_STATE_SIZE,
  tiles: "object",
  score: "number",
};

/** Reads a state. @throws TypeError when it is of something else; the tiles' number is still to be compared. */
export function readCarRacingState(id: string, state: EnvState): CarRacingState {
  const read = readEnvState<CarRacingState>(id, state, PARTS);
  const { road, background, grass } = readEnvState<CarRacingColors>(id, { ...read.colors }, COLOR_PARTS);
  for (const color of [road, background, grass]) readEnvState(id, { ...color }, SHADES);
  if (read.episode) readEnvState<EpisodeState>(id, { ...read.episode }, EPISODE_PARTS);
  return read;
}

/** @throws TypeError when the tiles are not those of a track of `count`. */
export function expectTiles(id: string, tiles: TilesState, count: number): void {
  readEnvState<TilesState>(id, { ...tiles }, { touched: count, collected: count, onStart: "boolean" });
}

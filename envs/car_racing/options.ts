import { readOptions } from "../read_options.ts";
import { type CarRacingRules, changeRules } from "./rules.ts";

/** Options of {@link CarRacing}; the first three are Gymnasium's, with its names and defaults. */
export interface CarRacingOptions {
  /** Actions are `[steer, gas, brake]`; otherwise one of five integers. @default true */
  continuous?: boolean;
  /** Every reset draws new colours. @default false */
  domainRandomize?: boolean;
  /** Share of the tiles above which a lap counts, 0 .. 1; without effect under `deadLapCheck`. @default 0.95 */
  lapCompletePercent?: number;
  /** Reward for finishing a lap. @default 0, and 100 in CarRacingLap-v0: as much as leaving the field costs */
  finishBonus?: number;
  /** Side of observed pictures, pixels: drawn at that size, not shrunk. @default 96 */
  frameSize?: 96 | 64;
  /**
   * What is observed: colour pictures `[S, S, 3]`, grey ones `[S, S]`, or the vector of {@link StateVector}.
   * @default "rgb"
   */
  observation?: "rgb" | "gray" | "state";
  /** Rules that differ from the environment's own, see {@link CarRacingRules}. @default none */
  rules?: Partial<CarRacingRules>;
}

/** Options with their defaults, rules with all their switches. */
export type CompleteOptions = Required<CarRacingOptions> & { rules: CarRacingRules };

/**
 * Options with their defaults.
 *
 * @throws RangeError for a number or a word out of range, TypeError for a rule that does not exist or a value of another type.
 */
export function completeOptions(id: string, options: CarRacingOptions): CompleteOptions {
  const given = readOptions<Required<CarRacingOptions>>(id, options, {
    continuous: true,
    domainRandomize: false,
    lapCompletePercent: 0.95,
    finishBonus: 0,
    frameSize: 96,
    observation: "rgb",
    rules: {},
  });
  const complete = { ...given, rules: changeRules(id, given.rules) };
  const { lapCompletePercent: percent, finishBonus, frameSize, observation } = complete;
  const refuse = (wanted: string, got: unknown): never => {
    throw new RangeError(`Cannot make ${id}: expected ${wanted}, got ${got}`);
  };
  if (!(percent >= 0 && percent <= 1)) refuse("lapCompletePercent in 0 .. 1", percent);
  if (!Number.isFinite(finishBonus)) refuse("a finite finishBonus", finishBonus);
  if (frameSize !== 96 && frameSize !== 64) refuse("a frameSize of 96 or 64", frameSize);
  if (!["rgb", "gray", "state"].includes(observation)) {
    refuse("observation rgb, gray or state", `"${observation}"`);
  }
  return complete;
}

import type { Barriers } from "./rails.ts";

/** What CarTraffic and CarRace are both told. */
interface SharedOptions {
  cars: number;
  barriers: Barriers;
  cones: number;
  collisionCost: number;
  frameSize: 96 | 64;
  lapCompletePercent: number;
}

const BARRIERS: readonly Barriers[] = ["none", "bends", "all"];
const MOST_CONES = 100;

/** @throws RangeError that names the first option that is not in its range. */
export function checkRaceOptions(
  id: string,
  { cars, barriers, cones, collisionCost, frameSize, lapCompletePercent }: SharedOptions,
  { fewestCars, mostCars }: { fewestCars: number; mostCars: number },
): void {
  const refuse = (wanted: string, got: unknown): never => {
    throw new RangeError(`Cannot make ${id}: expected ${wanted}, got ${got}`);
  };
  if (!(Number.isInteger(cars) && cars >= fewestCars && cars <= mostCars)) {
    refuse(`an integer in ${fewestCars} .. ${mostCars} of cars`, cars);
  }
  if (!BARRIERS.includes(barriers)) refuse(`barriers among ${BARRIERS.join(", ")}`, `"${barriers}"`);
  if (!(Number.isInteger(cones) && cones >= 0 && cones <= MOST_CONES)) {
    refuse(`an integer in 0 .. ${MOST_CONES} of cones`, cones);
  }
  if (!(collisionCost >= 0 && Number.isFinite(collisionCost))) refuse("a collisionCost >= 0", collisionCost);
  if (frameSize !== 96 && frameSize !== 64) refuse("a frameSize of 96 or 64", frameSize);
  if (!(lapCompletePercent >= 0 && lapCompletePercent <= 1)) {
    refuse("lapCompletePercent in 0 .. 1", lapCompletePercent);
  }
}

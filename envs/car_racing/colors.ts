import type { NumpyRandom } from "../random/numpy_random.ts";
import type { CarRacingColors } from "./state.ts";

/** The colours that every ordinary episode has. */
export const DEFAULT_COLORS: CarRacingColors = {
  road: [102, 102, 102],
  background: [102, 204, 102],
  grass: [102, 230, 102],
};

/** Random colours: 3 + 3 uniform numbers in [0, 210) and the channel in which the grass is brighter by 20. */
export function drawColors(random: NumpyRandom): CarRacingColors {
  const draw = (): [number, number, number] => [
    random.uniform(0, 210),
    random.uniform(0, 210),
    random.uniform(0, 210),
  ];
  const road = draw();
  const background = draw();
  const grass: [number, number, number] = [...background];
  grass[random.integer(3)] += 20;
  return { road, background, grass };
}

import { CAR_RACING_VIEW } from "./car_racing/car_racing_view.ts";
import type { EnvironmentView } from "./environment_view.ts";

/** What the page knows of single environments: another one is a folder of this folder and a line here. */
const VIEWS: readonly EnvironmentView[] = [
  CAR_RACING_VIEW,
];

const NONE: EnvironmentView = { fits: () => true };

/** What the page knows of an environment; nothing at all of most. */
export function environmentView(id: string): EnvironmentView {
  return VIEWS.find((view) => view.fits(id)) ?? NONE;
}

import type { EnvironmentView } from "../environment_view.ts";
import { ASSISTANCE } from "./assist.ts";
import { findCorner } from "./find_corner.ts";
import { ghostOf } from "./ghost.ts";
import { hasScene } from "./has_scene.ts";

/** CarRacing, with and without laps: a scene of its track, and help for drivers. */
export const CAR_RACING_VIEW: EnvironmentView = {
  fits: (id) => id.startsWith("CarRacing"),
  firstLook: { look: 100, dream: 60 }, // the camera begins far above the track
  highlight: (episode) => hasScene(episode) ? findCorner(episode) : undefined,
  welcome: {
    title: "A car that learns to drive inside its own dream",
    seen: "Left, what the car saw.",
  },
  assistance: ASSISTANCE,
  scene: {
    has: hasScene,
    ghost: ghostOf,
    load: () => import("./car_racing_scene.tsx").then(({ CAR_RACING_SCENE }) => CAR_RACING_SCENE),
  },
};

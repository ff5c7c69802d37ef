import type { EnvSpec } from "../env_spec.ts";
import { carControls } from "./controls.ts";

/** What all environments with CarRacing's car on its road have in common, beside how they are made. */
export const CAR_SPEC = {
  maxEpisodeSteps: 1000,
  stepsPerSecond: 50,
  rewardThreshold: 900,
  actions: ({ continuous }) =>
    continuous === false
      ? [{
        name: "action",
        title: "Action",
        meaning: "0 nothing, 1 right, 2 left, 3 gas, 4 brake",
        range: [0, 4],
      }]
      : [
        { name: "steer", title: "Steering", meaning: "-1 left to 1 right", range: [-1, 1] },
        { name: "gas", title: "Gas", meaning: "0 to 1", range: [0, 1], group: "Pedals" },
        {
          name: "brake",
          title: "Brake",
          meaning: "0 to 1; the wheels lock from 0.9",
          range: [0, 1],
          group: "Pedals",
        },
      ],
  play: {
    does: { across: "steer", up: "gas", down: "brake" },
    gradual: true,
    action: ({ across, up, down }) => [across, up, down],
  },
  controls: carControls,
  view: [["CropResize"]],
  cost: { name: "off the road", of: ({ wheelsOnTrack }) => 1 - Number(wheelsOnTrack) / 4 },
} satisfies Partial<EnvSpec>;

import { register } from "../registry.ts";
import { Dodger } from "./dodger.ts";
import { TakeCover, type TakeCoverOptions } from "./take_cover.ts";

register("TakeCover-v0", {
  create: (options) => new TakeCover(options as TakeCoverOptions),
  options: {
    continuous: "actions are one number in -1 .. 1 (default true), otherwise one of three integers",
    frameSize: "pixels across and down of pictures, 64 (default) or 96",
    observation: "rgb (default), gray or state",
  },
  maxEpisodeSteps: 2100,
  stepsPerSecond: 35,
  aim: "survival",
  rewardThreshold: 750,
  actions: ({ continuous }) => [
    continuous === false
      ? { name: "move", title: "Move", meaning: "0 stay, 1 left, 2 right", range: [0, 2] }
      : { name: "move", title: "Move", meaning: "-1 left to 1 right", range: [-1, 1] },
  ],
  play: { does: { across: "move" }, action: ({ across }) => [across] },
  view: [],
  scripted(env) {
    if (env.actionSpace.dtype !== "float32") return undefined;
    const dodger = new Dodger();
    return () => [dodger.act((env as TakeCover).view)];
  },
});

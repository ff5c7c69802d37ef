import { register } from "../registry.ts";
import { TakeCover, type TakeCoverOptions } from "./take_cover.ts";

register("TakeCover-v0", {
  create: (options) => new TakeCover(options as TakeCoverOptions),
  options: {
    continuous: "actions are one number in -1 .. 1 (default true), otherwise one of three integers",
    frameSize: "pixels across and down of pictures, 64 (default) or 96",
    observation: "rgb (default), gray or state",
  },
  maxEpisodeSteps: 2100,
});

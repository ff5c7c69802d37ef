import { checkSequenceLength, type WorldKind } from "../world_kind.ts";
import { createStorm } from "./create_storm.ts";
import { STORM_FIELDS, type StormOptions } from "./fields.ts";

/** A stochastic transformer that takes in one token a decision. */
export const STORM: WorldKind<StormOptions> = {
  family: "world models",
  name: "storm",
  title: "Stochastic transformer world model",
  paper: "Zhang et al., STORM: Efficient Stochastic Transformer based World Models, 2023",
  fields: STORM_FIELDS,
  presets: {
    default: { rounds: 10 },
    hour: { rounds: 20, stormSteps: 1500, stormRoundSteps: 180 },
    smoke: {
      stormBatch: 4,
      stormLength: 8,
      stormSteps: 20,
      stormRoundSteps: 10,
    },
  },
  describe({ stormLayers, stormUnits, stormWindow }) {
    return `The world model is a transformer of ${stormLayers} blocks and width ${stormUnits} that sees the last ` +
      `${stormWindow} decisions, over 16 categorical variables of 16 classes that an encoder trained with it makes of ` +
      `64x64 frames`;
  },
  check(config) {
    checkSequenceLength("storm-length", config.stormLength, config);
    atMost("storm-decode-every", config.stormDecodeEvery, ["storm-length", config.stormLength]);
    atMost("storm-context", config.stormContext, ["storm-window", config.stormWindow]);
    const { stormHeads, stormUnits } = config;
    if (stormUnits % stormHeads === 0) return;
    throw new RangeError(
      `Cannot set --storm-heads: expected a divisor of --storm-units, ${stormUnits}, got ${stormHeads}`,
    );
  },
  create: createStorm,
};

/** Checks an option against another one. @throws RangeError naming both. */
function atMost(flag: string, value: number, [other, limit]: [flag: string, value: number]): void {
  if (value <= limit) return;
  throw new RangeError(`Cannot set --${flag}: expected at most --${other}, ${limit}, got ${value}`);
}

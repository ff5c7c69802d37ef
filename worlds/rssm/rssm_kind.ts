import { checkSequenceLength, type WorldKind } from "../world_kind.ts";
import { createRssm } from "./create_rssm.ts";
import { RSSM_FIELDS, type RssmOptions } from "./fields.ts";

/** Dreamer's world: one network that is trained together. */
export const RSSM: WorldKind<RssmOptions> = {
  family: "world models",
  name: "rssm",
  title: "Recurrent state-space model",
  paper: "Hafner et al., Mastering Diverse Domains through World Models, 2023",
  fields: RSSM_FIELDS,
  presets: {
    default: { rounds: 10 },
    smoke: {
      sequenceBatch: 4,
      sequenceLength: 8,
      modelSteps: 20,
      modelRoundSteps: 10,
      autoencoderSteps: 20,
    },
  },
  describe({ latents, encoder, recurrentUnits }) {
    const seen = encoder === "joint" ? "an encoder trained with it" : "a small variational autoencoder";
    const state = latents === "categorical" ? "16 categorical variables of 16 classes" : "32 Gaussians";
    return `The world model is a recurrent state-space model of ${recurrentUnits} units and ${state}, which sees 64x64 ` +
      `frames by ${seen}`;
  },
  check(config) {
    const { sequenceLength, decodeEvery } = config;
    checkSequenceLength("sequence-length", sequenceLength, config);
    if (decodeEvery <= sequenceLength) return;
    throw new RangeError(
      `Cannot set --decode-every: expected at most --sequence-length, ${sequenceLength}, got ${decodeEvery}`,
    );
  },
  create: createRssm,
};

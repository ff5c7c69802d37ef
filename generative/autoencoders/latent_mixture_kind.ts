import { field, fields } from "../../core/fields/field.ts";
import { count } from "../../core/fields/value_schemas.ts";
import { expectPictures } from "../data/picture_tensors.ts";
import type { ModelKind, PartSpec } from "../models/model.ts";
import { commonFields, modelFields } from "../models/model_fields.ts";
import { expectPart, expectSamePictures } from "../models/parts.ts";
import { AUTOENCODER } from "./autoencoder_kind.ts";
import { latentMixture } from "./latent_mixture.ts";

/** What encodes pictures and decodes latents, by what it learned itself: models of its latents do not count. */
const PICTURE_AUTOENCODER: PartSpec = {
  wanted: "an autoencoder of pictures",
  fits: ({ latents }, { parts }) => latents?.encode !== undefined && parts === undefined,
  example: AUTOENCODER,
};

const FIELDS = fields({
  ...commonFields({ model: "latent-mixture", data: "fashion-mnist", size: 32, epochs: 1, batchSize: 100 }),
  autoencoder: modelFields.part(PICTURE_AUTOENCODER.wanted),
  components: field(count(), "Gaussians in the mixture.", 10),
  iterations: field(
    count(),
    "Iterations of expectation-maximisation at most; it ends earlier once the likelihood hardly rises.",
    100,
  ),
  distanceSamples: modelFields.distanceSamples(1000),
});
const standard = FIELDS.defaults;

/** A mixture of Gaussians over the latents of a trained autoencoder. */
export const LATENT_MIXTURE: ModelKind<typeof standard> = {
  name: "latent-mixture",
  title: "Mixture of Gaussians over the latents of an autoencoder",
  family: "autoencoders",
  chapter: 3,
  paper: "Ghosh, Sajjadi, Vergari, Black and Schölkopf 2020, From Variational to Deterministic Autoencoders",
  page: { pictures: ["latents_and_densities", "mixture_beside_normal", "components"] },
  fields: FIELDS,
  presets: {
    default: standard,
    book: standard,
    smoke: { ...standard, examples: 500, batchSize: 50, iterations: 20, distanceSamples: 0 },
  },
  parts: { autoencoder: PICTURE_AUTOENCODER },
  create(config, data, parts) {
    const model = "latent-mixture";
    const autoencoder = expectPart(parts, { name: "autoencoder", model });
    expectSamePictures(expectPictures(data, { model }), { part: autoencoder, model });
    return latentMixture(autoencoder, config);
  },
};

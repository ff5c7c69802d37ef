import { RandomStream } from "../../../core/random_stream.ts";
import {
  type Dataset,
  type DataShape,
  type PictureData,
  shapeOf,
  type TextData,
} from "../../../generative/data/dataset.ts";
import { saveModel } from "../../../generative/models/model_checkpoint.ts";
import type { ModelKind } from "../../../generative/models/model.ts";
import type { ModelConfig } from "../../../generative/models/model_fields.ts";
import type { NamedTensors } from "../../../generative/nn/mod.ts";
import { disposeTrainState, RunFolder } from "../../../generative/train/mod.ts";

/** A run of `deno task train` that was never trained. */
export interface UntrainedRun<C> {
  /** The folder of its folder. */
  root: string;
  /** Its name. */
  name: string;
  config: C;
  data: Dataset;
  /** What its checkpoint says of its data. @default the truth */
  shape?: DataShape;
  /** Changes its parameters before they are saved. */
  change?: (parameters: NamedTensors) => void;
}

/** Writes such a run; a backend must have been started. @returns Its folder. */
export async function writeUntrained<C extends ModelConfig>(
  kind: ModelKind<C>,
  { root, name, config, data, shape = shapeOf(data), change }: UntrainedRun<C>,
): Promise<string> {
  using runFolder = RunFolder.open(name, { root, config });
  const { path } = runFolder;
  const state = await kind.create(config, shapeOf(data)).begin(data, new RandomStream(1));
  change?.(state.parameters);
  await saveModel(kind as unknown as ModelKind, path, { state, step: 0, shape });
  disposeTrainState(state);
  return path;
}

/** One black picture. */
export function blackPicture(side: number, channels = 1): PictureData {
  const shape = { count: 1, height: side, width: side, channels };
  return { kind: "pictures", name: "tiny", ...shape, pictures: new Uint8Array(side * side * channels) };
}

/** Two short texts of eight words. */
export function tinyTexts(): TextData {
  const vocabulary = ["", "[UNK]", "the", "whale", "sea", "is", "white", "wide"];
  const tokens = Int32Array.of(2, 3, 5, 6, 0, 0, 2, 4, 5, 7, 5, 6);
  return { kind: "text", name: "tiny", count: 2, length: 6, tokens, vocabulary };
}

/** A module of the user's own: the example's mixture of Gaussians, and a variational autoencoder called `mine`. */
export function writeOwnModels(folder: string): string {
  const address = (path: string) => new URL(`../../../generative/${path}`, import.meta.url).href;
  const path = `${folder}/my_models.ts`;
  Deno.writeTextFileSync(
    path,
    `
      import { fields } from "${address("../core/mod.ts")}";
      import { VAE_FASHION as vae } from "${address("autoencoders/vae_kind.ts")}";
      import mixture from "${address("examples/gaussian_mixture.ts")}";
      import { commonFields } from "${address("models/mod.ts")}";

      const { model } = commonFields({ model: "mine", data: "fashion-mnist", epochs: 1, batchSize: 1 });
      const config = { ...vae.presets.book, model: "mine", size: 8, latentSize: 3 };
      export default [mixture, {
        ...vae,
        name: "mine",
        fields: fields({ ...vae.fields.entries, model }),
        presets: { default: config, book: config, smoke: config },
      }];
    `,
  );
  return path;
}

import type { PictureData } from "../../../generative/data/dataset.ts";
import type { GenerativeModel, ModelKind } from "../../../generative/models/model.ts";
import type { ModelConfig } from "../../../generative/models/model_fields.ts";
import { createModel } from "../support/learn.ts";

/** Sizes of networks for pictures of 8x8 that learn in a second. */
export const TINY = { size: 8, filters: [16], latentSize: 8, batchSize: 32, learningRate: 3e-3 };

/** Eight grey pictures of 8x8, a bright square each, four at the left and four at the right; `right` tells which. */
export function eightSquares(): PictureData {
  const pictures = new Uint8Array(8 * 64);
  for (let n = 0; n < 8; n++) {
    const [left, top] = [n % 2 * 4, Math.floor(n / 2)];
    for (let y = top; y < top + 4; y++) {
      pictures.fill(140 + 30 * top, n * 64 + y * 8 + left, n * 64 + y * 8 + left + 4);
    }
  }
  const right = Uint8Array.from({ length: 8 }, (_, n) => n % 2);
  const shape = { count: 8, height: 8, width: 8, channels: 1, labels: Int32Array.from(right) };
  return {
    kind: "pictures",
    name: "squares",
    ...shape,
    pictures,
    classes: ["l", "r"],
    attributes: { right },
  };
}

/** The model of a kind for some pictures. */
export function tinyModel<C extends ModelConfig>(
  kind: ModelKind<C>,
  data: PictureData,
  changes: Partial<C> = {},
): GenerativeModel {
  return createModel(kind, data, { ...kind.presets.default, ...TINY, ...changes });
}

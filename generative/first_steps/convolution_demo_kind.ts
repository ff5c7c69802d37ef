import { fields } from "../../core/fields/field.ts";
import { expectPictures } from "../data/picture_tensors.ts";
import type { ModelKind } from "../models/model.ts";
import { commonFields } from "../models/model_fields.ts";
import { convolutions } from "./convolution_demo.ts";

const FIELDS = fields(
  commonFields({ model: "convolutions", data: "bricks", size: 64, examples: 200, epochs: 1, batchSize: 100 }),
);
const standard = FIELDS.defaults;

/** The book's demonstration of convolutions: nothing is learned. */
export const CONVOLUTIONS: ModelKind = {
  name: "convolutions",
  title: "What a convolution sees: horizontal and vertical edges",
  family: "first steps",
  chapter: 2,
  paper: "Prewitt 1970, Object Enhancement and Extraction",
  fields: FIELDS,
  presets: { default: standard, book: standard, smoke: standard },
  create: (_config, data) => {
    expectPictures(data, { model: "convolutions" });
    return convolutions();
  },
};

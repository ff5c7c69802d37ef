import * as v from "valibot";
import { field, fields } from "../../core/fields/field.ts";
import { count } from "../../core/fields/value_schemas.ts";
import { expectPlanePoints } from "../data/point_tensors.ts";
import type { ModelKind } from "../models/model.ts";
import { commonFields } from "../models/model_fields.ts";
import { boxModel } from "./box_model.ts";

const FIELDS = fields({
  ...commonFields({ model: "box-model", data: "world-map", epochs: 1, batchSize: 100 }),
  cells: field(
    v.pipe(count(), v.maxValue(200)),
    "Cells on each side of the grid. 1 is the book's box, more make a histogram.",
    8,
  ),
});
const standard = FIELDS.defaults;

/** The book's first generative model. */
export const BOX_MODEL: ModelKind<typeof standard> = {
  name: "box-model",
  title: "A box around points: the first generative model",
  family: "first steps",
  chapter: 1,
  paper: "Fisher 1922, On the Mathematical Foundations of Theoretical Statistics (maximum likelihood)",
  fields: FIELDS,
  presets: { default: standard, book: { ...standard, cells: 1 }, smoke: { ...standard, cells: 1 } },
  create(config, data) {
    expectPlanePoints(data, { model: "box-model" });
    return boxModel(config.cells);
  },
};

import * as v from "valibot";
import { field, fields } from "../../core/fields/field.ts";
import { count } from "../../core/fields/value_schemas.ts";
import type { DataShape } from "../data/dataset.ts";
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
    if (data.kind !== "points" || data.dimensions !== 2) throw wrongData(data);
    return boxModel(config.cells);
  },
};

function wrongData(data: DataShape): TypeError {
  const got = data.kind === "points" ? `points of ${data.dimensions} coordinates` : data.kind;
  return new TypeError(
    `Cannot train box-model on "${data.name}": expected points in the plane, got ${got}; use --data world-map or moons`,
  );
}

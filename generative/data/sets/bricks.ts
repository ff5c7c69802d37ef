import { RandomStream } from "../../../core/random_stream.ts";
import type { PictureData } from "../dataset.ts";
import { drawPictures } from "../draw_pictures.ts";
import type { DatasetSource, ResolvedLoadOptions } from "../load_dataset.ts";
import { BRICK_NAMES, brickTraits } from "./draw_brick.ts";

const NAME = "bricks";

/** Toy bricks on a light ground, each alone, from all sides: computed from the seed, any number of them. */
export const BRICKS: DatasetSource = {
  name: NAME,
  title: "Toy bricks",
  contents: `40,000 + 4,000 grey pictures, 64x64 (or any --size), ${BRICK_NAMES.length} kinds`,
  source: "computed",
  licence: "none needed",
  book: "LEGO bricks (chapter 4)",
  load,
};

async function load({ split, size, limit, seed, onEvent }: ResolvedLoadOptions): Promise<PictureData> {
  const side = size || 64;
  const count = limit || (split === "train" ? 40_000 : 4_000);
  const module = new URL("./draw_brick.ts", import.meta.url).href;
  const pictures = await drawPictures({ name: NAME, version: 1, channels: 1, module }, count, {
    size: side,
    seed,
    split,
    onEvent,
  });
  const random = new RandomStream(seed, `${NAME}/${split}`);
  return {
    kind: "pictures",
    name: NAME,
    count,
    height: side,
    width: side,
    channels: 1,
    pictures,
    labels: Int32Array.from({ length: count }, (_, index) => brickTraits(random.fork(index)).kind),
    classes: BRICK_NAMES,
  };
}

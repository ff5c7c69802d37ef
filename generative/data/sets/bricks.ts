import { RandomStream } from "../../../core/random_stream.ts";
import type { PictureData } from "../dataset.ts";
import { drawPictures } from "../draw_pictures.ts";
import type { DatasetSource, ResolvedLoadOptions } from "../load_dataset.ts";
import { BRICK_NAMES, brickTraits } from "./draw_brick.ts";
import { COLOR_BRICK_NAMES } from "./draw_color_brick.ts";

/** Toy bricks on a light ground, each alone, from all sides: computed from the seed, any number of them. */
export const BRICKS: DatasetSource = {
  name: "bricks",
  title: "Toy bricks",
  contents: `40,000 + 4,000 grey pictures, 64x64 (or any --size), ${BRICK_NAMES.length} classes`,
  source: "computed",
  licence: "none needed",
  book: "LEGO bricks (chapter 4)",
  load: (options) =>
    load({ name: "bricks", channels: 1, side: 64, counts: [40_000, 4_000], classes: BRICK_NAMES }, {
      ...options,
      drawing: "./draw_brick.ts",
    }),
};

/** The same in colour, as small, as many and of as many kinds as CIFAR-10. */
export const COLOR_BRICKS: DatasetSource = {
  name: "color-bricks",
  title: "Toy bricks in colour",
  contents: `50,000 + 10,000 colour pictures, 32x32 (or any --size), ${COLOR_BRICK_NAMES.length} classes`,
  source: "computed",
  licence: "none needed",
  book: "CIFAR-10 (chapter 2)",
  load: (options) =>
    load({
      name: "color-bricks",
      channels: 3,
      side: 32,
      counts: [50_000, 10_000],
      classes: COLOR_BRICK_NAMES,
    }, {
      ...options,
      drawing: "./draw_color_brick.ts",
    }),
};

/** A set of bricks. */
interface Bricks {
  name: string;
  channels: number;
  /** In pixels, where none is asked for. */
  side: number;
  /** To learn from, and held back, where none is asked for. */
  counts: readonly [number, number];
  classes: readonly string[];
}

async function load(
  { name, channels, side, counts, classes }: Bricks,
  { drawing, split, size, limit, seed, onEvent }: ResolvedLoadOptions & { drawing: string },
): Promise<PictureData> {
  const pixels = size || side;
  const count = limit || counts[split === "train" ? 0 : 1];
  const set = { name, version: 1, channels, module: new URL(drawing, import.meta.url).href };
  const pictures = await drawPictures(set, count, { size: pixels, seed, split, onEvent });
  const random = new RandomStream(seed, `${name}/${split}`);
  return {
    kind: "pictures",
    name,
    count,
    height: pixels,
    width: pixels,
    channels,
    pictures,
    labels: Int32Array.from({ length: count }, (_, index) => brickTraits(random.fork(index), classes).kind),
    classes,
  };
}

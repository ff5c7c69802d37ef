import { RandomStream } from "../../../core/random_stream.ts";
import type { PictureData } from "../dataset.ts";
import { drawPictures } from "../draw_pictures.ts";
import type { DatasetSource, ResolvedLoadOptions } from "../load_dataset.ts";
import { openPackage } from "../packages.ts";
import { EMOJI_PACKAGE, SCENE_CLASSES, sceneLabel } from "./draw_emoji_scene.ts";

const NAME = "emoji-scenes";

/**
 * CIFAR-10's ten classes as emoji that stand anywhere in the picture: of any size, turned, mirrored, in any light, on
 * a ground of any colours. Scenes that are held back show the same emoji in places, turns and lights of their own.
 */
export const EMOJI_SCENES: DatasetSource = {
  name: NAME,
  title: "Emoji at random positions",
  contents: "50,000 + 10,000 colour pictures, 32x32 (or any --size), CIFAR-10's 10 classes",
  source: `computed, from npm ${EMOJI_PACKAGE}`,
  licence: "Apache-2.0 (emoji)",
  book: "CIFAR-10 (chapter 2)",
  load,
};

async function load({ split, size, limit, seed, onEvent }: ResolvedLoadOptions): Promise<PictureData> {
  const side = size || 32;
  const all = split === "train" ? 50_000 : 10_000;
  const count = limit ? Math.min(limit, all) : all;
  const module = new URL("./draw_emoji_scene.ts", import.meta.url).href;
  const prepare = async () => {
    await openPackage(EMOJI_PACKAGE, { dataset: NAME, instead: "color-bricks", onEvent });
  };
  const set = { name: NAME, version: 1, channels: 3, module, prepare };
  const pictures = await drawPictures(set, count, { size: side, seed, split, onEvent });
  const random = new RandomStream(seed, `${NAME}/${split}`);
  return {
    kind: "pictures",
    name: NAME,
    count,
    height: side,
    width: side,
    channels: 3,
    pictures,
    labels: Int32Array.from({ length: count }, (_, index) => sceneLabel(random.fork(index))),
    classes: Object.keys(SCENE_CLASSES),
  };
}

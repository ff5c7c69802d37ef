import { RandomStream } from "../../../core/random_stream.ts";
import type { PictureData } from "../dataset.ts";
import { drawPictures } from "../draw_pictures.ts";
import type { DatasetSource, ResolvedLoadOptions } from "../load_dataset.ts";
import { openPackage } from "../packages.ts";
import { AVATAR_ATTRIBUTES, type AvatarTraits, avatarTraits } from "./avatar_traits.ts";

const NAME = "avatars";
/** What draws them; `draw_avatar.ts` imports these versions. */
const PACKAGES = ["@dicebear/core@9.4.3", "@dicebear/avataaars@9.4.3", "@resvg/resvg-wasm@2.6.2"];

/** Cartoon faces by Pablo Stanley, each drawn from traits that are known: attributes without a mistake. */
export const AVATARS: DatasetSource = {
  name: NAME,
  title: "Cartoon faces",
  contents: `20,000 + 2,000 colour pictures, 64x64 (or any --size), ${
    Object.keys(AVATAR_ATTRIBUTES).length
  } attributes`,
  source: `computed, by npm ${PACKAGES.slice(1).join(" and ")}`,
  licence: "free for personal and commercial use (design), MIT (DiceBear), MPL-2.0 (resvg)",
  book: "CelebA (chapters 3, 4, 10)",
  load,
};

async function load({ split, size, limit, seed, onEvent }: ResolvedLoadOptions): Promise<PictureData> {
  const side = size || 64;
  const count = limit || (split === "train" ? 20_000 : 2_000);
  const module = new URL("./draw_avatar.ts", import.meta.url).href;
  const set = { name: NAME, version: 1, channels: 3, module };
  const prepare = async () => {
    for (const name of PACKAGES) {
      await openPackage(name, { dataset: NAME, instead: "emoji or bricks", onEvent });
    }
  };
  const pictures = await drawPictures({ ...set, prepare }, count, { size: side, seed, split, onEvent });
  const random = new RandomStream(seed, `${NAME}/${split}`);
  const traits = Array.from({ length: count }, (_, index) => avatarTraits(random.fork(index)));
  const attributes = Object.entries(AVATAR_ATTRIBUTES).map((
    [name, has]: [string, (of: AvatarTraits) => boolean],
  ) => [name, Uint8Array.from(traits, (of) => Number(has(of)))] as const);
  return {
    kind: "pictures",
    name: NAME,
    count,
    height: side,
    width: side,
    channels: 3,
    pictures,
    attributes: Object.fromEntries(attributes),
  };
}

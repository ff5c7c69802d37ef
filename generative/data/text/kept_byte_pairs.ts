import { type ArrayCacheOptions, cachedArrays } from "../array_cache.ts";
import { contentDigest } from "../split_by_content.ts";
import { learnBytePairs } from "./byte_pairs.ts";

/** Characters of texts from which on it takes seconds to learn of them. */
const LONG = 2 ** 20;
/** Changes with what `learnBytePairs` makes of the same texts. */
const VERSION = 1;

/**
 * What `learnBytePairs` learns, which is kept where it takes long: in a file by the checksum of the texts and the size.
 *
 * @throws As it does.
 */
export async function keptBytePairs(
  texts: readonly string[],
  size: number,
  options: Pick<ArrayCacheOptions, "dataset" | "onEvent">,
): Promise<string[]> {
  const learn = () => learnBytePairs(texts, size);
  if (texts.reduce((sum, { length }) => sum + length, 0) < LONG) return learn();
  const key = `byte-pairs-${VERSION}-${contentDigest(JSON.stringify(texts))}-${size}`;
  const build = () => ({ arrays: {}, metadata: { vocabulary: JSON.stringify(learn()) } });
  const { metadata } = await cachedArrays(key, build, options);
  return JSON.parse(metadata.vocabulary);
}

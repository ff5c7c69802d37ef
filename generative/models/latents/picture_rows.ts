import { contactSheet } from "../../../core/pictures/contact_sheet.ts";
import type { RandomStream } from "../../../core/random_stream.ts";
import type { Artifact } from "../model.ts";
import type { LatentCloud } from "./encode_pictures.ts";
import { type Decode, type Exploration, latentsOf, pictureOf, sheetScale } from "./exploration.ts";

const COLUMNS = 10;
const ROWS = 5;
/** How often an attribute's vector is added. */
const FACTORS = [-4, -3, -2, -1, 0, 1, 2, 3, 4];
/** Examples with and without an attribute that its vector needs. */
const FEWEST = 20;

/** Pictures that were not learned from, and below each what its latents decode to. */
export async function drawReconstructions({ data, cloud, decode }: Exploration): Promise<Artifact> {
  const count = Math.min(COLUMNS, cloud.count);
  const originals = Array.from({ length: count }, (_, i) => pictureOf(data, i));
  const reconstructed = await decode(cloud.mu.subarray(0, count * cloud.size));
  const content = contactSheet([...originals, ...reconstructed], count, { scale: sheetScale(originals[0]) });
  return {
    name: "reconstructions",
    caption:
      `Top: pictures that were not learned from; below: what is left of each after ${cloud.size} numbers`,
    content,
  };
}

/** From one picture to another in a straight line through the latent space. */
export async function drawMorphs({ cloud, decode, random }: Exploration): Promise<Artifact> {
  const stream = random.fork("morphs");
  const ends = () => latentsOf(cloud, stream.integer(0, cloud.count));
  const lines = Array.from({ length: ROWS }, () => between(ends(), ends()));
  const pictures = await decode(lines.flat(2));
  return {
    name: "morphs",
    caption: "Each row goes in a straight line from the latents of one picture to those of another",
    content: contactSheet(pictures, COLUMNS, { scale: sheetScale(pictures[0]) }),
  };
}

/** From one draw from the prior to another. @param size Z. */
export async function drawInterpolations(
  size: number,
  { decode, random }: { decode: Decode; random: RandomStream },
): Promise<Artifact> {
  const stream = random.fork("interpolations");
  const draw = () => Float32Array.from({ length: size }, () => stream.normal());
  const lines = Array.from({ length: ROWS }, () => between(draw(), draw()));
  const pictures = await decode(lines.flat(2));
  return {
    name: "interpolations",
    caption: "Each row goes in a straight line from one draw from the prior to another",
    content: contactSheet(pictures, COLUMNS, { scale: sheetScale(pictures[0]) }),
  };
}

/** The latents of ten places from one end to the other. */
function between(from: Float32Array, to: Float32Array): number[][] {
  return Array.from({ length: COLUMNS }, (_, column) => {
    const share = column / (COLUMNS - 1);
    return Array.from(from, (value, i) => (1 - share) * value + share * to[i]);
  });
}

/** Latent arithmetic: an attribute's vector is added to the latents of pictures, less and more of it. */
export async function* drawAttributes(exploration: Exploration): AsyncGenerator<Artifact> {
  const { data, cloud, decode } = exploration;
  for (const [attribute, has] of Object.entries(data.attributes ?? {})) {
    const vector = attributeVector(cloud, has);
    if (!vector) continue;
    const without = Array.from({ length: cloud.count }, (_, i) => i).filter((i) => !has[i]).slice(0, ROWS);
    const rows = without.flatMap((example) =>
      FACTORS.flatMap((factor) => Array.from(latentsOf(cloud, example), (z, i) => z + factor * vector[i]))
    );
    const decoded = await decode(rows);
    const pictures = without.flatMap((example, row) => [
      pictureOf(data, example),
      ...decoded.slice(row * FACTORS.length, (row + 1) * FACTORS.length),
    ]);
    yield {
      name: `attribute_${attribute}`,
      caption: `Left: pictures without "${attribute}"; then their latents plus ${FACTORS[0]} to ` +
        `${FACTORS.at(-1)} times the vector of that attribute (0 is the fifth)`,
      content: contactSheet(pictures, FACTORS.length + 1, { scale: sheetScale(pictures[0]) }),
    };
  }
}

/**
 * The way from pictures without an attribute to those with it: the difference of their latents' means, `[Z]`; nothing
 * where there are too few of either.
 *
 * @param has 1 or 0 for each example of the cloud.
 */
export function attributeVector(
  { mu, size, count }: LatentCloud,
  has: ArrayLike<number>,
): Float32Array | undefined {
  const vector = new Float32Array(size);
  let owners = 0;
  for (let n = 0; n < count; n++) owners += has[n] ? 1 : 0;
  if (Math.min(owners, count - owners) < FEWEST) return undefined;
  for (let n = 0; n < count; n++) {
    const share = has[n] ? 1 / owners : -1 / (count - owners);
    for (let i = 0; i < size; i++) vector[i] += share * mu[n * size + i];
  }
  return vector;
}

import { contactSheet } from "../../../core/pictures/contact_sheet.ts";
import type { RandomStream } from "../../../core/random_stream.ts";
import type { Artifact } from "../model.ts";
import { type Decode, type Exploration, latentsOf, pictureOf, sheetScale } from "./exploration.ts";

const COLUMNS = 10;
const ROWS = 5;

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
export async function drawMorphs(
  { cloud, decode, random }: Pick<Exploration, "cloud" | "decode" | "random">,
): Promise<Artifact> {
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

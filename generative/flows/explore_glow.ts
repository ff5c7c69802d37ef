import * as tf from "@tensorflow/tfjs";
import { contactSheet } from "../../core/pictures/contact_sheet.ts";
import type { PictureData } from "../data/dataset.ts";
import { pictureBatch, toPictures } from "../data/picture_tensors.ts";
import { meanDifference } from "../models/latents/attribute_arithmetic.ts";
import { encodePictures, type LatentCloud } from "../models/latents/encode_pictures.ts";
import { type Decode, decodeTo, latentsOf, pictureOf, sheetScale } from "../models/latents/exploration.ts";
import { drawMorphs } from "../models/latents/picture_rows.ts";
import type { Artifact, ExploreContext } from "../models/model.ts";
import type { NamedTensors } from "../nn/mod.ts";
import type { Glow } from "./glow.ts";

/** Pictures that directions are means of. */
const EXAMPLES = 2000;
/** Pictures in a row. */
const COLUMNS = 10;
const TEMPERATURES = [0, 0.5, 0.7, 0.8, 1];
/** How much of an attribute's direction is added. */
const FACTORS = [-1, -0.5, 0, 0.5, 1, 1.5];
/** Attributes that are shown. */
const ATTRIBUTES = 6;

/** What a flow makes of pictures: temperatures, the way there and back, what lies between two, directions of attributes. */
export async function* exploreGlow(
  glow: Glow,
  { parameters, data, random }: ExploreContext,
): AsyncGenerator<Artifact> {
  const held = data as PictureData;
  const latents = {
    size: glow.dimensions,
    // 0 .. 1 as bytes are handed over; half a shade is added so that rounding changes none
    encode: (parameters: NamedTensors, pictures: tf.Tensor) => ({
      mu: glow.normalise(parameters, glow.dequantise(pictures.mul(255).add(0.5).floor())).latents,
    }),
    decode: (parameters: NamedTensors, latents: tf.Tensor) =>
      glow.quantise(glow.generate(parameters, latents)),
  };
  const decode = decodeTo(latents, parameters);
  const stream = random.fork("temperatures");
  const draws = Array.from({ length: COLUMNS * glow.dimensions }, () => stream.normal());
  const rows = [];
  for (const temperature of TEMPERATURES) rows.push(...await decode(draws.map((draw) => temperature * draw)));
  const scale = sheetScale(rows[0]);
  yield {
    name: "temperatures",
    caption: `The same latents times ${TEMPERATURES.slice(0, -1).join(", ")} and ${
      TEMPERATURES.at(-1)
    }, row by row`,
    content: contactSheet(rows, COLUMNS, { scale }),
  };
  yield await drawReturns(glow, parameters, held);
  const cloud = await encodePictures(latents.encode, { parameters, data, limit: EXAMPLES });
  yield await drawMorphs({ cloud, decode, random });
  const directions = await drawDirections(held, { cloud, decode });
  if (directions) yield directions;
}

/** Pictures, and what comes back from their latents. */
async function drawReturns(glow: Glow, parameters: NamedTensors, data: PictureData): Promise<Artifact> {
  const count = Math.min(COLUMNS, data.count);
  const { error, back } = tf.tidy(() => {
    const x = glow.dequantise(pictureBatch(data, Array.from({ length: count }, (_, i) => i)));
    const back = glow.generate(parameters, glow.normalise(parameters, x).latents);
    return { error: back.sub(x).abs().max(), back: glow.quantise(back) };
  });
  const originals = Array.from({ length: count }, (_, i) => pictureOf(data, i));
  const [largest] = await error.data();
  const returned = await toPictures(back);
  tf.dispose([error, back]);
  return {
    name: "returns",
    caption:
      `Above: held-out pictures; below: what comes back from their latents, every number of them within ` +
      `${largest.toExponential(1)} (pixels are 0 .. 1)`,
    content: contactSheet([...originals, ...returned], count, { scale: sheetScale(originals[0]) }),
  };
}

/** A picture a row, with more and less of an attribute. */
async function drawDirections(
  data: PictureData,
  { cloud, decode }: { cloud: LatentCloud; decode: Decode },
): Promise<Artifact | undefined> {
  const rows: number[][] = [];
  const shown: string[] = [];
  for (const [attribute, has] of Object.entries(data.attributes ?? {}).slice(0, ATTRIBUTES)) {
    const direction = meanDifference(cloud, has);
    if (!direction) continue;
    const example = has.findIndex((owns) => !owns);
    shown.push(attribute);
    for (const factor of FACTORS) {
      rows.push(Array.from(latentsOf(cloud, example), (z, i) => z + factor * direction[i]));
    }
  }
  if (rows.length === 0) return undefined;
  const pictures = await decode(rows.flat());
  return {
    name: "directions",
    caption:
      `Rows: ${shown.join(", ")}. A picture without the attribute, and ${FACTORS[0]} to ${
        FACTORS.at(-1)
      } times the ` +
      "way from the mean latents of pictures without it to those with it (0 is the third)",
    content: contactSheet(pictures, FACTORS.length, { scale: sheetScale(pictures[0]) }),
  };
}

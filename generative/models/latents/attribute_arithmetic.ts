import { contactSheet } from "../../../core/pictures/contact_sheet.ts";
import { lineChart } from "../../../core/pictures/line_chart.ts";
import type { Dataset, PictureData } from "../../data/dataset.ts";
import type { Artifact } from "../model.ts";
import { type AttributeProbe, fitProbe, probeAccuracy } from "./attribute_probe.ts";
import type { LatentCloud } from "./encode_pictures.ts";
import { type Exploration, latentsOf, pictureOf, sheetScale } from "./exploration.ts";

/** How often an attribute's vector is added. */
const FACTORS = [-4, -3, -2, -1, 0, 1, 2, 3, 4];
/** Pictures that an attribute is added to on its sheet. */
const ROWS = 5;
/** Pictures that its effect is measured on. */
const MEASURED = 50;
/** Examples with and without an attribute that its vector needs. */
const FEWEST = 20;
/** A probe that is right less often than this says nothing. */
const TRUSTED = 0.75;

/** Latent arithmetic: attributes' vectors are added to the latents of pictures, less and more of them. */
export async function* drawAttributes(
  exploration: Exploration,
  learned: () => Promise<Dataset>,
): AsyncGenerator<Artifact> {
  const { data, cloud } = exploration;
  const vectors = new Map<string, Float32Array>();
  for (const [attribute, has] of Object.entries(data.attributes ?? {})) {
    const vector = attributeVector(cloud, has);
    if (vector) vectors.set(attribute, vector);
  }
  for (const [attribute, vector] of vectors) yield await drawSheet(attribute, vector, exploration);
  if (vectors.size === 0) return;
  const probe = fitProbe(await learned() as PictureData);
  yield* drawEffects(await measureEffects(vectors, probe, exploration));
}

/** Pictures without an attribute, each with its vector added and taken away. */
async function drawSheet(
  attribute: string,
  vector: Float32Array,
  { data, cloud, decode }: Exploration,
): Promise<Artifact> {
  const has = data.attributes![attribute];
  const without = Array.from({ length: cloud.count }, (_, i) => i).filter((i) => !has[i]).slice(0, ROWS);
  const decoded = await decode(
    without.flatMap((example) => FACTORS.flatMap((factor) => [...moved(cloud, example, { vector, factor })])),
  );
  const pictures = without.flatMap((example, row) => [
    pictureOf(data, example),
    ...decoded.slice(row * FACTORS.length, (row + 1) * FACTORS.length),
  ]);
  return {
    name: `attribute_${attribute}`,
    caption:
      `Left: pictures without "${attribute}"; then what their latents decode to after ${FACTORS[0]} to ` +
      `${FACTORS.at(-1)} steps of length 1 towards those with it (0 is the fifth)`,
    content: contactSheet(pictures, FACTORS.length + 1, { scale: sheetScale(pictures[0]) }),
  };
}

/** What steps along an attribute's vector do to pictures. */
export interface AttributeEffect {
  /** The name of the attribute. */
  attribute: string;
  /** How often the probe is right about pictures that it did not learn from; 0.5 is guessing. */
  accuracy: number;
  /** The share of decoded pictures that the probe says have it, by factor. */
  shares: number[];
}

/** Adds each vector to the latents of the first pictures and asks the probe. */
export async function measureEffects(
  vectors: ReadonlyMap<string, Float32Array>,
  probe: AttributeProbe,
  { data, cloud, decode }: Exploration,
): Promise<AttributeEffect[]> {
  const accuracies = probeAccuracy(probe, data);
  const count = Math.min(MEASURED, cloud.count);
  const effects: AttributeEffect[] = [];
  for (const [attribute, vector] of vectors) {
    const at = probe.attributes.indexOf(attribute);
    if (at < 0) continue;
    const shares: number[] = [];
    for (const factor of FACTORS) {
      const latents = Array.from({ length: count }, (_, i) => [...moved(cloud, i, { vector, factor })]);
      const decoded = await decode(latents.flat());
      shares.push(decoded.filter((picture) => probe.tell(picture)[at]).length / count);
    }
    effects.push({ attribute, accuracy: accuracies[at], shares });
  }
  return effects;
}

/** The effects as curves and as a table. */
function* drawEffects(effects: readonly AttributeEffect[]): Generator<Artifact> {
  const trusted = effects.filter(({ accuracy }) => accuracy >= TRUSTED);
  if (trusted.length > 0) {
    const strongest = trusted.toSorted((a, b) => change(b) - change(a))[0];
    const percent = (factor: number) => `${(100 * strongest.shares[FACTORS.indexOf(factor)]).toFixed(0)} %`;
    yield {
      name: "attribute_effects",
      caption:
        `What steps along an attribute's vector do: the share of ${MEASURED} decoded pictures that a linear probe of ` +
        `pixels says have it. Strongest: "${strongest.attribute}", ${percent(-4)} at -4 steps, ${
          percent(0)
        } at 0, ` +
        `${percent(4)} at 4`,
      content: {
        svg: lineChart({
          title: "Decoded pictures with the attribute",
          xLabel: "steps along its vector",
          yLabel: "share",
          series: trusted.map(({ attribute, shares }) => ({
            name: attribute,
            points: shares.map((share, i) => [FACTORS[i], share] as const),
          })),
        }),
      },
    };
  }
  yield {
    name: "attribute_effects_table",
    caption:
      "The same as numbers, and how often the probe is right about real pictures (balanced, 0.5 is guessing)",
    content: { text: table(effects) },
  };
}

/** How much more often pictures have the attribute at the last factor than at the first. */
function change({ shares }: AttributeEffect): number {
  return shares[shares.length - 1] - shares[0];
}

function table(effects: readonly AttributeEffect[]): string {
  const rows = [
    ["attribute", "probe", ...FACTORS.map(String)],
    ...effects.map(({ attribute, accuracy, shares }) => [
      attribute,
      accuracy.toFixed(2),
      ...shares.map((share) => share.toFixed(2)),
    ]),
  ];
  const width = Math.max(...rows.map(([name]) => name.length));
  return rows.map(([name, ...rest]) => [name.padEnd(width), ...rest.map((cell) => cell.padStart(6))].join(""))
    .join("\n") + "\n";
}

/** An example's latents, some steps along a vector. */
function moved(
  cloud: LatentCloud,
  example: number,
  { vector, factor }: { vector: Float32Array; factor: number },
): Float32Array {
  return latentsOf(cloud, example).map((z, i) => z + factor * vector[i]);
}

/**
 * The direction from pictures without an attribute to those with it, `[Z]`: the difference of their latents' means, of
 * length 1 (the book's too, once its running means stand still); nothing where there are too few of either.
 *
 * @param has 1 or 0 for each example of the cloud.
 */
export function attributeVector(cloud: LatentCloud, has: ArrayLike<number>): Float32Array | undefined {
  const vector = meanDifference(cloud, has);
  if (!vector) return undefined;
  const length = Math.hypot(...vector) || 1;
  return vector.map((value) => value / length);
}

/**
 * The mean of the latents of examples with an attribute minus that of those without, `[Z]`; nothing where there are too few
 * of either.
 *
 * @param has 1 or 0 for each example of the cloud.
 */
export function meanDifference(
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

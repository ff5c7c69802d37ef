import * as tf from "@tensorflow/tfjs";
import { captionPicture } from "../../core/pictures/caption_picture.ts";
import { contactSheet } from "../../core/pictures/contact_sheet.ts";
import { histograms } from "../../core/pictures/histograms.ts";
import type { PictureData } from "../data/dataset.ts";
import { pictureBatch } from "../data/picture_tensors.ts";
import { pictureOf, sheetScale } from "../models/latents/exploration.ts";
import type { Artifact, ExploreContext } from "../models/model.ts";
import type { NamedTensors } from "../nn/mod.ts";
import { seedTensor } from "../runtime/mod.ts";
import { areaUnderCurve } from "./area_under_curve.ts";
import { type ChainModel, drawChains } from "./draw_chains.ts";
import { drawLetters } from "./draw_letters.ts";
import { type EBM, quarterTurn } from "./ebm.ts";

const CHAINS = 10;
/** Steps after which chains are shown, as far as samples go. */
const TIMES = [0, 1, 3, 10, 30, 60, 100, 300];
/** How much longer than those of samples the longest chains are. */
const LONGER = 4;
/** Held-out pictures whose energies are told. */
const SCORED = 1000;
const BATCH = 250;

/** What {@link exploreEbm} works with beside the model. */
export interface EbmExploration extends ExploreContext {
  /** The model's chains. */
  chains: ChainModel;
  /** Steps of the chains that samples are drawn by. */
  sampleSteps: number;
}

/** The pictures of an EBM: its chains, the energies that it gives pictures of several kinds, and which it finds strange. */
export async function* exploreEbm(
  ebm: EBM,
  { parameters, data, random, chains, sampleSteps }: EbmExploration,
): AsyncGenerator<Artifact> {
  const { chainSteps } = ebm.options;
  const times = [...TIMES.filter((time) => time < sampleSteps), sampleSteps];
  const grown = await drawChains(chains, parameters, {
    count: CHAINS,
    times,
    random: random.fork("chains"),
  });
  const scale = sheetScale(grown[0][0]);
  yield {
    name: "chains",
    caption: `Chains from noise, one a column, after ${
      times.slice(0, -1).join(", ")
    } and ${sampleSteps} steps`,
    content: contactSheet(grown.flat(), CHAINS, { scale: Math.max(1, scale - 1) }),
  };

  const longest = LONGER * Math.max(sampleSteps, chainSteps);
  const request = { count: 2 * CHAINS, times: [chainSteps, longest], random: random.fork("lengths") };
  const [short, long] = await drawChains(chains, parameters, request);
  yield {
    name: "short_and_long",
    caption:
      `The same chains after ${chainSteps} steps, as in training (the upper two rows), and after ${longest} (the lower two)`,
    content: contactSheet([...short, ...long], CHAINS, { scale }),
  };

  const pictures = data as PictureData;
  const scores = scoreOf(ebm, parameters, pictures, random);
  const low = Math.min(...scores.slice(0, 3).flatMap(({ energies }) => [...energies]));
  const high = quantile(scores.slice(0, 3).flatMap(({ energies }) => [...energies]), 0.995);
  yield {
    name: "energies",
    caption:
      "Energies of held-out pictures, the same after a quarter turn, letters and noise; what lies beyond is " +
      `counted at the ends. Held-out pictures have the lower energy in ${
        scores.slice(1).map(({ name, area }) => `${(100 * area).toFixed(1)} % of the pairs with ${name}`)
          .join(", ")
      } (the area under the curve)`,
    content: {
      svg: histograms({
        title: "Energies",
        of: scores.map(({ name, energies }) => ({ name, values: energies })),
        range: [low, high > low ? high : low + 1],
        columns: 2,
      }),
    },
  };

  const { energies } = scores[0];
  const order = Array.from(energies.keys()).sort((a, b) => energies[a] - energies[b]);
  const shown = [...order.slice(0, CHAINS), ...order.slice(-CHAINS)];
  yield {
    name: "typical_and_strange",
    caption: "Held-out pictures of the lowest energy (above) and of the highest (below)",
    content: contactSheet(
      shown.map((i) => captionPicture(pictureOf(pictures, i), [energies[i].toFixed(2)], { scale })),
      Math.min(CHAINS, order.length),
    ),
  };
}

/** Energies, and how well they tell the held-out pictures from others: first the held-out pictures themselves. */
function scoreOf(ebm: EBM, parameters: NamedTensors, data: PictureData, random: ExploreContext["random"]) {
  const count = Math.min(SCORED, data.count);
  const { size, channels } = ebm.options;
  return tf.tidy(() => {
    const score = (pictures: tf.Tensor) => ebm.score(parameters, pictures);
    const batches = Array.from({ length: Math.ceil(count / BATCH) }, (_, i) => {
      const indices = Int32Array.from(
        { length: Math.min(BATCH, count - i * BATCH) },
        (_, n) => i * BATCH + n,
      );
      return pictureBatch(data, indices).toFloat().div(127.5).sub(1);
    });
    const real = tf.concat(batches.map(score));
    const others = [
      { name: "a quarter turn", scores: tf.concat(batches.map((batch) => score(quarterTurn(batch)))) },
      { name: "letters", scores: score(drawLetters(size, channels)) },
      {
        name: "noise",
        scores: score(ebm.startChains(BATCH, seedTensor(random.fork("noise").seedPair()))),
      },
    ];
    return [{ name: "held-out pictures", scores: real }, ...others].map(({ name, scores }) => ({
      name,
      energies: scores.neg().dataSync() as Float32Array,
      area: areaUnderCurve(real, scores).dataSync()[0],
    }));
  });
}

function quantile(values: number[], share: number): number {
  return values.sort((a, b) => a - b)[Math.floor(share * (values.length - 1))];
}

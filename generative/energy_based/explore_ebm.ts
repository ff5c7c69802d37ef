import { captionPicture } from "../../core/pictures/caption_picture.ts";
import { contactSheet } from "../../core/pictures/contact_sheet.ts";
import type { PictureData } from "../data/dataset.ts";
import { pictureOf, sheetScale } from "../models/latents/exploration.ts";
import type { Artifact, ExploreContext } from "../models/model.ts";
import { type ChainModel, drawChains } from "./draw_chains.ts";
import type { EBM } from "./ebm.ts";
import { energyChart, NOISE, scoreGroups } from "./energy_groups.ts";

const CHAINS = 10;
/** Steps after which chains are shown, as far as samples go. */
const TIMES = [0, 1, 3, 10, 30, 60, 100, 300];
/** How much longer than those of samples the longest chains are. */
const LONGER = 4;

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
  const grown = await Array.fromAsync(drawChains(chains, parameters, {
    count: CHAINS,
    times,
    random: random.fork("chains"),
  }));
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
  const [short, long] = await Array.fromAsync(drawChains(chains, parameters, request));
  yield {
    name: "short_and_long",
    caption:
      `The same chains after ${chainSteps} steps, as in training (the upper two rows), and after ${longest} (the lower two)`,
    content: contactSheet([...short, ...long], CHAINS, { scale }),
  };

  const pictures = data as PictureData;
  const groups = scoreGroups(ebm, parameters, pictures, random);
  yield {
    name: "energies",
    caption:
      `Energies of held-out pictures, of the same after a quarter turn, and of letters. Held-out pictures have the lower one in ${
        groups.slice(1).map(({ name, area }) => `${(100 * area).toFixed(1)} % of the pairs with ${name}`)
          .join(", ")
      } (the area under the curve)`,
    content: { svg: energyChart(groups.filter(({ name }) => name !== NOISE)) }, // noise is far away
  };

  const { energies } = groups[0];
  const order = Array.from(energies.keys()).sort((a, b) => energies[a] - energies[b]);
  const shown = [...order.slice(0, CHAINS), ...order.slice(-CHAINS)];
  yield {
    name: "typical_and_strange",
    caption: "Held-out pictures of the lowest energy (above) and of the highest (below)",
    content: contactSheet(
      shown.map((i) => captionPicture(pictureOf(pictures, i), [energies[i].toFixed(3)], { scale })),
      Math.min(CHAINS, order.length),
    ),
  };
}

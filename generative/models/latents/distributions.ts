import { barChart } from "../../../core/pictures/bar_chart.ts";
import { histograms } from "../../../core/pictures/histograms.ts";
import type { Artifact } from "../model.ts";
import type { LatentCloud } from "./encode_pictures.ts";
import type { Exploration } from "./exploration.ts";
import { normalDensity } from "./normal_quantiles.ts";

/** Latents whose histogram is drawn. */
const MOST = 50;
/** A latent that says less than this about a picture is not used, in nats. */
const IDLE = 0.01;

/** How latents that are drawn for real pictures are distributed, beside their prior. */
export function drawHistograms({ cloud, random }: Exploration): Artifact {
  const stream = random.fork("histograms");
  const shown = Math.min(cloud.size, MOST);
  const of = Array.from({ length: shown }, (_, i) => ({
    name: `latent ${i + 1}`,
    values: Float32Array.from({ length: cloud.count }, (_, n) => {
      const at = n * cloud.size + i;
      return cloud.mu[at] + Math.exp(cloud.logVar![at] / 2) * stream.normal();
    }),
  }));
  const title = `Latents of ${cloud.count} pictures, and the standard normal density`;
  return {
    name: "latent_histograms",
    caption:
      "How the latents of real pictures are distributed, beside the standard normal density that they are drawn " +
      "from when something new is made",
    content: { svg: histograms({ title, of, density: normalDensity }) },
  };
}

/** How much each latent says of a picture. */
export function drawDivergences({ cloud }: Exploration): Artifact {
  const divergences = divergenceByLatent(cloud);
  const order = divergences.map((_, i) => i).sort((a, b) => divergences[b] - divergences[a]);
  const idle = divergences.filter((value) => value < IDLE).length;
  return {
    name: "kl_by_dimension",
    caption:
      `How many nats each latent says of a picture (its divergence from the prior), the largest first; ` +
      `${idle} of ${cloud.size} say nothing${idle > 0 ? " (they collapsed into their prior)" : ""}`,
    content: {
      svg: barChart({
        title: "Divergence from the prior by latent",
        xLabel: "latent",
        yLabel: "nats",
        bars: order.map((i) => ({ name: String(i + 1), value: divergences[i] })),
      }),
    },
  };
}

/** KL(N(mu, exp(logVar)) || N(0, 1)) of each latent, a mean over the examples, `[Z]`, in nats. */
export function divergenceByLatent({ mu, logVar, count, size }: LatentCloud): number[] {
  const sums = new Array<number>(size).fill(0);
  for (let at = 0; at < count * size; at++) {
    const spread = logVar![at];
    sums[at % size] += (mu[at] ** 2 + Math.exp(spread) - 1 - spread) / 2 / count;
  }
  return sums;
}

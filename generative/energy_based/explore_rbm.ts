import * as tf from "@tensorflow/tfjs";
import { contactSheet } from "../../core/pictures/contact_sheet.ts";
import { histograms } from "../../core/pictures/histograms.ts";
import type { Dataset, PictureData } from "../data/dataset.ts";
import { toPictures } from "../data/picture_tensors.ts";
import { sheetScale } from "../models/latents/exploration.ts";
import type { Artifact, ExploreContext } from "../models/model.ts";
import { type NamedTensors, parameter } from "../nn/mod.ts";
import { compile, seedTensor } from "../runtime/mod.ts";
import { type ChainModel, drawChains } from "./draw_chains.ts";
import type { RBM } from "./rbm.ts";

const COLUMNS = 10;
/** Hidden units that are shown. */
const FILTERS = 60;
/** Gibbs steps after which chains are shown. */
const TIMES = [0, 1, 3, 10, 30, 100, 300, 1000];
/** Pictures whose free energies are told. */
const EXAMPLES = 2000;
/** Gibbs steps that a half is filled in by, and how often. */
const [FILL_STEPS, FILLS] = [200, 3];

/** What {@link exploreRbm} works with beside the model. */
export interface RbmExploration extends ExploreContext {
  /** The model's chains. */
  chains: ChainModel;
  /** Binary pixels of some examples, `[B, V]`. */
  binary(data: Dataset, indices: ArrayLike<number>): tf.Tensor;
}

/** The pictures of an RBM: what its hidden units look for, its chains, halves that it fills in, and its free energies. */
export async function* exploreRbm(
  rbm: RBM,
  { parameters, data, learned, random, chains, binary }: RbmExploration,
): AsyncGenerator<Artifact> {
  const { height, width, channels } = data as PictureData;
  const asPictures = async (pixels: tf.Tensor) => {
    const shaped = pixels.reshape([-1, height, width, channels]);
    const pictures = await toPictures(shaped);
    tf.dispose([pixels, shaped]);
    return pictures;
  };
  const filters = await asPictures(tf.tidy(() => strongest(parameter(parameters, "weights"))));
  const scale = sheetScale(filters[0]);
  yield {
    name: "filters",
    caption:
      "Weights of the hidden units with the largest ones: white pixels switch a unit on, black ones off",
    content: contactSheet(filters, COLUMNS, { scale }),
  };

  const grown = await Array.fromAsync(drawChains(chains, parameters, {
    count: COLUMNS,
    times: TIMES,
    random: random.fork("chains"),
  }));
  yield {
    name: "chains",
    caption: `Chains from noise, one a column, after ${TIMES.slice(0, -1).join(", ")} and ${
      TIMES.at(-1)
    } Gibbs steps`,
    content: contactSheet(grown.flat(), COLUMNS, { scale }),
  };

  const rows = await asPictures(fillHalves(rbm, parameters, {
    pixels: binary(data, Int32Array.from({ length: Math.min(COLUMNS, data.count) }, (_, i) => i)),
    random,
  }));
  yield {
    name: "halves",
    caption:
      `Held-out pictures (above), and ${FILLS} times their lower halves as ${FILL_STEPS} Gibbs steps fill them in`,
    content: contactSheet(rows, Math.min(COLUMNS, data.count), { scale }),
  };

  const energies = [await learned(), data].map((examples) => {
    const count = Math.min(EXAMPLES, examples.count);
    const indices = Int32Array.from({ length: count }, (_, i) => i);
    return tf.tidy(() => rbm.freeEnergy(parameters, binary(examples, indices)).dataSync() as Float32Array);
  });
  const [seen, held] = energies.map((values) =>
    values.reduce((sum, value) => sum + value, 0) / values.length
  );
  const all = energies.flatMap((values) => [...values]);
  const range = [Math.min(...all), Math.max(...all) + 1e-3] as const;
  yield {
    name: "free_energies",
    caption: `Free energies of learned and of held-out pictures, ${seen.toFixed(1)} and ${
      held.toFixed(1)
    } on average: a growing gap would be learning by heart`,
    content: {
      svg: histograms({
        title: "Free energies",
        of: ["learned", "held out"].map((name, i) => ({ name, values: energies[i] })),
        range,
      }),
    },
  };
}

/** Weights of the units with the largest ones, `[N, V]`, 0 .. 1: grey is 0. */
function strongest(weights: tf.Tensor): tf.Tensor {
  const units = weights.transpose();
  const { indices } = units.square().sum(1).topk(Math.min(FILTERS, units.shape[0]));
  const chosen = units.gather(indices as tf.Tensor1D);
  return chosen.div(chosen.abs().max(1, true).maximum(1e-6)).add(1).div(2);
}

/** Pictures `[B, V]`, then with other lower halves, one row of B after the other: `[rows B, V]`. */
function fillHalves(
  rbm: RBM,
  parameters: NamedTensors,
  { pixels, random }: { pixels: tf.Tensor; random: ExploreContext["random"] },
): tf.Tensor {
  const visible = pixels.shape[1]!;
  const fill = compile((parameters: NamedTensors, pixels: tf.Tensor, seed: tf.Tensor) => {
    const kept = tf.tensor1d(Float32Array.from({ length: visible }, (_, i) => i < visible / 2 ? 1 : 0));
    return rbm.gibbs(parameters, pixels.mul(kept), { steps: FILL_STEPS, kept }, seed);
  }, { name: "fill halves" });
  const filled = tf.tidy(() => {
    const seeds = Array.from({ length: FILLS }, (_, i) => seedTensor(random.fork(`half ${i}`).seedPair()));
    return tf.concat([pixels, ...seeds.map((seed) => fill(parameters, pixels, seed))]);
  });
  fill.dispose();
  pixels.dispose();
  return filled;
}

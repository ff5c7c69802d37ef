import * as tf from "@tensorflow/tfjs";
import { contactSheet } from "../../core/pictures/contact_sheet.ts";
import { drawPoints, PLANE_FRAME, planeExtent, planePlaces } from "../../core/pictures/plane_picture.ts";
import type { PointData } from "../data/dataset.ts";
import { splitStray } from "../metrics/stray_points.ts";
import type { Artifact, ExploreContext } from "../models/model.ts";
import type { NamedTensors } from "../nn/mod.ts";
import { drawAnnealed } from "./draw_annealed.ts";
import type { ScoreMatching } from "./score_matching.ts";
import { type FieldPanel, scoreField } from "./score_field.ts";

/** Points that are drawn. */
const SAMPLES = 2000;
/** Data points below the arrows. */
const SHOWN = 400;
/** Arrows each way. */
const ARROWS = 19;
/** Panels of the annealing. */
const PANELS = 6;
/** The length of the longest arrows in distances between arrows. */
const LONGEST = 0.9;

/** What {@link exploreScore} works with beside the model. */
export interface ScoreExploration extends ExploreContext {
  /** Steps of the chains at each noise level. */
  steps: number;
}

/** The pictures of learned scores: their arrows at three noise levels, and what chains along them do, annealed and not. */
export async function* exploreScore(
  model: ScoreMatching,
  { parameters, data, learned, random, steps }: ScoreExploration,
): AsyncGenerator<Artifact> {
  const held = data as PointData;
  const extent = planeExtent(held.points);
  const { sigmas } = model;
  const three = [sigmas[0], sigmas[Math.floor((sigmas.length - 1) / 2)], sigmas.at(-1)!];
  const points = held.points.slice(0, 2 * SHOWN);
  yield {
    name: "field",
    caption:
      "Arrows along the score under large, middle and small noise, over held-out points: under large noise " +
      "they point to the middle of all data, under small noise to the nearest piece of them",
    content: {
      svg: scoreField({
        title: "Where the score points",
        panels: three.map((sigma) => panelOf(model, parameters, { sigma, points, extent })),
        extent,
      }),
    },
  };

  const request = { count: SAMPLES, steps, random: random.fork("annealing") };
  const annealed = await Array.fromAsync(drawAnnealed(model, parameters, request));
  const chosen = Array.from(
    { length: PANELS },
    (_, i) => Math.round(i * (annealed.length - 1) / (PANELS - 1)),
  );
  yield {
    name: "annealing",
    caption: `${SAMPLES} chains from noise, and after ${
      chosen.slice(1).join(", ")
    } of ${sigmas.length} noise levels, ${steps} steps each`,
    content: contactSheet(
      chosen.map((i) => drawPoints([{ points: annealed[i], color: 0 }], { extent })),
      PANELS / 2,
      { gap: 8, background: PLANE_FRAME },
    ),
  };

  const alone = await Array.fromAsync(
    drawAnnealed(model, parameters, { ...request, sigmas: sigmas.map(() => sigmas.at(-1)!) }),
  );
  const seen = (await learned() as PointData).points;
  const groups = [annealed, alone].map((drawn) =>
    splitStray(drawn.at(-1)!, { learned: seen, held: held.points })
  );
  const [few, many] = groups.map(({ stray }) => `${(100 * stray.length / 2 / SAMPLES).toFixed(1)} %`);
  yield {
    name: "without_annealing",
    caption:
      `Left: samples through all noise levels, of which ${few} lie where no data are. Right: as many steps ` +
      `under the smallest noise alone, ${many}: chains end at the data they come upon, not as often as these come`,
    content: contactSheet(
      groups.map(({ among, stray }) =>
        drawPoints([{ points: among, color: 0 }, { points: stray, color: 1 }], { extent, side: 400 })
      ),
      2,
      { gap: 8, background: PLANE_FRAME },
    ),
  };
}

/** Arrows along the score: as long as the noise is thought to be, short of where arrows would meet. */
function panelOf(
  model: ScoreMatching,
  parameters: NamedTensors,
  { sigma, points, extent }: { sigma: number; points: Float32Array; extent: number },
): FieldPanel {
  const gap = 2 * extent / ARROWS;
  const places = planePlaces({ extent, side: ARROWS });
  const arrows = tf.tidy(() => {
    const at = tf.tensor2d(places, [places.length / 2, 2]);
    const score = model.score(parameters, at, tf.fill([at.shape[0], 1], sigma));
    const noise = score.mul(sigma); // in deviations
    const length = noise.square().sum(1, true).sqrt();
    return noise.div(length.add(1)).mul(LONGEST * gap).dataSync() as Float32Array;
  });
  return { name: `sigma ${sigma.toPrecision(2)}`, points, places, arrows };
}

import * as tf from "@tensorflow/tfjs";
import { contactSheet } from "../../core/pictures/contact_sheet.ts";
import { heatMap } from "../../core/pictures/heat_map.ts";
import type { Picture } from "../../core/pictures/picture.ts";
import type { Dataset } from "../data/dataset.ts";
import type { Artifact, ExploreContext } from "../models/model.ts";
import { pictureBatch, toPictures } from "../data/picture_tensors.ts";
import type { NamedTensors } from "../nn/parameters.ts";
import { drawPictures } from "./draw_pictures.ts";
import { WholePictures } from "./evaluation.ts";
import type { LearningPixelNetwork } from "./learning_pixel_network.ts";

/** Pictures that receptive field and surprise are averaged over. */
const [FIELD_PICTURES, SURPRISE_PICTURES] = [8, 128];
/** Pictures that are completed, and how often each. */
const [COMPLETED, ENDINGS] = [6, 3];
/** Smallest share of the largest gradient that is told from 0. */
const FAINTEST = 1e-4;

/** What a model of pixels sees and expects: its receptive field, half pictures drawn to their end, where data surprise it. */
export async function* explorePixels(
  network: LearningPixelNetwork,
  { parameters, data, random }: ExploreContext,
): AsyncGenerator<Artifact> {
  yield await drawReceptiveField(network, parameters, data);
  yield await completePictures(network, { parameters, data, random: random.fork("completions") });
  yield await drawSurprise(network, parameters, data);
}

function take(network: LearningPixelNetwork, data: Dataset, count: number): tf.Tensor {
  const indices = Array.from({ length: Math.min(count, data.count) }, (_, i) => i);
  return tf.tidy(() => network.prepare(pictureBatch(data, indices)));
}

/**
 * How much what is predicted of a pixel changes with each other pixel, a mean over pictures: `[H, W]`. What a mask
 * hides has exactly 0.
 */
export function receptiveField(
  network: LearningPixelNetwork,
  parameters: NamedTensors,
  { pixels, row, column }: { pixels: tf.Tensor; row: number; column: number },
): tf.Tensor2D {
  return tf.tidy(() => {
    const chosen = (pixels: tf.Tensor) => {
      const prediction = network.predict(pixels, new WholePictures(parameters));
      const [batch, , , size] = prediction.shape;
      // each number of the prediction with a sign of its own, so that none cancels another
      const signs = tf.tensor1d(Array.from({ length: size as number }, (_, i) => i % 2 === 0 ? 1 : -0.7));
      return prediction.slice([0, row, column, 0], [batch, 1, 1, size as number]).mul(signs)
        .sum() as tf.Scalar;
    };
    return tf.grad(chosen)(pixels).abs().mean([0, 3]) as tf.Tensor2D;
  });
}

async function drawReceptiveField(
  network: LearningPixelNetwork,
  parameters: NamedTensors,
  data: Dataset,
): Promise<Artifact> {
  const prepared = take(network, data, FIELD_PICTURES);
  const pixels = tf.tidy(() => network.asPixels(prepared));
  const middle = Math.floor(network.size / 2);
  const field = receptiveField(network, parameters, { pixels, row: middle, column: middle });
  const values = await field.data();
  const largest = Math.max(...values, Number.MIN_VALUE);
  tf.dispose([prepared, pixels, field]);
  return {
    name: "receptive_field",
    caption:
      `What the pixel in row ${middle}, column ${middle} is predicted from: black pixels change nothing, and none that comes later in the order of reading may be lit. A black wedge above and to the right would be a blind spot: PixelCNN has one, PixelCNN++ has none`,
    content: enlargedSquare(network.size, (i) => {
      if (i === middle * network.size + middle) return [230, 80, 40];
      const share = values[i] / largest;
      const light = share <= 0 ? 0 : 40 + 215 * Math.max(0, 1 - Math.log(share) / Math.log(FAINTEST));
      return [light, light, light];
    }),
  };
}

/** A square picture from the colours of its pixels, large enough to look at. */
function enlargedSquare(side: number, color: (index: number) => readonly number[]): Picture {
  const data = new Uint8ClampedArray(side * side * 3);
  for (let i = 0; i < side * side; i++) data.set(color(i), 3 * i);
  return contactSheet([{ width: side, height: side, data }], 1, {
    scale: Math.max(1, Math.floor(320 / side)),
  });
}

async function completePictures(
  network: LearningPixelNetwork,
  { parameters, data, random }: Omit<ExploreContext, "learned">,
): Promise<Artifact> {
  const rowsBegun = Math.floor(network.size / 2 / network.rowsAtOnce) * network.rowsAtOnce;
  const prepared = take(network, data, COMPLETED);
  const pixels = tf.tidy(() => network.asPixels(prepared)) as tf.Tensor4D;
  const count = pixels.shape[0];
  const begun = pixels.tile([ENDINGS, 1, 1, 1]);
  const drawn = await drawPictures(network, parameters, { count: count * ENDINGS, random, begun, rowsBegun });
  const shown = tf.tidy(() => network.show(tf.concat([pixels, drawn], 0)));
  const pictures = await toPictures(shown);
  tf.dispose([prepared, pixels, begun, drawn, shown]);
  return {
    name: "completions",
    caption: `Held-out pictures (first row), and ${ENDINGS} ways to go on from their first ${rowsBegun} rows`,
    content: contactSheet(pictures, count, { scale: Math.max(1, Math.floor(64 / network.size)) }),
  };
}

async function drawSurprise(
  network: LearningPixelNetwork,
  parameters: NamedTensors,
  data: Dataset,
): Promise<Artifact> {
  const prepared = take(network, data, SURPRISE_PICTURES);
  const surprise = tf.tidy(() => network.surprise(parameters, prepared).mean(0) as tf.Tensor2D);
  const rows = await surprise.array();
  const mean = rows.flat().reduce((sum, value) => sum + value, 0) / rows.flat().length;
  tf.dispose([prepared, surprise]);
  return {
    name: "surprise",
    caption: `Nats by place, ${
      mean.toFixed(3)
    } a pixel: where held-out pictures surprise the model, edges above all`,
    content: {
      svg: heatMap({
        title: `Surprise by place: ${mean.toFixed(3)} nats a pixel`,
        xLabel: "column",
        yLabel: "row",
        values: rows,
      }),
    },
  };
}

import * as tf from "@tensorflow/tfjs";
import { assert, assertAlmostEquals, assertEquals, assertRejects } from "@std/assert";
import { RandomStream } from "../../../core/mod.ts";
import { drawPictures } from "../../../generative/autoregressive/draw_pictures.ts";
import { WholePictures } from "../../../generative/autoregressive/evaluation.ts";
import { PixelCNN } from "../../../generative/autoregressive/pixel_cnn.ts";
import { PIXEL_CNN } from "../../../generative/autoregressive/pixel_cnn_kind.ts";
import { PixelCNNPP } from "../../../generative/autoregressive/pixel_cnn_pp.ts";
import { PIXEL_CNN_PP } from "../../../generative/autoregressive/pixel_cnn_pp_kind.ts";
import type { LearningPixelNetwork } from "../../../generative/autoregressive/learning_pixel_network.ts";
import { placeFeatures, RasterScan } from "../../../generative/autoregressive/raster_scan.ts";
import { initialiseParameters, type NamedTensors } from "../../../generative/nn/mod.ts";
import type { ModelConfig } from "../../../generative/models/model_fields.ts";
import { disposeTrainState } from "../../../generative/train/mod.ts";
import { backends } from "../support/finite_differences.ts";
import { createModel, explore, learn } from "../support/learn.ts";
import { noisePictures } from "../support/pictures.ts";

const SIZE = 8;
const cnn = () => new PixelCNN({ size: SIZE, levels: 4, filters: 8, blocks: 2 });
const plusPlus = (hierarchies = 2) =>
  new PixelCNNPP({ size: SIZE, filters: 4, blocks: 1, hierarchies, components: 2, dropout: 0 });
const networks: [string, () => LearningPixelNetwork][] = [
  ["PixelCNN", cnn],
  ["PixelCNN++", plusPlus],
  ["PixelCNN++ of three sizes", () => plusPlus(3)],
];

/** Noise, so that every pixel matters. */
const bytes = (count: number, seed = 1) => {
  const random = new RandomStream(seed);
  const values = Int32Array.from({ length: count * SIZE * SIZE }, () => random.integer(0, 256));
  return tf.tensor4d(values, [count, SIZE, SIZE, 1], "int32");
};

/** Parameters, biases among them, that are not zero. */
function parametersOf(network: LearningPixelNetwork): NamedTensors {
  const parameters = initialiseParameters(network.parameters, new RandomStream(5));
  return { ...parameters, ...network.start?.(parameters, bytes(4, 9)) };
}

/** What each prediction changes by with each pixel: `[pixel][place]`, by changing pixels one at a time. */
function influence(network: LearningPixelNetwork): number[][] {
  return tf.tidy(() => {
    const parameters = parametersOf(network);
    const places = SIZE * SIZE;
    const picture = network.asPixels(network.prepare(bytes(1))).reshape([1, places]);
    const step = network instanceof PixelCNN ? 0.25 : 40;
    const changed = picture.add(tf.eye(places).mul(step)).reshape([places, SIZE, SIZE, 1]);
    const predict = (pixels: tf.Tensor) => network.predict(pixels, new WholePictures(parameters));
    const before = predict(picture.reshape([1, SIZE, SIZE, 1]));
    return predict(changed).sub(before).abs().max(-1).reshape([places, places]).arraySync() as number[][];
  });
}

for (const backend of backends) {
  for (const [name, make] of networks) {
    Deno.test(`${name}: no prediction changes with its own pixel or a later one (${backend})`, async () => {
      await tf.setBackend(backend);
      influence(make()).forEach((places, pixel) =>
        places.forEach((change, place) => {
          // TensorFlow rounds the rows of a product in ways of their own
          if (place <= pixel) {
            assert(change <= (backend === "cpu" ? 0 : 1e-5), `pixel ${pixel} is seen at ${place}`);
          }
        })
      );
    });
  }
}

Deno.test("PixelCNN has a blind spot, PixelCNN++ has none", () => {
  const place = 3 * SIZE + 2;
  const blind = 2 * SIZE + 7; // the row above, far to the right
  assert(influence(plusPlus())[blind][place] > 1e-4);
  const shallow = new PixelCNN({ size: SIZE, levels: 4, filters: 8, blocks: 1 });
  assert(influence(shallow)[blind][place] < 1e-5);
  const seen = influence(plusPlus());
  for (let row = 0; row < SIZE - 1; row++) {
    for (let column = 1; column < SIZE - 1; column++) {
      const pixel = row * SIZE + column;
      for (const near of [pixel + 1, pixel + SIZE - 1, pixel + SIZE, pixel + SIZE + 1]) {
        assert(seen[pixel][near] > 1e-4, `pixel ${pixel} is not seen at ${near}`);
      }
    }
  }
});

for (const [name, make] of networks) {
  Deno.test(`${name}: drawn place by place it predicts what it predicts of the whole picture`, async () => {
    await tf.setBackend(backends[0]);
    const network = make();
    const parameters = parametersOf(network);
    const pixels = network.asPixels(network.prepare(bytes(3)));
    const whole = network.predict(pixels, new WholePictures(parameters));
    const given = tf.unstack(pixels, 1).map((row) => tf.unstack(row, 1));
    const { rowsAtOnce } = network;
    let memory: NamedTensors | undefined;
    const rows: tf.Tensor[] = [];
    for (let first = 0; first < SIZE; first += rowsAtOnce) {
      const build = (past: NamedTensors) => {
        const scan = new RasterScan(parameters, past);
        const features = placeFeatures(
          { rows: rowsAtOnce, width: SIZE },
          (row, column) => given[first + row][column],
        );
        return { scan, predictions: network.predict(features, scan) };
      };
      const { scan, predictions } = build(memory ?? build({}).scan.blankMemory(3));
      for (let row = 0; row < rowsAtOnce; row++) rows.push(predictions.row(row));
      memory = scan.memory();
    }
    const difference = whole.sub(tf.stack(rows, 1)).abs().max().dataSync()[0];
    assertAlmostEquals(difference, 0, 2e-4);
  });
}

Deno.test("the likeliest picture is drawn at temperature 0, another at 1; begun rows stay", async () => {
  const network = cnn();
  const parameters = parametersOf(network);
  const draw = async (options: Omit<Parameters<typeof drawPictures>[2], "count" | "random">) => {
    const drawn = await drawPictures(network, parameters, {
      count: 2,
      random: new RandomStream(1),
      ...options,
    });
    return drawn.dataSync();
  };
  const sharp = await draw({ temperature: 0 });
  const best = tf.tidy(() => {
    const pixels = tf.tensor4d(sharp as Float32Array, [2, SIZE, SIZE, 1]);
    return network.predict(pixels as tf.Tensor, new WholePictures(parameters)).argMax(-1).toFloat().div(4)
      .dataSync();
  });
  assertEquals(sharp, best);
  assert((await draw({})).some((value, i) => value !== sharp[i]));
  const ended = await draw({ begun: tf.fill([2, SIZE, SIZE, 1], 0.75), rowsBegun: 4 });
  assertEquals(new Set(ended.subarray(0, 4 * SIZE)), new Set([0.75]));
  await assertRejects(() => draw({ temperature: -1 }), RangeError, "expected a temperature of 0 or more");
});

Deno.test("PixelCNN whose logits are 0 has the loss ln 4; PixelCNN++ starts with outputs of mean 0 and variance 1", () => {
  const network = cnn();
  const parameters = { ...parametersOf(network), "logits/kernel": tf.zeros([1, 1, 8, 4]) };
  const { loss } = network.loss(parameters, { pixels: network.prepare(bytes(3)) });
  assertAlmostEquals(loss.dataSync()[0], Math.log(4), 1e-5);
  const second = plusPlus();
  const pixels = second.asPixels(bytes(4, 9));
  const outputs = second.predict(pixels, new WholePictures(parametersOf(second)));
  const { mean, variance } = tf.moments(outputs, [0, 1, 2]);
  assert(mean.abs().max().dataSync()[0] < 1e-4 && variance.sub(1).abs().max().dataSync()[0] < 1e-3);
});

Deno.test("bits per dimension are the nats of a picture over its pixels and ln 2", () => {
  const network = plusPlus();
  const { loss, bitsPerDimension } = network.measure(parametersOf(network), { pixels: bytes(2) });
  assertAlmostEquals(bitsPerDimension.dataSync()[0], loss.dataSync()[0] / (SIZE * SIZE * Math.LN2), 1e-4);
});

for (const [kind, steps, share] of [[PIXEL_CNN, 150, 0.3], [PIXEL_CNN_PP, 70, 0.6]] as const) {
  Deno.test(`${kind.name} overfits eight pictures, and shows what it sees and expects`, async () => {
    const data = noisePictures(8, SIZE, 1, (random) => random.integer(0, 2) * 255);
    const small = { ...kind.presets.smoke, filters: 24, dropout: 0, learningRate: 1e-2 };
    const model = createModel<ModelConfig>(kind, data, small);
    const { state, curve } = await learn(model, data, { steps });
    const [first, last] = [curve[0].loss, curve[steps - 1].loss];
    assert(last < share * first, `from ${first} to ${last}`);
    const artifacts = await explore(model, state.parameters, data);
    assertEquals(artifacts.map(({ name }) => name), ["receptive_field", "completions", "surprise"]);
    disposeTrainState(state);
  });
}

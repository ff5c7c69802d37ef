import * as tf from "@tensorflow/tfjs";
import { createHash } from "node:crypto";
import { RandomStream } from "../../core/random_stream.ts";
import { cachedArrays } from "../data/array_cache.ts";
import { Batches } from "../data/batches.ts";
import type { PictureData } from "../data/dataset.ts";
import type { DataEvent } from "../data/load_dataset.ts";
import { pictureBatch, unitPixels } from "../data/picture_tensors.ts";
import {
  binaryCrossEntropy,
  categoricalCrossEntropy,
  disposeTensors,
  type NamedTensors,
  Statistics,
} from "../nn/mod.ts";
import { compile } from "../runtime/mod.ts";
import type { Safetensors } from "../train/safetensors.ts";
import {
  adamW,
  createTrainStep,
  disposeTrainState,
  initialiseTrainState,
  toTensors,
  train,
  type TrainEvent,
} from "../train/mod.ts";
import type { Features } from "./frechet_distance.ts";
import { FeatureNetwork, FEATURES } from "./feature_network.ts";

/** Changes whenever the network or its training do: distances are comparable only on the same features. */
const VERSION = 1;
/** Steps for pictures of 32x32 and less; larger ones cost more each, and need fewer. */
const STEPS = 2000;
const BATCH = 64;
/** Pictures that are described, or judged, at a time. */
const CHUNK = 250;
/** Held-out pictures that the accuracy is measured on. */
const JUDGED = 5000;

/** The options of {@link featureClassifier}. */
export interface FeatureClassifierOptions {
  /** Pictures that are not learned from; the accuracy is measured on them. */
  held: PictureData;
  /** Steps of training. @default 2000, 1000 for pictures of 64x64 */
  steps?: number;
  /** Hears of the training, and of a cache that cannot be used. */
  onEvent?: (event: TrainEvent | DataEvent) => void;
  /** The time in milliseconds, for rates. */
  now?: () => number;
  /** Stops the training. */
  signal?: AbortSignal;
}

/** A classifier that the lab trained, whose last layer describes pictures. */
export interface FeatureClassifier {
  /** Eight hexadecimal digits of all that it learned: others learned on other data, for longer, or on another machine. */
  id: string;
  /** Share of held-out pictures (or of their attributes) that it tells rightly. */
  accuracy: number;
  /** Features of pictures of the same size. */
  describe(pictures: PictureData): Promise<Features>;
  /** Frees it. */
  dispose(): void;
}

/**
 * The classifier of a data set: a small convolutional network that learns its classes, or its attributes where it has
 * no classes, in about a minute. It is kept in the cache, by a hash of all that it depends on.
 *
 * @throws TypeError for data with neither classes nor attributes.
 */
export async function featureClassifier(
  data: PictureData,
  { held, steps = stepsFor(data), onEvent, now, signal }: FeatureClassifierOptions,
): Promise<FeatureClassifier> {
  const outputs = answersOf(data).outputs;
  const network = new FeatureNetwork({ ...data, outputs });
  const key = hashOf(data, steps);
  const { arrays, metadata } = await cachedArrays(`features-${key}`, async () => {
    const parameters = await learn(network, data, { steps, onEvent, now, signal });
    const accuracy = await judge(network, parameters, held);
    const arrays = Object.fromEntries(
      await Promise.all(
        Object.entries(parameters).map(async ([name, tensor]) =>
          [name, { shape: tensor.shape, data: await tensor.data() as Float32Array }] as const
        ),
      ),
    );
    disposeTensors(parameters);
    return { arrays, metadata: { data: data.name, accuracy: String(accuracy) } };
  }, { dataset: data.name, onEvent });
  const parameters = toTensors(arrays);
  return {
    id: identityOf(key, arrays),
    accuracy: Number(metadata.accuracy),
    describe: async (pictures) => {
      const described = await inChunks(
        pictures,
        pictures.count,
        (pixels) => network.features(parameters, pixels),
      );
      return { values: described, count: pictures.count, size: FEATURES };
    },
    dispose: () => disposeTensors(parameters),
  };
}

function stepsFor({ height, width }: PictureData): number {
  return Math.round(STEPS * Math.min(1, 32 / Math.sqrt(height * width)));
}

/** What is to be told of each picture: one class of many, or yes or no for each attribute. */
interface Answers {
  /** Number of logits. */
  outputs: number;
  /** The answers for some pictures. */
  batch(indices: ArrayLike<number>): tf.Tensor;
  /** How far logits are from them, a scalar. */
  loss(logits: tf.Tensor, answers: tf.Tensor): tf.Tensor;
  /** The share of logits that tell them, a scalar. */
  accuracy(logits: tf.Tensor, answers: tf.Tensor): tf.Tensor;
}

/** Whether data have the classes or attributes that a {@link featureClassifier} learns. */
export function canBeClassified({ labels, classes, attributes }: PictureData): boolean {
  return Boolean(labels && classes && classes.length > 1) || Object.keys(attributes ?? {}).length > 0;
}

function answersOf({ name, labels, classes, attributes }: PictureData): Answers {
  if (labels && classes && classes.length > 1) {
    return {
      outputs: classes.length,
      batch: (indices) => tf.tensor1d(Int32Array.from(indices, (i) => labels[i]), "int32"),
      loss: (logits, answers) => categoricalCrossEntropy(logits, answers).mean(),
      accuracy: (logits, answers) => logits.argMax(-1).equal(answers).toFloat().mean(),
    };
  }
  const columns = Object.values(attributes ?? {});
  if (columns.length > 0) {
    return {
      outputs: columns.length,
      batch: (indices) =>
        tf.tensor2d(Array.from(indices, (i) => columns.map((has) => has[i])), [
          indices.length,
          columns.length,
        ]),
      loss: (logits, answers) => binaryCrossEntropy(logits, answers).mean(),
      accuracy: (logits, answers) => logits.greater(0).toFloat().equal(answers).toFloat().mean(),
    };
  }
  throw new TypeError(
    `Cannot train a classifier on "${name}": expected pictures with classes or attributes, got neither; ` +
      "put the pictures into a folder for each class",
  );
}

async function learn(
  network: FeatureNetwork,
  data: PictureData,
  { steps, onEvent, now, signal }: Omit<FeatureClassifierOptions, "held" | "steps"> & { steps: number },
): Promise<NamedTensors> {
  const answers = answersOf(data);
  const model = {
    parameters: network.parameters,
    loss(parameters: NamedTensors, { pictures, wanted }: NamedTensors) {
      const statistics = new Statistics();
      const features = network.features(parameters, pictures, statistics);
      return { loss: answers.loss(network.logits(parameters, features), wanted), ...statistics.parts };
    },
  };
  const optimiser = adamW({ learningRate: 1e-3 });
  const random = new RandomStream(0, "feature classifier");
  const batchSize = Math.min(BATCH, data.count);
  const batches = new Batches({ count: data.count, batchSize, random: random.fork("order") });
  const step = createTrainStep(model, optimiser);
  try {
    const { parameters, optimiser: moments } = await train({
      name: "feature classifier",
      state: initialiseTrainState(model, optimiser, random.fork("parameters")),
      step,
      steps,
      random: random.fork("train"),
      batch: (index) => {
        const indices = batches.at(index);
        const pictures = tf.tidy(() => unitPixels(pictureBatch(data, indices)));
        return { pictures, wanted: answers.batch(indices) };
      },
      onEvent,
      now,
      signal,
    });
    disposeTrainState({ parameters: {}, optimiser: moments });
    return parameters;
  } finally {
    step.dispose();
  }
}

async function judge(network: FeatureNetwork, parameters: NamedTensors, held: PictureData): Promise<number> {
  const count = Math.min(JUDGED, held.count);
  const { outputs, batch, accuracy } = answersOf(held);
  const logits = await inChunks(
    held,
    count,
    (pixels) => network.logits(parameters, network.features(parameters, pixels)),
  );
  return tf.tidy(() =>
    accuracy(tf.tensor2d(logits, [count, outputs]), batch(Int32Array.from({ length: count }, (_, i) => i)))
      .dataSync()[0]
  );
}

/** What is computed from pixels `[B, H, W, C]`, 0 .. 1, for the first pictures: `[B, D]` each, `[count, D]` in all. */
async function inChunks(
  pictures: PictureData,
  count: number,
  compute: (pixels: tf.Tensor) => tf.Tensor,
): Promise<Float32Array> {
  const run = compile((bytes: tf.Tensor) => compute(unitPixels(bytes)), { name: "describe pictures" });
  const parts: Float32Array[] = [];
  try {
    for (let first = 0; first < count; first += CHUNK) {
      const size = Math.min(CHUNK, count - first);
      const bytes = pictureBatch(pictures, Int32Array.from({ length: size }, (_, i) => first + i));
      const result = await run.run(bytes);
      parts.push(await result.data() as Float32Array);
      tf.dispose([bytes, result]);
    }
  } finally {
    run.dispose();
  }
  const whole = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}

/** What its features depend on: the data and the numbers that were learned. */
function identityOf(key: string, arrays: Safetensors["arrays"]): string {
  const hash = createHash("sha256").update(key);
  for (const name of Object.keys(arrays).sort()) {
    const { buffer, byteOffset, byteLength } = arrays[name].data;
    hash.update(new Uint8Array(buffer, byteOffset, byteLength));
  }
  return hash.digest("hex").slice(0, 8);
}

/** A hash of the pictures, of what is known of them, and of the training. */
function hashOf(
  { count, height, width, channels, pictures, labels, attributes }: PictureData,
  steps: number,
): string {
  const hash = createHash("sha256");
  hash.update(JSON.stringify([VERSION, steps, count, height, width, channels]));
  hash.update(pictures);
  if (labels) hash.update(labels);
  for (const [name, has] of Object.entries(attributes ?? {})) hash.update(name).update(has);
  return hash.digest("hex").slice(0, 8);
}

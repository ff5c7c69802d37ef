import * as tf from "@tensorflow/tfjs";
import type { Dataset, DataShape, MusicData } from "../data/dataset.ts";
import type { BatchRequest } from "../models/model.ts";
import type { NamedTensors } from "../nn/parameters.ts";
import { transposeAtRandom, type Transposition } from "./transposition.ts";

/** The shape of music. */
export type MusicShape = Extract<DataShape, { kind: "music" }>;

/** Music of a form. @throws TypeError naming the model when the data are others. */
export function expectMusic(
  data: DataShape,
  { model, form }: { model: string; form: MusicData["form"] },
): MusicShape {
  if (data.kind === "music" && data.form === form) return data;
  const wanted = form === "melody"
    ? "music (fiddle-tunes, bach-chorales or a folder of MIDI files)"
    : "music for four voices (bach-chorales, or a folder of MIDI files with four voices each)";
  throw new TypeError(
    `Cannot train ${model} on "${data.name}": expected ${wanted}, got ${
      data.kind === "music" ? "melodies" : data.kind
    }`,
  );
}

/** How {@link musicBatch} makes batches. */
export interface MusicBatchOptions {
  /** What the model was made for. */
  shape: MusicShape;
  /** Of each shift by which passages to learn from are moved at random, one for each voice. @default none are moved */
  tables?: readonly (readonly Transposition[])[];
}

/**
 * Passages as `tokens`, int32 `[B, L, streams]`.
 *
 * @throws TypeError when the data have another vocabulary than the model.
 */
export function musicBatch(
  data: Dataset,
  { indices, training }: BatchRequest,
  { shape, tables }: MusicBatchOptions,
): NamedTensors {
  const { tokens, length, streams } = expectVocabulary(data, shape);
  const width = streams.length;
  const batch = new Int32Array(indices.length * length * width);
  Array.from(indices, (index, n) => {
    const passage = tokens.subarray(index * length * width, (index + 1) * length * width);
    batch.set(passage, n * length * width);
  });
  if (training && tables) transposeAtRandom(batch, { length, width, tables, random: training.random });
  return { tokens: tf.tensor3d(batch, [indices.length, length, width], "int32") };
}

/** Streams that were found to be a model's. */
const same = new WeakMap<MusicData["streams"], MusicShape>();

function expectVocabulary(data: Dataset, shape: MusicShape): MusicData {
  if (data.kind !== "music") {
    throw new TypeError(`Cannot use "${data.name}": expected music, got ${data.kind}`);
  }
  if (same.get(data.streams) === shape) return data;
  const words = ({ streams }: Pick<MusicData, "streams">) =>
    streams.map(({ name, words }) => `${words.length} ${name}`).join(" and ");
  if (JSON.stringify(data.streams) !== JSON.stringify(shape.streams)) {
    const [wanted, got] = [words(shape), words(data)];
    throw new TypeError(
      `Cannot use "${data.name}" with a model of "${shape.name}": expected its vocabulary of ${wanted}, got ${
        wanted === got ? "as many others" : got
      }`,
    );
  }
  same.set(data.streams, shape);
  return data;
}

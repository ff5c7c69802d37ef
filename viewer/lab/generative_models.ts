import * as tf from "@tensorflow/tfjs";
import { describeFields } from "../../core/fields/describe_fields.ts";
import { RandomStream } from "../../core/random_stream.ts";
import { frameTensor, unitPixels } from "../../generative/data/picture_tensors.ts";
import { createModel } from "../../generative/create_model.ts";
import { MODEL_KINDS } from "../../generative/kinds.ts";
import type { GenerativeModel, ModelKind as GenerativeKind } from "../../generative/models/model.ts";
import { partSourcesOf } from "../../generative/models/parts.ts";
import { savedParameters } from "../../generative/models/saved_parameters.ts";
import { dataShapeOf } from "../../generative/models/shape_metadata.ts";
import { disposeTensors, type NamedTensors } from "../../generative/nn/mod.ts";
import { compile } from "../../generative/runtime/compile.ts";
import { disposeTree } from "../../generative/runtime/tree.ts";
import { checkConfig } from "../../generative/train/resolve_config.ts";
import { checkShapes, toTensors } from "../../generative/train/tensor_arrays.ts";
import { blockSize, checkFrameCount, padRows } from "./blocks.ts";
import type { Encoded, SampleRequest } from "./lab.ts";
import {
  NothingToShow,
  type OpenedModel,
  type Pause,
  registerModelKind,
  type RunContent,
} from "./model_kinds.ts";
import { rowsIn } from "./vision_coder.ts";

/** Pictures that are computed at once. */
const BLOCK = 16;

for (const kind of MODEL_KINDS) registerGenerativeModel(kind);

/** Makes a generative model known to every lab of this process, beside those that come with Somnium. */
export function registerGenerativeModel(kind: GenerativeKind): void {
  registerModelKind({ kind: kind.name, open: (run, pause) => openModel(kind, run, pause) });
}

/** A run of `deno task train` as the page sees it: sliders where it has latents, a sheet where it makes pictures. */
function openModel(
  kind: GenerativeKind,
  { name, config: unchecked, arrays, metadata }: RunContent,
  pause: Pause,
): OpenedModel {
  const { parameters: written = {} } = metadata;
  const shape = dataShapeOf(written, name);
  if (shape.kind !== "pictures") {
    const makes = shape.kind === "text" ? "texts" : shape.kind;
    throw new NothingToShow(
      `${name} makes ${makes}, no pictures: deno task sample draws some, and Runs shows its curves and what it left.`,
    );
  }
  const config = checkConfig(kind.fields, unchecked);
  const model = createModel(kind, config, { shape, parts: partSourcesOf(written, name) });
  const saved = savedParameters(arrays);
  checkShapes(saved, model.parameters, { what: `"${name}"` });
  const parameters = toTensors(saved);
  const pixels = [shape.height, shape.width, shape.channels] as const;
  const coder = model.latents && new LatentCoder(model.latents, { parameters, pixels, pause });
  const { sample } = model;
  return {
    card: {
      picture: [shape.height, shape.width, 3],
      latentSize: model.latents?.size ?? 0,
      sampling: model.sampling && describeFields(model.sampling),
    },
    encode: model.latents?.encode && ((frames) => coder!.encode(frames)),
    decode: coder && ((latents) => coder.decode(latents)),
    sample: sample && ((request) => samplePictures({ sample }, { parameters, request, pause })),
    dispose() {
      coder?.dispose();
      disposeTensors(parameters);
    },
  };
}

/** Turns batches of any size into latents and back, in blocks; frames are RGB, whatever the model's channels are. */
class LatentCoder {
  readonly #draw;
  readonly #read;

  constructor(
    readonly latents: NonNullable<GenerativeModel["latents"]>,
    readonly own: {
      parameters: NamedTensors;
      pixels: readonly [height: number, width: number, channels: number];
      pause: Pause;
    },
  ) {
    const { encode } = latents;
    const channels = own.pixels[2];
    this.#draw = compile((parameters: NamedTensors, latents: tf.Tensor): tf.Tensor => {
      const pictures = this.latents.decode(parameters, latents).clipByValue(0, 1).mul(255).round().cast(
        "int32",
      );
      return channels === 1 ? pictures.tile([1, 1, 1, 3]) : pictures;
    }, { name: "picture" });
    this.#read = encode && compile((parameters: NamedTensors, frames: tf.Tensor) => {
      const pictures = unitPixels(frames);
      return encode(parameters, channels === 1 ? pictures.mean(3, true) : pictures);
    }, { name: "latents" });
  }

  /** Frames `[N, H, W, 3]` to their distributions, `[N, Z]`; a model without a spread has hardly any. */
  async encode(frames: Uint8Array): Promise<Encoded> {
    const { parameters, pixels: [height, width], pause } = this.own;
    const length = height * width * 3;
    const count = rowsIn(frames, length, "encode frames");
    const size = this.latents.size;
    const encoded = { mu: new Float32Array(count * size), logVar: new Float32Array(count * size).fill(-20) };
    for (let from = 0; from < count; from += BLOCK) {
      if (from > 0) await pause();
      const some = frames.subarray(from * length, (from + BLOCK) * length);
      const rows = blockSize(some.length / length, BLOCK);
      const input = frameTensor(some, [rows, height, width, 3]);
      const read = await this.#read!.run(parameters, input);
      const used = some.length / length * size;
      encoded.mu.set((await read.mu.data()).subarray(0, used), from * size);
      if (read.logVar) encoded.logVar.set((await read.logVar.data()).subarray(0, used), from * size);
      disposeTree([input, read]);
    }
    return encoded;
  }

  /** Latents `[N, Z]` to frames `[N, H, W, 3]`. */
  async decode(latents: Float32Array): Promise<Uint8Array<ArrayBuffer>> {
    const { parameters, pixels: [height, width], pause } = this.own;
    const size = this.latents.size;
    const length = height * width * 3;
    const count = rowsIn(latents, size, "decode latents");
    checkFrameCount(Math.max(count, 1), "decode latents");
    const frames = new Uint8Array(count * length);
    for (let from = 0; from < count; from += BLOCK) {
      if (from > 0) await pause();
      const some = latents.subarray(from * size, (from + BLOCK) * size);
      const rows = blockSize(some.length / size, BLOCK);
      const input = tf.tensor(padRows(some, { count: some.length / size, rows }), [rows, size]);
      const drawn = await this.#draw.run(parameters, input);
      frames.set((await drawn.data()).subarray(0, some.length / size * length), from * length);
      disposeTree([input, drawn]);
    }
    return frames;
  }

  dispose(): void {
    this.#draw.dispose();
    this.#read?.dispose();
  }
}

/** @throws RangeError or TypeError for a count or an option that makes no sense. */
async function samplePictures(
  model: Required<Pick<GenerativeModel, "sample">>,
  { parameters, request, pause }: { parameters: NamedTensors; request: SampleRequest; pause: Pause },
): Promise<Uint8Array> {
  const { count, seed, options } = request;
  checkFrameCount(count, "sample");
  const random = new RandomStream(seed).fork("sample");
  const frames: Uint8Array[] = [];
  for (let done = 0; done < count; done += BLOCK) {
    if (done > 0) await pause();
    const some = {
      count: Math.min(BLOCK, count - done),
      random: random.fork(done / BLOCK),
      options,
    };
    const samples = await model.sample(parameters, some);
    if (samples.kind !== "pictures") {
      throw new TypeError(`Cannot sample: expected pictures, got ${samples.kind}`);
    }
    for (const { data } of samples.pictures) frames.push(Uint8Array.from(data));
  }
  const all = new Uint8Array(frames.reduce((length, frame) => length + frame.length, 0));
  frames.forEach((frame, i) => all.set(frame, i * frame.length));
  return all;
}

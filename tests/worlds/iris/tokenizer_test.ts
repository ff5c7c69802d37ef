import * as tf from "@tensorflow/tfjs";
import { assertAlmostEquals, assertEquals } from "@std/assert";
import { RandomStream } from "../../../core/random_stream.ts";
import { splitStatistics } from "../../../generative/nn/statistics.ts";
import {
  countParameters,
  initialiseParameters,
  learnedParameters,
  type NamedTensors,
} from "../../../generative/nn/parameters.ts";
import { seedTensor, startBackend } from "../../../generative/runtime/mod.ts";
import { Tokenizer } from "../../../worlds/iris/tokenizer.ts";
import { checkGradients } from "../gradient_check.ts";

await startBackend();

const tokenizer = new Tokenizer({ codes: 6, codeSize: 4, commitment: 0.5 });
const parameters = initialiseParameters(tokenizer.parameters, new RandomStream(1));
const random = new RandomStream(2);
const frames = tf.tensor(
  Int32Array.from({ length: 2 * 64 * 64 * 3 }, () => random.integer(0, 256)),
  [2, 64, 64, 3],
  "int32",
);
const read = (tensor: tf.Tensor) => tensor.dataSync()[0];

Deno.test("a frame is 16 codes, and codes are a frame in [0, 1]", () => {
  const codes = tokenizer.encode(parameters, frames);
  assertEquals([codes.shape, codes.dtype], [[2, 16], "int32"]);
  const picture = tokenizer.decode(parameters, tokenizer.quantiser.decode(parameters, codes));
  assertEquals(picture.shape, [2, 64, 64, 3]);
  assertEquals(tokenizer.encode(parameters, frames.toFloat().div(255)).dataSync(), codes.dataSync());
});

Deno.test("its loss is reconstruction and weighted commitment, and decoder, encoder and codebook each learn from their own", () => {
  const losses = (p: NamedTensors) => tokenizer.loss({ ...parameters, ...p }, { frames }, seedTensor([1, 1]));
  const { loss, reconstruction, commitment } = losses({});
  assertAlmostEquals(read(loss), read(reconstruction) + 0.5 * read(commitment), 1e-2);
  const codes = tokenizer.encode(parameters, frames);
  const drawn = tokenizer.decode(parameters, tokenizer.quantiser.decode(parameters, codes));
  const error = drawn.sub(frames.toFloat().div(255)).square().sum().div(2);
  assertAlmostEquals(read(reconstruction), read(error), 1e-3 * read(error));
  const learned = learnedParameters(parameters, tokenizer.parameters);
  assertEquals(Object.keys(learned).filter((name) => name.includes("quantiser")), []);
  assertEquals(Object.keys(splitStatistics(losses({})).statistics).toSorted(), [
    "tokenizer/quantiser/codebook",
    "tokenizer/quantiser/uses",
  ]);
  // The encoder's gradient goes straight through the codes, which no finite difference shows; the decoder's does not.
  const decoder = Object.fromEntries(
    Object.entries(learned).filter(([name]) => name.includes("decoder/pixels")),
  );
  checkGradients(losses, decoder);
});

Deno.test("it has as many parameters as a count by hand", () => {
  const { parameters } = new Tokenizer({ codes: 256, codeSize: 16, commitment: 1 });
  const layer = (size: number, inputs: number, filters: number) => size * size * inputs * filters + filters;
  const encoder = layer(4, 3, 32) + layer(4, 32, 64) + layer(4, 64, 128) + layer(4, 128, 128) +
    layer(1, 128, 16);
  const decoder = layer(1, 16, 128) + layer(4, 128, 128) + layer(4, 128, 64) + layer(4, 64, 32) +
    layer(3, 32, 12);
  assertEquals(countParameters(parameters), encoder + decoder + 256 * 16 + 256);
});

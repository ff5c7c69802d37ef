// deno-lint-ignore-file no-console -- a benchmark prints
import * as tf from "@tensorflow/tfjs";
import { RandomStream } from "../core/mod.ts";
import { writeTokens } from "../generative/models/write_tokens.ts";
import { disposeTensors, initialiseParameters, type NamedTensors } from "../generative/nn/mod.ts";
import { compile } from "../generative/runtime/mod.ts";
import { GPT } from "../generative/transformers/gpt.ts";
import { GPT_TEXT } from "../generative/transformers/gpt_kind.ts";

/** Tokens of a text, and texts that are written side by side. */
const [LENGTH, COUNTS] = [256, [1, 16]];
const PROMPT = [2];

/** Tokens a second that the default GPT writes with keys and values kept, and reading the whole text for each token. */
export async function measureWriting(): Promise<void> {
  const { default: standard } = GPT_TEXT.presets;
  const model = new GPT({ ...standard, context: LENGTH });
  const parameters = initialiseParameters(model.parameters, new RandomStream(1));
  console.log(
    `\nTokens a second of texts of ${LENGTH} tokens: ${standard.layers} blocks of ${standard.width}`,
  );
  console.log("texts | kept | read again | ratio");
  for (const count of COUNTS) {
    const options = { count, prompt: PROMPT, most: LENGTH - PROMPT.length, temperature: 0 };
    await writeTokens(model, parameters, { ...options, most: 2, random: new RandomStream(1) }); // the libraries warm up
    let start = performance.now();
    await writeTokens(model, parameters, { ...options, random: new RandomStream(1) });
    const kept = performance.now() - start;
    start = performance.now();
    await readAgain(model, parameters, count);
    const again = performance.now() - start;
    const rate = (milliseconds: number) => Math.round(count * options.most / milliseconds * 1000);
    console.log(`${count} | ${rate(kept)} | ${rate(again)} | ${(again / kept).toFixed(1)}`);
  }
  disposeTensors(parameters);
}

/** The same without a cache, as the book does it: the whole text is read for each token, in one compiled step. */
async function readAgain(model: GPT, parameters: NamedTensors, count: number): Promise<void> {
  const step = compile(
    (parameters: NamedTensors, tokens: tf.Tensor) => model.apply(parameters, tokens).argMax(-1),
    { name: "whole text" },
  );
  const tokens = new Int32Array(count * LENGTH);
  for (let text = 0; text < count; text++) tokens[text * LENGTH] = PROMPT[0];
  for (let place = 0; place + 1 < LENGTH; place++) {
    const read = tf.tensor2d(tokens, [count, LENGTH], "int32");
    const next = await step.run(parameters, read);
    const drawn = await next.data();
    for (let text = 0; text < count; text++) {
      tokens[text * LENGTH + place + 1] = drawn[text * LENGTH + place];
    }
    tf.dispose([read, next]);
  }
  step.dispose();
}

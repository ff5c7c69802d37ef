/**
 * `deno task sample RUN`: draws something new from a trained model. `--help` tells the rest.
 *
 * @module
 */
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { writeFileAtomic } from "../core/atomic_file.ts";
import { RandomStream } from "../core/mod.ts";
import type { LoadedModel } from "../generative/models/load_model.ts";
import type { SampleOption, SampleRequest, Samples } from "../generative/models/model.ts";
import { artifactBytes, joinSamples, samplesArtifact } from "../generative/models/write_artifact.ts";
import { type Given, Task } from "./cli.ts";
import { chooseRun, RUN } from "./find_run.ts";
import { JSON_FLAG, numberFromZero, path, text, wholeNumber } from "./flags.ts";
import { lockRun, openModel } from "./open_model.ts";
import { shownPath } from "./paths.ts";
import { Progress } from "./progress.ts";
import { print, printJson, UsageError } from "./run_task.ts";
import { sampleName } from "./sample_name.ts";

const OPTIONS: readonly SampleOption[] = ["temperature", "truncation", "label", "prompt"];
/** Samples that are drawn at once. */
const BLOCK = 64;

/** `deno task sample RUN`. */
export const TASK = new Task({
  name: "sample",
  help: "Samples pictures, texts or points from a trained model. The file name lists the options.",
  operand: RUN,
  flags: {
    n: wholeNumber("number of samples", { minimum: 1, fallback: 25 }),
    seed: wholeNumber("the same seed gives the same samples", { fallback: 1 }),
    temperature: numberFromZero("multiplies the noise, or divides the logits", "1"),
    truncation: numberFromZero("latents beyond this magnitude are resampled", "no limit"),
    label: text("NAME", "a class or attribute, for models with labels"),
    prompt: text("TEXT", "beginning of the texts"),
    out: path("FILE", "output file", "the run's samples/; texts go to standard output as well"),
    json: JSON_FLAG,
  },
  writes: "out",
  examples: [
    "sample",
    "sample vae-fashion-default-1 --n 64 --seed 7",
    'sample runs/mine --prompt "the whale"',
  ],
});

const progress = new Progress();

if (import.meta.main) await TASK.run(main);

async function main({ flags, operands }: Given<typeof TASK.options.flags>): Promise<void> {
  const { n: count, seed, json } = flags;
  const { folder } = chooseRun(operands, { task: "sample", kind: "model", fits: draws });
  const wishes = Object.fromEntries(
    OPTIONS.flatMap((name) => flags[name] === undefined ? [] : [[name, flags[name]]]),
  );
  using _lock = flags.out === undefined
    ? lockRun(folder, "wait until it ends, or write elsewhere with --out FILE")
    : undefined;
  const loaded = await openModel(folder, progress);
  const start = performance.now();
  const samples = await draw(loaded, { count, seed, wishes });
  const seconds = Number(((performance.now() - start) / 1000).toFixed(1));

  const told = Object.entries({ seed, ...wishes }).map(([key, value]) => `${key} ${value}`);
  const caption = `${count} sample${count === 1 ? "" : "s"} of ${loaded.kind.name}, ${told.join(", ")}`;
  const name = sampleName({ seed, n: count, ...wishes });
  const { ending, bytes } = artifactBytes(samplesArtifact(samples, { name, caption }));
  const path = flags.out ?? join(folder, "samples", `${name}.${ending}`);
  if (!path.endsWith(`.${ending}`)) {
    throw new UsageError(`Cannot write --out "${path}": expected a name that ends in .${ending}`);
  }
  loaded.dispose();
  if (samples.kind === "text" && !json) print(samples.texts.join("\n\n"));
  const texts = samples.kind === "text" ? samples.texts : undefined;
  const result = {
    type: "samples",
    kind: samples.kind,
    count,
    seed,
    ...wishes,
    seconds,
    path: shownPath(path),
    texts,
  };
  try {
    writeFileAtomic(path, bytes);
  } catch (error) {
    if (json) printJson({ ...result, path: null });
    throw error;
  }
  if (json) printJson(result);
  else print(`${caption}, in ${seconds} s: ${shownPath(path)}`);
}

type Wishes = Partial<Pick<SampleRequest, SampleOption>>;

/** Whether a run's model drew samples while it was trained: classifiers have none. */
function draws(folder: string): boolean {
  const samples = join(folder, "samples");
  return existsSync(samples) && readdirSync(samples).some((name) => name.startsWith("epoch_"));
}

/** @throws UsageError for what the model does not heed, and for values that make no sense to it. */
async function draw(
  { kind, model, parameters }: LoadedModel,
  { count, seed, wishes }: { count: number; seed: number; wishes: Wishes },
): Promise<Samples> {
  const { sampleOptions = [], labels } = model;
  if (!model.sample) {
    throw new UsageError(`Cannot sample: ${kind.name} does not generate samples; try deno task explore`);
  }
  const foreign = OPTIONS.find((name) => name in wishes && !sampleOptions.includes(name));
  if (foreign) {
    const has = sampleOptions.length > 0
      ? `it supports ${sampleOptions.map((name) => `--${name}`).join(", ")}`
      : "it supports no sampling options";
    throw new UsageError(
      `Cannot set --${foreign}: ${kind.name} has no such option; ${has}`,
    );
  }
  if (wishes.label !== undefined && labels && !labels.includes(wishes.label)) {
    throw new UsageError(`Cannot set --label: expected one of ${labels.join(", ")}, got "${wishes.label}"`);
  }
  const random = new RandomStream(seed).fork("sample");
  const blocks: Samples[] = [];
  for (let done = 0; done < count; done += BLOCK) {
    progress.show({ label: "sample", done, of: count });
    const request = { ...wishes, count: Math.min(BLOCK, count - done), random: random.fork(done / BLOCK) };
    try {
      blocks.push(await model.sample(parameters, request));
    } catch (error) {
      throw error instanceof RangeError ? new UsageError(error.message, { cause: error }) : error;
    }
  }
  progress.clear();
  return joinSamples(blocks);
}

// deno-lint-ignore-file no-console -- a task prints
/**
 * `deno task sample RUN`: draws something new from a trained model. `--help` tells the rest.
 *
 * @module
 */
import { join } from "node:path";
import { RandomStream } from "../core/mod.ts";
import { writeFileAtomic } from "../core/atomic_file.ts";
import type { LoadedModel } from "../generative/models/load_model.ts";
import type { SampleOption, SampleRequest, Samples } from "../generative/models/model.ts";
import { artifactBytes, joinSamples, samplesArtifact } from "../generative/models/write_artifact.ts";
import { parseArguments, runTask, UsageError } from "./cli.ts";
import { oneRun } from "./find_run.ts";
import { lockRun, openModel, wholeNumber } from "./open_model.ts";
import { Progress } from "./progress.ts";

const HELP = `deno task sample RUN [options]

Draws new pictures, texts or points from a trained model (a folder such as runs/vae-fashion-default-1).

  --n N               how many (default: 25)
  --seed S            the same seed draws the same (default: 1)
  --temperature T     sharpness: noise is multiplied by it, or logits divided (default: 1)
  --truncation T      latents further from 0 than this are drawn anew (default: no limit)
  --label NAME        a class or attribute, where the model knows them
  --prompt TEXT       how texts begin
  --out FILE          where to (default: the run's samples/); texts go to standard output as well
  --json              one JSON object on standard output
  --help              this text`;

const OPTIONS: readonly SampleOption[] = ["temperature", "truncation", "label", "prompt"];
/** Samples that are drawn at once. */
const BLOCK = 64;

const progress = new Progress();

if (import.meta.main) await runTask(main);

async function main(): Promise<void> {
  const { values, switches, positionals } = parseArguments(Deno.args, {
    n: "value",
    seed: "value",
    temperature: "value",
    truncation: "value",
    label: "value",
    prompt: "value",
    out: "value",
    json: "switch",
    help: "switch",
  });
  if (switches.has("help")) return console.log(HELP);
  const folder = oneRun(positionals, "sample");
  const count = wholeNumber("n", values.n, { fallback: 25, minimum: 1 });
  const seed = wholeNumber("seed", values.seed, { fallback: 1 });
  const wishes = readWishes(values);
  using _lock = values.out === undefined
    ? lockRun(folder, "wait until that has ended, or write elsewhere with --out FILE")
    : undefined;
  const loaded = await openModel(folder, progress);
  const start = performance.now();
  const samples = await draw(loaded, { count, seed, wishes });
  const seconds = Number(((performance.now() - start) / 1000).toFixed(1));

  const words = [
    `seed ${seed}`,
    ...OPTIONS.flatMap((name) => name in wishes ? `${name} ${wishes[name]}` : []),
  ];
  const name = words.join("_").replaceAll(/[^\w.-]+/g, "_");
  const caption = `${count} samples of ${loaded.kind.name}, ${words.join(", ")}`;
  const { ending, bytes } = artifactBytes(samplesArtifact(samples, { name, caption }));
  const path = values.out ?? join(folder, "samples", `${name}.${ending}`);
  if (!path.endsWith(`.${ending}`)) {
    throw new UsageError(`Cannot write --out "${path}": expected a name that ends in .${ending}`);
  }
  writeFileAtomic(path, bytes);
  loaded.dispose();
  if (switches.has("json")) {
    const texts = samples.kind === "text" ? samples.texts : undefined;
    const { kind } = samples;
    console.log(JSON.stringify({ type: "samples", kind, count, seed, ...wishes, seconds, path, texts }));
  } else {
    if (samples.kind === "text") console.log(samples.texts.join("\n\n"));
    console.log(`${caption}, in ${seconds} s: ${path}`);
  }
}

type Wishes = Partial<Pick<SampleRequest, SampleOption>>;

/** @throws UsageError for numbers that are none. */
function readWishes(values: Record<string, string | undefined>): Wishes {
  const wishes: Wishes = {};
  for (const name of ["temperature", "truncation"] as const) {
    if (values[name] === undefined) continue;
    const value = Number(values[name]);
    if (!(value >= 0 && value < Infinity)) {
      throw new UsageError(`Cannot set --${name}: expected a number of 0 or more, got "${values[name]}"`);
    }
    wishes[name] = value;
  }
  for (const name of ["label", "prompt"] as const) {
    if (values[name] !== undefined) wishes[name] = values[name];
  }
  return wishes;
}

/** @throws UsageError for what the model does not heed, and for values that make no sense to it. */
async function draw(
  { kind, model, parameters }: LoadedModel,
  { count, seed, wishes }: { count: number; seed: number; wishes: Wishes },
): Promise<Samples> {
  const { sampleOptions = [], labels } = model;
  if (!model.sample) {
    throw new UsageError(`Cannot sample: ${kind.name} makes nothing new; try deno task explore`);
  }
  const foreign = OPTIONS.find((name) => name in wishes && !sampleOptions.includes(name));
  if (foreign) {
    const has = sampleOptions.length > 0
      ? `it has ${sampleOptions.map((name) => `--${name}`).join(", ")}`
      : "it has none";
    throw new UsageError(
      `Cannot set --${foreign}: ${kind.name} has no ${foreign} to choose; of such flags ${has}`,
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

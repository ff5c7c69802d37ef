/**
 * `deno task sample RUN`: draws something new from a trained model. `--help` tells the rest.
 *
 * @module
 */
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { writeFileAtomic } from "../core/atomic_file.ts";
import { type Config, RandomStream } from "../core/mod.ts";
import { describeModel, type LoadedModel } from "../generative/load_model.ts";
import type { SampleRequest, Samples, WrittenToken } from "../generative/models/model.ts";
import { artifactFiles, joinSamples, samplesArtifact } from "../generative/models/write_artifact.ts";
import { resolveConfig } from "../generative/train/resolve_config.ts";
import { type Given, Task } from "./cli.ts";
import { configFlags } from "./config_flags.ts";
import { chooseRun, findNewestRun, RUN, type RunWish } from "./find_run.ts";
import { type Flags, JSON_FLAG, MODULE_FLAG, path, wholeNumber } from "./flags.ts";
import { expectKnownModel, lockRun, openModel } from "./open_model.ts";
import { shownPath } from "./paths.ts";
import { Progress } from "./progress.ts";
import { print, printJson, usage, UsageError } from "./run_task.ts";
import { sampleName } from "./sample_name.ts";
import { ToldTexts } from "./told_texts.ts";
import { useModule } from "./use_module.ts";

/** Samples that are drawn at once. */
const BLOCK = 64;
const WISH: RunWish = { task: "sample", kinds: ["model"], fits: draws };

/** `deno task sample RUN`. */
export const TASK = new Task({
  name: "sample",
  help:
    "Samples pictures, texts, points or music (a piano roll, a MIDI and a WAV file each) from a trained model; a text is printed " +
    "as it is written where the model tells it. The file name lists the options.\n\nRUN --help shows the options of a " +
    "run's model.",
  operand: RUN,
  flags: {
    n: wholeNumber("number of samples", { minimum: 1, fallback: 25 }),
    seed: wholeNumber("the same seed gives the same samples", { fallback: 1 }),
    out: path("FILE", "output file", "the run's samples/; texts go to standard output as well"),
    module: MODULE_FLAG,
    json: JSON_FLAG,
  },
  prepare: ({ module }) => useModule(module),
  more: samplingFlags,
  writes: "out",
  examples: [
    "sample",
    "sample vae-fashion-default-1 --n 64 --seed 7",
    'sample runs/mine --prompt "the whale"',
    "sample vae-fashion-default-1 --help",
  ],
});

const progress = new Progress();

if (import.meta.main) await TASK.run(main);

async function main({ flags, more, operands }: Given<typeof TASK.options.flags>): Promise<void> {
  const { n: count, seed, json } = flags;
  const { folder } = chooseRun(operands, WISH);
  using _lock = flags.out === undefined
    ? lockRun(folder, "wait until it ends, or write elsewhere with --out FILE")
    : undefined;
  const loaded = await openModel(folder, progress);
  const { sampling } = loaded.model;
  if (!sampling) {
    throw new UsageError(
      `Cannot sample: ${loaded.kind.name} does not generate samples; try deno task explore`,
    );
  }
  const options = usage(() =>
    resolveConfig(sampling, { default: sampling.defaults }, { overrides: more as Record<string, string> })
  ).overrides as Config;
  const start = performance.now();
  const told = json ? undefined : new ToldTexts(progress);
  const samples = await draw(loaded, { count, seed, options, told });
  const seconds = Number(((performance.now() - start) / 1000).toFixed(1));

  const settings = Object.entries({ seed, ...options }).map(([key, value]) => `${key} ${value}`);
  const caption = `${count} sample${count === 1 ? "" : "s"} of ${loaded.kind.name}, ${settings.join(", ")}`;
  const name = sampleName({ seed, n: count, ...options }, Object.keys(sampling.entries));
  const files = artifactFiles(samplesArtifact(samples, { name, caption }));
  const [{ ending }] = files;
  const path = flags.out ?? join(folder, "samples", `${name}.${ending}`);
  if (!path.endsWith(`.${ending}`)) {
    throw new UsageError(`Cannot write --out "${path}": expected a name that ends in .${ending}`);
  }
  loaded.dispose();
  if (samples.kind === "text") told?.finish(samples.texts);
  const texts = samples.kind === "text" ? samples.texts : undefined;
  const result = {
    ...options,
    type: "samples",
    kind: samples.kind,
    count,
    seed,
    seconds,
    path: shownPath(path),
    texts,
  };
  try {
    const stem = path.slice(0, -ending.length);
    for (const file of files) writeFileAtomic(stem + file.ending, file.bytes);
  } catch (error) {
    if (json) printJson({ ...result, path: null });
    throw error;
  }
  if (json) printJson(result);
  else print(`${caption}, in ${seconds} s: ${shownPath(path)}`);
}

/** The options of the model of the run that is meant. @throws UsageError where there is no such run. */
function samplingFlags(run: string | undefined): { flags: Flags } {
  const chosen = run === undefined ? findNewestRun(WISH) : chooseRun([run], WISH);
  if (!chosen) return { flags: {} };
  expectKnownModel(chosen.folder);
  const { kind, model: { sampling } } = describeModel(chosen.folder);
  if (!sampling) return { flags: {} };
  return { flags: configFlags(sampling, { default: sampling.defaults }, `Options of ${kind.name}:`) };
}

/** Whether a run's model drew samples while it was trained: classifiers have none. */
function draws(folder: string): boolean {
  const samples = join(folder, "samples");
  return existsSync(samples) && readdirSync(samples).some((name) => name.startsWith("epoch_"));
}

/** Texts, the first of which is printed as it is written. */
async function tell(
  written: AsyncIterable<(WrittenToken | undefined)[]>,
  told: ToldTexts,
): Promise<Samples> {
  const texts: string[] = [];
  for await (const tokens of written) {
    tokens.forEach((token, i) => texts[i] = (texts[i] ?? "") + (token?.text ?? ""));
    if (tokens[0]) told.add(tokens[0].text);
  }
  return { kind: "text", texts };
}

/** @throws UsageError for an option whose value makes no sense to the model. */
async function draw(
  { model, parameters }: LoadedModel,
  { count, seed, options, told }: Pick<SampleRequest, "count" | "options"> & {
    seed: number;
    told?: ToldTexts;
  },
): Promise<Samples> {
  const random = new RandomStream(seed).fork("sample");
  const blocks: Samples[] = [];
  for (let done = 0; done < count; done += BLOCK) {
    progress.show({ label: "sample", done, of: count });
    const request: SampleRequest = {
      options,
      count: Math.min(BLOCK, count - done),
      random: random.fork(done / BLOCK),
      onEvent: ({ text }) => progress.line(text),
    };
    try {
      blocks.push(
        told && done === 0 && model.write
          ? await tell(model.write(parameters, request), told)
          : await model.sample!(parameters, request),
      );
    } catch (error) {
      throw error instanceof RangeError ? new UsageError(error.message, { cause: error }) : error;
    }
  }
  progress.clear();
  return joinSamples(blocks);
}

import type { Config } from "../../../core/fields/field.ts";
import type { Dataset } from "../../data/dataset.ts";
import type { NamedTensors } from "../../nn/parameters.ts";
import { evaluationParameters } from "../../train/average.ts";
import { disposeTrainState } from "../../train/model.ts";
import type { GenerativeModel, Samples } from "../model.ts";
import { checkPicture } from "./check_artifacts.ts";
import { checkTable } from "./check_options.ts";
import type { ModelChecker } from "./model_checker.ts";

/** Samples are as many as asked for and decided by the seed; options that the model does not have are refused. */
export async function checkSamples(
  check: ModelChecker,
  model: GenerativeModel,
  parameters: NamedTensors,
): Promise<void> {
  const { kind, trial: { learned, random } } = check;
  const { sampling, labels, labelShares } = model;
  check.expect(!model.sample === !sampling, "sample() and sampling together (see sampler())", "one of them");
  if (!model.sample || !sampling) return;
  const sampleBy = (parameters: NamedTensors, seed: string, count: number, options?: Config) =>
    check.leaves(
      "sample()",
      () => model.sample!(parameters, { count, random: random.fork(seed), options }),
      () => undefined,
    );
  const sample = (seed: string, count: number, options?: Config) =>
    sampleBy(parameters, seed, count, options);
  const first = await sample("samples", 2);
  checkForm(check, first, { count: 2, data: learned });
  check.same(first, await sample("samples", 2), "the same samples from the same seed");
  const others = await sample("other samples", 3);
  checkForm(check, others, { count: 3, data: learned });
  // A model may have collapsed in its few steps, as adversarial ones do: then the seed counts before them.
  const beginning = differ(first, others) ? undefined : await model.begin(learned, random.fork("begin"));
  const differs = beginning === undefined || differ(
    await sampleBy(evaluationParameters(beginning), "samples", 2),
    await sampleBy(evaluationParameters(beginning), "other samples", 2),
  );
  if (beginning) disposeTrainState(beginning);
  check.expect(differs, "other samples from another seed", "the same (it ignores the seed)");
  const refused = (options: Record<string, unknown>) => sample("refused", 1, options as Config);
  await check.leaves("sample()", () => checkTable(kind, sampling, refused), () => undefined);
  if (!labels) return;
  check.expect("label" in sampling.entries, `the sampling option "label" of a model with labels`, "none");
  checkForm(check, await sample("label", 1, { label: labels[0] }), { count: 1, data: learned });
  const shares = labelShares?.call(model, learned) ?? [1];
  const sum = shares.reduce((sum, share) => sum + share, 0);
  check.expect(Math.abs(sum - 1) < 1e-6, "labelShares() that add up to 1", String(sum));
}

/** Samples are as many as were asked for, pictures are pictures, points are finite. */
export function checkForm(
  check: ModelChecker,
  samples: Samples,
  { count, data }: { count: number; data: Dataset },
): void {
  const drawn = countOf(samples, data);
  check.expect(drawn === count, `${count} samples, as many as asked for`, String(drawn));
  if (samples.kind === "pictures") {
    for (const picture of samples.pictures) checkPicture(check, picture, "a sample");
  } else if (samples.kind === "points") {
    check.expect(samples.points.every(Number.isFinite), "finite numbers in samples", "others");
  } else if (samples.kind === "music") {
    const times = samples.pieces.flatMap(({ voices }) => voices.flatMap(({ notes }) => notes));
    check.expect(times.every(({ length }) => length > 0), "notes that sound in samples", "others");
  }
}

function countOf(samples: Samples, data: Dataset): number {
  switch (samples.kind) {
    case "pictures":
      return samples.pictures.length;
    case "text":
      return samples.texts.length;
    case "music":
      return samples.pieces.length;
    case "points":
      return samples.points.length / (data.kind === "points" ? data.dimensions : 2);
  }
}

/** Whether the first samples of two draws differ. */
function differ(first: Samples, second: Samples): boolean {
  const contents = (samples: Samples): ArrayLike<unknown> => {
    if (samples.kind === "text") return samples.texts;
    if (samples.kind === "music") return samples.pieces.map((piece) => JSON.stringify(piece));
    return samples.kind === "points" ? samples.points : samples.pictures[0].data;
  };
  const [one, two] = [contents(first), contents(second)];
  return Array.from(one).some((value, i) => i < two.length && value !== two[i]);
}

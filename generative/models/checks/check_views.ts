import * as tf from "@tensorflow/tfjs";
import { pictureBatch, unitPixels } from "../../data/picture_tensors.ts";
import { pointBatch } from "../../data/point_tensors.ts";
import type { NamedTensors } from "../../nn/parameters.ts";
import type { GenerativeModel } from "../model.ts";
import { checkForm } from "./check_samples.ts";
import type { ModelChecker } from "./model_checker.ts";

/** Samples of each check. */
const COUNT = 2;

/** What a viewer asks for beside samples: moments and tokens of them in the making, densities, classes. */
export async function checkViews(
  check: ModelChecker,
  model: GenerativeModel,
  parameters: NamedTensors,
): Promise<void> {
  if (model.sampleSteps) await checkMoments(check, model.sampleSteps.bind(model), parameters);
  if (model.write) await checkWriting(check, model as Required<GenerativeModel>, parameters);
  checkFunctions(check, model, parameters);
}

/** Moments come in the order of their steps from 0 on, whole each, and who leaves early leaves nothing behind. */
async function checkMoments(
  check: ModelChecker,
  sampleSteps: NonNullable<GenerativeModel["sampleSteps"]>,
  parameters: NamedTensors,
): Promise<void> {
  const { learned: data, random } = check.trial;
  const draw = () => sampleSteps(parameters, { count: COUNT, random: random.fork("moments") });
  const whole = () => Array.fromAsync(draw());
  const moments = await check.leaves("sampleSteps()", whole, () => undefined);
  check.same(moments, await whole(), "the same moments from the same seed");
  const steps = moments.map(({ step }) => step);
  const rising = steps.every((step, i) => i === 0 ? step === 0 : step > steps[i - 1]);
  check.expect(rising && steps.length > 1, "moments from step 0 on, rising", steps.join(", "));
  for (const { samples, foreseen } of moments) {
    checkForm(check, samples, { count: COUNT, data });
    if (foreseen) checkForm(check, foreseen, { count: COUNT, data });
  }
  await check.leaves("sampleSteps() that is left early", async () => {
    for await (const _ of draw()) break;
  }, () => undefined);
}

/** Tokens add up to the texts of samples, and who leaves early leaves nothing behind. */
async function checkWriting(
  check: ModelChecker,
  model: Required<Pick<GenerativeModel, "sample" | "write">>,
  parameters: NamedTensors,
): Promise<void> {
  const { random } = check.trial;
  const request = () => ({ count: COUNT, random: random.fork("writing") });
  const texts: string[] = new Array(COUNT).fill("");
  await check.leaves("write()", async () => {
    for await (const tokens of model.write(parameters, request())) {
      tokens.forEach((token, i) => texts[i] += token?.text ?? "");
    }
  }, () => undefined);
  const written = { kind: "text", texts } as const;
  check.same(
    await model.sample(parameters, request()),
    written,
    "tokens of write() that make up the samples",
  );
  await check.leaves("write() that is left early", async () => {
    for await (const _ of model.write(parameters, request())) break;
  }, () => undefined);
}

/** Densities, scores and classes have their shapes, and are finite. */
function checkFunctions(check: ModelChecker, model: GenerativeModel, parameters: NamedTensors): void {
  const { learned } = check.trial;
  const indices = Array.from({ length: Math.min(COUNT, learned.count) }, (_, i) => i);
  const expectRows = (what: string, size: number | undefined, call: () => tf.Tensor) =>
    tf.tidy(() => {
      const result = call();
      const shape = [indices.length, ...size === undefined ? [] : [size]];
      check.expect(`${result.shape}` === `${shape}`, `[${shape}] from ${what}`, `[${result.shape}]`);
      const values = result.dataSync() as Float32Array;
      check.expect(values.every(Number.isFinite), `finite numbers from ${what}`, "others");
      return values;
    });
  const { plane, classify } = model;
  if (plane) {
    check.expect(learned.kind === "points", "plane of a model of points alone", learned.kind);
    check.expect(
      !plane.logDensity !== !plane.score,
      "one of logDensity() and score() in plane",
      "both or none",
    );
    const points = () => pointBatch(learned, indices);
    if (plane.logDensity) {
      expectRows("logDensity()", undefined, () => plane.logDensity!(parameters, points()));
    } else expectRows("score()", 2, () => plane.score!(parameters, points()));
  }
  if (!classify) return;
  check.expect(
    learned.kind === "pictures" && learned.classes !== undefined,
    "classify() of a model of pictures with classes alone",
    learned.kind,
  );
  const classes = learned.classes.length;
  const shares = expectRows(
    "classify()",
    classes,
    () => classify.call(model, parameters, unitPixels(pictureBatch(learned, indices))),
  );
  const sum = shares.reduce((sum, share) => sum + share, 0) / indices.length;
  check.expect(Math.abs(sum - 1) < 1e-4, "probabilities from classify() that add up to 1", String(sum));
}

import { RandomStream } from "../../core/random_stream.ts";
import { shapeOf } from "../data/dataset.ts";
import { disposeTrainState } from "../train/model.ts";
import { checkConfig } from "../train/resolve_config.ts";
import { checkArtifacts } from "./checks/check_artifacts.ts";
import { checkBrowser } from "./checks/check_browser.ts";
import { checkBeginning, checkLearning, makeModel } from "./checks/check_learning.ts";
import { checkOptions } from "./checks/check_options.ts";
import { checkParts, exampleParts } from "./checks/check_parts.ts";
import { checkResuming } from "./checks/check_resuming.ts";
import { checkSamples } from "./checks/check_samples.ts";
import { checkSize } from "./checks/check_size.ts";
import { checkViews } from "./checks/check_views.ts";
import { ModelChecker } from "./checks/model_checker.ts";
import { expectModelKind } from "./expect_model_kind.ts";
import type { ModelKind } from "./model.ts";
import { loadModelData } from "./model_data.ts";
import type { ModelConfig } from "./model_fields.ts";

/** Options of {@link checkModel}. */
export interface CheckModelOptions<C extends ModelConfig = ModelConfig> {
  /**
   * Fields of the model that is tried.
   *
   * @default the preset `smoke`, in batches of 16 examples at most
   */
  config?: Partial<C>;
  /** Seed of all that is drawn at random, an integer >= 0. @default 0 */
  seed?: number;
}

/** Examples in a batch, at most. */
const BATCH_SIZE = 16;

/**
 * Proves that a kind of model keeps the contract of {@link ModelKind}, in seconds.
 *
 * - Options: the presets are what its own fields accept; values out of range and unknown options are refused by name.
 * - Size: the preset `book` has the published number of trainable parameters, where one is stated.
 * - Parts: each has an option of its name and an example that fits; training leaves it as it was.
 * - Seeds: the same seed gives the same parameters, losses, measures, samples and pictures, another seed others.
 * - Runs: one that is killed and resumed ends with the state, metrics and samples of one that was not; where weights are
 *   averaged, the metrics are those of the average.
 * - Tensors: `create`, `begin`, `batch`, training, `measure`, `sample` and `explore` leave none but what they return.
 * - Results: losses and measures are finite, samples are as many as asked for, the losses and pictures that its page shows
 *   exist, and what makes no sense to `sample` is refused.
 * - Views: samples in the making come in the order of their steps, tokens make up the texts of samples, densities and
 *   classes have their shapes; what is left early leaves no tensor.
 * - Browser: latents are encoded and decoded by tfjs's own kernels (the backend `cpu`) as by the backend in use.
 *
 * A backend must have been started. Runs are tried in a temporary folder, which is removed.
 *
 * @throws Error that names the first promise that is broken, what was expected and what came; TypeError where the value
 * is no kind at all.
 */
export async function checkModel<C extends ModelConfig>(
  kind: ModelKind<C>,
  options: CheckModelOptions<C> = {},
): Promise<void> {
  const known = expectModelKind(kind, `the model "${kind?.name}"`);
  await checkOptions(known);
  checkSize(known);
  const config = checkConfig(kind.fields, { ...smallConfig(known), ...options.config });
  const random = new RandomStream(options.seed ?? 0);
  const [learned, held] = [await loadModelData(config, "train"), await loadModelData(config, "test")];
  const parts = exampleParts(known, config, shapeOf(learned));
  const check = new ModelChecker(known, { config, parts, learned, held, random });
  const model = await makeModel(check);
  checkParts(check, model);
  await checkBeginning(check, model);
  const state = await checkLearning(check, model);
  try {
    const { parameters } = state;
    await checkSamples(check, model, parameters);
    await checkViews(check, model, parameters);
    await checkArtifacts(check, model, { parameters, own: config.data === kind.presets.smoke.data });
    await checkBrowser(check, model, parameters);
  } finally {
    disposeTrainState(state);
  }
  await checkResuming(check);
}

/** The preset `smoke`, made smaller: nothing is to be learned. */
function smallConfig({ presets: { smoke } }: ModelKind): ModelConfig {
  return {
    ...smoke,
    batchSize: Math.min(smoke.batchSize, BATCH_SIZE),
    ...smoke.distanceSamples === undefined ? {} : { distanceSamples: 0 },
    ...smoke.epochSteps === undefined ? {} : { epochSteps: 0 },
  };
}

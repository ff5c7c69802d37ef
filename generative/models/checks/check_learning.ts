import type { RandomStream } from "../../../core/random_stream.ts";
import { shapeOf } from "../../data/dataset.ts";
import type { NamedTensors, ParameterSpecs } from "../../nn/parameters.ts";
import { disposeTree, seedTensor } from "../../runtime/mod.ts";
import { disposeTrainState, type TrainState } from "../../train/model.ts";
import type { NamedArray } from "../../train/safetensors.ts";
import { readTensors } from "../../train/tensor_arrays.ts";
import { measureModel } from "../measure_model.ts";
import type { GenerativeModel } from "../model.ts";
import { checkFrozen } from "./check_parts.ts";
import { joinGroups, type ModelChecker } from "./model_checker.ts";

/** Steps that are learned. */
const STEPS = 2;
/** Held-out examples that are measured. */
const MEASURED = 64;

/** Makes the model. */
export function makeModel(check: ModelChecker): Promise<GenerativeModel> {
  const { kind, trial: { config, learned, parts } } = check;
  return check.leaves("create()", () => kind.create(config, shapeOf(learned), parts), () => undefined);
}

/** `begin` makes the parameters that are declared; the seed alone decides over them. */
export async function checkBeginning(check: ModelChecker, model: GenerativeModel): Promise<void> {
  const { learned, random } = check.trial;
  const begin = async (seed: string) => {
    const state = await check.leaves(
      "begin()",
      () => model.begin(learned, random.fork(seed)),
      (state) => state,
    );
    const arrays = await readState(state);
    disposeTrainState(state);
    return arrays;
  };
  const first = await begin("begin");
  for (const [name, { shape }] of Object.entries(model.parameters)) {
    const got = first[`parameters ${name}`]?.shape;
    check.expect(
      `${got}` === `${shape}`,
      `"${name}" of shape [${shape}] from begin()`,
      got ? `[${got}]` : "none",
    );
  }
  const extra = Object.keys(first).find((key) =>
    key.startsWith("parameters ") && !(key.slice("parameters ".length) in model.parameters)
  );
  check.expect(extra === undefined, "begin() to make the declared parameters only", `${extra}`);
  check.same(first, await begin("begin"), "the same state from begin() with the same seed");
  if (!model.createStep || !drawsParameters(model.parameters, random)) return;
  const other = await begin("begin with another seed");
  const differs = Object.keys(model.parameters).some((name) => {
    const [one, two] = [first, other].map((arrays) => arrays[`parameters ${name}`].data);
    return one.some((value, i) => value !== two[i]);
  });
  check.expect(differs, "other parameters from begin() with another seed", "the same (it ignores the seed)");
}

/** Whether any parameter starts at random, by its initialiser. */
function drawsParameters(specs: ParameterSpecs, random: RandomStream): boolean {
  return Object.values(specs).some(({ shape, initialiser }) => {
    const [one, two] = ["one", "two"].map((seed) => initialiser(shape, random.fork(seed)));
    return one.some((value, i) => value !== two[i]);
  });
}

/**
 * Learns for a few steps and measures, twice: the same seed gives the same numbers, no tensor is left over, and the
 * losses that its page shows are there. Parts stay as they were.
 *
 * @returns The state after those steps; it belongs to the caller.
 */
export async function checkLearning(check: ModelChecker, model: GenerativeModel): Promise<TrainState> {
  const first = await learn(check, model);
  try {
    const again = await learn(check, model);
    disposeTrainState(again.state);
    check.same(first.losses, again.losses, "the same losses from the same seed");
    check.same(first.arrays, again.arrays, "the same state after training with the same seed");
    check.same(first.measures, again.measures, "the same measures from the same seed");
    const known = Object.keys({ ...first.losses[0], ...first.measures });
    checkFrozen(check, first.arrays);
    const missing = check.kind.page?.losses?.find((name) => !known.includes(name));
    check.expect(missing === undefined, `the loss "${missing}" that its page shows`, known.join(", "));
    return first.state;
  } catch (error) {
    disposeTrainState(first.state);
    throw error;
  }
}

/** What a few steps came to; the state is the caller's. */
async function learn(check: ModelChecker, model: GenerativeModel) {
  const { held, random } = check.trial;
  const losses: Record<string, number>[] = [];
  const state = await check.leaves("training", () => train(check, model, losses), (state) => state);
  const measures = await check.leaves(
    "measure()",
    () => measureModel(model, state.parameters, held, random.fork("measure"), { limit: MEASURED }),
    () => undefined,
  );
  for (const [name, value] of Object.entries(measures)) {
    check.expect(Number.isFinite(value), `a finite number as the measure "${name}"`, String(value));
  }
  return { state, losses, measures, arrays: await readState(state) };
}

/** @param losses Receives the losses of each step. */
async function train(
  check: ModelChecker,
  model: GenerativeModel,
  losses: Record<string, number>[],
): Promise<TrainState> {
  const { learned, config, random } = check.trial;
  let state = await model.begin(learned, random.fork("begin"));
  const step = model.createStep?.();
  if (!step) return state;
  const size = Math.min(config.batchSize, learned.count);
  for (let i = 0; i < STEPS; i++) {
    const indices = Int32Array.from({ length: size }, (_, n) => (i * size + n) % learned.count);
    const training = { step: i, random: random.fork(`batch ${i}`) };
    const batch = await check.leaves(
      "batch()",
      () => model.batch(learned, { indices, training }),
      (batch) => batch,
    );
    const seed = seedTensor(random.fork(`step ${i}`).seedPair());
    const next = await step.runInPlace(state, batch, seed);
    state = next.state;
    losses.push(await readScalars(next.losses));
    disposeTree([batch, seed, next.losses]);
  }
  step.dispose();
  for (const [name, value] of losses.flatMap((values) => Object.entries(values))) {
    check.expect(Number.isFinite(value), `a finite number as the loss "${name}"`, String(value));
  }
  return state;
}

async function readScalars(tensors: NamedTensors): Promise<Record<string, number>> {
  const values: Record<string, number> = {};
  for (const [name, tensor] of Object.entries(tensors)) values[name] = (await tensor.data())[0];
  return values;
}

/** The tensors of a state as arrays, by the names of their groups and their own. */
async function readState(state: TrainState): Promise<Record<string, NamedArray>> {
  const groups: Record<string, Record<string, NamedArray>> = {};
  for (const [group, tensors] of Object.entries(state)) groups[group] = await readTensors(tensors);
  return joinGroups(groups);
}

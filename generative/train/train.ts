import type { RandomStream } from "../../core/random_stream.ts";
import { disposeTree, seedTensor, type Tree } from "../runtime/mod.ts";
import type { NamedTensors } from "../nn/parameters.ts";
import type { TrainEvent } from "./events.ts";
import { disposeTrainState, type TrainState } from "./model.ts";
import type { TrainStep } from "./train_step.ts";

/** The options of {@link train}. */
export interface TrainOptions<Batch extends Tree = NamedTensors> {
  /** What is trained: named in events and errors. */
  name: string;
  /** Where to start from. The loop takes it over and frees it. */
  state: TrainState;
  /** One step. */
  step: TrainStep<Batch>;
  /**
   * The batch of a step, freed by the loop after use; it is made while the step before runs. It must depend on the
   * step and the stream only: then a run that goes on sees what an unbroken one would have seen.
   *
   * @param step 0 for the first.
   * @param random A stream of this step's own.
   */
  batch(step: number, random: RandomStream): Batch | Promise<Batch>;
  /** Steps to do in all, those before `startStep` included. */
  steps: number;
  /** Steps that are done already. @default 0 */
  startStep?: number;
  /** Each step forks it by its number; nothing is drawn from it, so that it needs no saving. */
  random: RandomStream;
  /** Steps between two readings of the losses. @default 50 */
  logEvery?: number;
  /**
   * Measures the state, which it must neither keep nor free. A training that goes on at a step that is due to be
   * measured begins with that: it may have been killed before.
   */
  evaluate?(state: TrainState, step: number): Record<string, number> | Promise<Record<string, number>>;
  /** Steps between two evaluations; the last step has one as well. @default at the end only */
  evaluateEvery?: number;
  /** Asked after each evaluation: whether training ends here, before `steps`. @default never */
  enough?(): boolean;
  /** Where the state is kept. */
  checkpoint?: CheckpointOptions;
  /** Hears what happens. */
  onEvent?(event: TrainEvent): void;
  /** The time in milliseconds, for rates. @default a clock that stands still: rates are 0 */
  now?(): number;
  /** Stops the loop between two steps; `train` saves and then rejects with its reason. */
  signal?: AbortSignal;
}

/** When and how {@link train} saves. */
export interface CheckpointOptions {
  /** Steps between two checkpoints; there is one before each evaluation and after the last step as well. */
  every: number;
  /** Saves the state after `step` steps; it must neither keep nor free it. */
  save(state: TrainState, step: number): void | Promise<void>;
}

/**
 * The training loop. Every number depends on the state, the stream and the step's number alone, so that a run that
 * is killed and goes on from a checkpoint ends with the numbers of an unbroken one.
 *
 * @returns The state after the last step; it belongs to the caller.
 * @throws Error when the loss is not finite at a step whose losses are read, or the state when it is saved;
 * RangeError when `startStep` is no step of this training.
 */
export async function train<Batch extends Tree>(options: TrainOptions<Batch>): Promise<TrainState> {
  const { name, steps, startStep = 0, logEvery = 50, evaluateEvery = Infinity, checkpoint } = options;
  const { onEvent = () => {}, now = () => 0 } = options;
  checkStartStep(options);
  let state = options.state;
  let [done, saved] = [startStep, startStep]; // steps that the state and its last checkpoint hold
  const start = now();
  let [lastStep, lastTime] = [startStep, start];
  const inputs = new Inputs(options);
  const due = (every: number) => done % every === 0 || done === steps;
  const save = async () => {
    if (!checkpoint || saved === done) return;
    await checkFinite({ name, step: done, state }); // the last checkpoint is always a good one
    await checkpoint.save(state, done);
    saved = done;
    onEvent({ type: "checkpoint", name, step: done });
  };
  /** @returns Whether training ends here. */
  const measure = async (): Promise<boolean> => {
    if (!options.evaluate || !due(evaluateEvery)) return false;
    await save(); // to measure takes long
    onEvent({ type: "evaluate", name, step: done, metrics: await options.evaluate(state, done) });
    return options.enough?.() ?? false;
  };
  onEvent({ type: "start", name, step: startStep, steps });
  try {
    let enough = startStep > 0 && await measure();
    for (let step = startStep; step < steps && !enough; step++) {
      options.signal?.throwIfAborted();
      const result = await advance(options, inputs, state, step);
      state = result.state;
      done = step + 1;
      try {
        if (due(logEvery)) {
          const losses = await readLosses({ name, step: done, state }, result.losses);
          const time = now();
          const rate = perSecond(done - lastStep, time - lastTime);
          const overall = perSecond(done - startStep, time - start);
          const remainingSeconds = overall > 0 ? (steps - done) / overall : 0;
          onEvent({ type: "progress", name, step: done, steps, losses, rate, remainingSeconds });
          [lastStep, lastTime] = [done, time];
        }
      } finally {
        disposeTree(result.losses);
      }
      if (checkpoint && due(checkpoint.every)) await save();
      enough = await measure();
    }
    if (!checkpoint) await checkFinite({ name, step: done, state });
  } catch (error) {
    try {
      if (options.signal?.aborted && error === options.signal.reason) await save();
    } finally {
      disposeTrainState(state);
    }
    throw error;
  } finally {
    await inputs.dispose();
  }
  onEvent({ type: "end", name, step: done, seconds: (now() - start) / 1000 });
  return state;
}

/** One step on a state, its batch and its seed, which are freed; the next step's batch is made while it runs. */
async function advance<Batch extends Tree>(
  options: TrainOptions<Batch>,
  inputs: Inputs<Batch>,
  state: TrainState,
  step: number,
) {
  const batch = await inputs.take(step);
  const seed = seedTensor(options.random.fork(step).fork("seed").seedPair());
  try {
    const running = options.step.runInPlace(state, batch, seed);
    if (step + 1 < options.steps) inputs.prepare(step + 1);
    return await running;
  } finally {
    seed.dispose();
    disposeTree(batch);
  }
}

/** The batches of a training, each made one step ahead. */
class Inputs<Batch extends Tree> {
  #next: { step: number; batch: Promise<Batch> } | undefined;

  constructor(readonly options: Pick<TrainOptions<Batch>, "batch" | "random">) {}

  /** Begins to make the batch of a step. */
  prepare(step: number): void {
    const batch = this.#make(step);
    batch.catch(() => {}); // told by take(), or of no interest any more
    this.#next = { step, batch };
  }

  /** The batch of a step, from then on the caller's. */
  take(step: number): Promise<Batch> {
    const { batch } = this.#next?.step === step ? this.#next : { batch: this.#make(step) };
    this.#next = undefined;
    return batch;
  }

  /** Frees a batch that nobody took. */
  async dispose(): Promise<void> {
    const batch = await this.#next?.batch.catch(() => undefined);
    if (batch) disposeTree(batch);
  }

  async #make(step: number): Promise<Batch> {
    return await this.options.batch(step, this.options.random.fork(step).fork("batch"));
  }
}

/** Where training stands. */
interface Standing {
  name: string;
  step: number;
  state: TrainState;
}

/** Waits for the device. @throws Error naming step and tensor when the loss is not finite. */
async function readLosses(standing: Standing, losses: NamedTensors): Promise<Record<string, number>> {
  const values: Record<string, number> = {};
  for (const [key, tensor] of Object.entries(losses)) values[key] = (await tensor.data())[0];
  if (!Number.isFinite(values.loss ?? 0)) {
    const { name, step, state } = standing;
    const parts = Object.entries(values).map(([key, value]) => `${key} ${value}`).join(", ");
    const culprit = await firstNotFinite(state.parameters);
    throw new Error(
      `Cannot go on training ${name}: expected a finite loss at step ${step}, got ${parts}` +
        `${culprit === undefined ? "" : `; "${culprit}" is not finite any more`} (${REMEDY})`,
    );
  }
  return values;
}

const REMEDY = "try a lower learning rate or a lower clipNorm";

/**
 * @throws Error naming step and tensor when a parameter is not finite, or what the optimiser keeps of it: a variance that
 * has overflowed keeps its parameter where it is from then on, and no loss would tell.
 */
async function checkFinite({ name, step, state }: Standing): Promise<void> {
  const parts = [
    ["parameters", state.parameters],
    ["moments of the optimiser", state.optimiser],
    ["averages of parameters", state.average],
    ["buffers", state.buffers],
  ] as const;
  for (const [what, tensors = {}] of parts) {
    const culprit = await firstNotFinite(tensors);
    if (culprit === undefined) continue;
    throw new Error(
      `Cannot go on training ${name}: expected finite ${what} at step ${step}, got "${culprit}" with a NaN or an ` +
        `infinity; the checkpoint before it stays (${REMEDY})`,
    );
  }
}

/** @throws RangeError when the training cannot go on from there; the state is freed. */
function checkStartStep<Batch extends Tree>(
  { name, state, steps, startStep = 0 }: TrainOptions<Batch>,
): void {
  if (Number.isSafeInteger(startStep) && startStep >= 0 && startStep <= steps) return;
  disposeTrainState(state);
  throw new RangeError(
    `Cannot go on training ${name}: expected a whole number of steps from 0 to ${steps} to be done, got ${startStep}`,
  );
}

/** The name of the first tensor that holds a NaN or an infinity. */
async function firstNotFinite(tensors: NamedTensors): Promise<string | undefined> {
  for (const [name, tensor] of Object.entries(tensors)) {
    if (!(await tensor.data()).every(Number.isFinite)) return name;
  }
  return undefined;
}

function perSecond(count: number, milliseconds: number): number {
  return milliseconds > 0 ? count / (milliseconds / 1000) : 0;
}

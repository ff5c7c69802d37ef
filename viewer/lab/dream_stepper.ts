import * as tf from "@tensorflow/tfjs";
import { RandomStream } from "../../core/random_stream.ts";
import type { NamedTensors } from "../../generative/nn/mod.ts";
import { compile, type Compiled } from "../../generative/runtime/compile.ts";
import { seedTensor } from "../../generative/runtime/random.ts";
import type { Tree } from "../../generative/runtime/tree.ts";
import { streamNoise } from "../../worlds/noise.ts";
import type { WorldState } from "../../worlds/world_model.ts";
import type { WorldParts } from "./world_parts.ts";

/** What S dreams meet at a decision. */
export interface Turn {
  /** Counted from the dream's beginning. */
  decision: number;
  /** `[S]`. */
  seeds: readonly number[];
  /** See {@link DreamRequest.temperature}. */
  temperature: number;
  /** The controller's outputs `[A]`, the same for all dreams; without them it decides. */
  outputs?: Float32Array;
}

/** What a decision brings to S dreams. */
export type DreamtStep = {
  /** Where they stand after it. */
  state: WorldState;
  /** `[S, 2 + A + F]`: the reward, the probability that the episode ends, the controller's outputs, the features. */
  rows: tf.Tensor;
};

/** How a decision comes about; see {@link Explained}. */
export type ExplainedStep = {
  /** `[M, H, W, C]` in 0 .. 255. */
  moments?: tf.Tensor;
  /** `[M - 1, H, W, C]` likewise. */
  foreseen?: tf.Tensor;
  /** `[S, L, H, W, P]`. */
  attention?: tf.Tensor;
};

type StepInput = {
  state: WorldState;
  noise: NamedTensors;
  temperature: tf.Scalar;
  outputs: tf.Tensor | undefined;
};

/** Steps dreams side by side. What a dream meets depends on its seed and the decision alone. */
export class DreamStepper {
  readonly #step: ReturnType<typeof compileStep>;
  readonly #explain: ReturnType<typeof compileExplanation>;

  /** For the networks of a run. */
  constructor(readonly parts: WorldParts) {
    this.#step = compileStep(parts);
    this.#explain = compileExplanation(parts);
  }

  /** Takes a decision. Results are the caller's, and the state that was passed in stays so. */
  async advance(state: WorldState, turn: Turn): Promise<DreamtStep> {
    return await this.#run(this.#step, state, turn);
  }

  /** Tells how one dream takes a decision. Tensors belong as those of {@link DreamStepper.advance} do. */
  async explain(state: WorldState, turn: Turn): Promise<ExplainedStep> {
    return await this.#run(this.#explain, state, turn);
  }

  async #run<R extends Tree>(
    compiled: Compiled<[NamedTensors, NamedTensors, StepInput], R>,
    state: WorldState,
    { seeds, decision, temperature, outputs }: Turn,
  ): Promise<R> {
    const { networks: { worldModel }, world, weights } = this.parts;
    // A stream for each dream and decision: a dream in parts equals the whole.
    const streams = seeds.map((seed) => new RandomStream(seed).fork("dream").fork(decision));
    const input: StepInput = {
      state,
      noise: streamNoise(worldModel.noise.imagine, streams),
      temperature: tf.scalar(temperature),
      outputs: outputs && repeatRow(outputs, seeds.length),
    };
    const next = await compiled.run(world, weights, input);
    tf.dispose([input.noise, input.temperature]);
    input.outputs?.dispose();
    return next;
  }

  /** Frees compiled functions. */
  dispose(): void {
    this.#step.dispose();
    this.#explain.dispose();
  }
}

/** Checks what dreams are to meet. @throws RangeError for a decision, a temperature or seeds that are none. */
export function checkTurn({ decision, seeds, temperature }: Turn): void {
  const count = (value: number) => Number.isSafeInteger(value) && value >= 0;
  if (!count(decision) || !(temperature >= 0 && temperature < Infinity) || seeds.length === 0) {
    throw new RangeError(
      "Cannot dream: expected decision and temperature >= 0 and a seed for each dream, " +
        `got decision ${decision}, temperature ${temperature} and ${seeds.length} seeds`,
    );
  }
  const wrong = seeds.find((seed) => !count(seed));
  if (wrong !== undefined) throw new RangeError(`Cannot dream: expected seeds >= 0, got ${wrong}`);
}

/** `[rows, A]` of one row. */
function repeatRow(row: Float32Array, rows: number): tf.Tensor {
  return tf.tidy(() => tf.tensor(row, [1, row.length]).tile([rows, 1]));
}

function compileStep(parts: WorldParts) {
  const { worldModel } = parts.networks;
  const step = (world: NamedTensors, weights: NamedTensors, input: StepInput): DreamtStep => {
    const { state, noise, temperature, outputs } = input;
    const action = outputs ?? actionOf(parts, world, weights, state);
    const next = worldModel.imagine(world, state, action, noise, { temperature });
    const columns = [next.reward, next.doneLogit.sigmoid()].map((column) => column.expandDims(1));
    const features = worldModel.features(world, next.state);
    return { state: next.state, rows: tf.concat([...columns, action, features], 1) };
  };
  return compile(step, { name: "dream step" });
}

function compileExplanation(parts: WorldParts) {
  const { worldModel } = parts.networks;
  const bytes = (pictures: tf.Tensor[]) => tf.concat(pictures).mul(255).round();
  const explain = (world: NamedTensors, weights: NamedTensors, input: StepInput): ExplainedStep => {
    const { state, noise, temperature, outputs } = input;
    const action = outputs ?? actionOf(parts, world, weights, state);
    const moments = worldModel.pictureMoments?.(world, state, action, noise, { temperature });
    return {
      ...moments && {
        moments: bytes(moments.map(({ picture }) => picture)),
        foreseen: bytes(moments.flatMap(({ foreseen }) => foreseen ?? [])),
      },
      ...worldModel.attention && { attention: worldModel.attention.weights(world, state, action) },
    };
  };
  return compile(explain, { name: "explain a dream" });
}

/** What the controller does. */
function actionOf(
  { networks: { worldModel, policy } }: WorldParts,
  world: NamedTensors,
  weights: NamedTensors,
  state: WorldState,
): tf.Tensor {
  return policy.act(weights, worldModel.features(world, state), seedTensor([0, 0]));
}

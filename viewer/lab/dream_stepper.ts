import * as tf from "@tensorflow/tfjs";
import { RandomStream } from "../../core/random_stream.ts";
import type { NamedTensors } from "../../generative/nn/mod.ts";
import { compile } from "../../generative/runtime/compile.ts";
import { seedTensor } from "../../generative/runtime/random.ts";
import type { NoiseSpec, WorldPosition } from "../../worlds/world_model.ts";
import type { DreamPosition } from "./lab.ts";
import { checkLength, type WorldParts } from "./world_parts.ts";

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

/** What a dream's row holds after a decision, see {@link DreamStepper.readRow}. */
export interface DreamRow {
  /** `[Z]`. */
  latents: Float32Array;
  /** The decision's reward. */
  reward: number;
  /** Probability that the episode ends with it. */
  done: number;
  /** The controller's outputs, `[A]`. */
  outputs: Float32Array;
}

type StepInput = {
  position: WorldPosition;
  noise: NamedTensors;
  temperature: tf.Scalar;
  outputs: tf.Tensor | undefined;
};

/** Steps dreams side by side. What a dream meets depends on its seed and the decision alone. */
export class DreamStepper {
  /** Numbers in a row: latents, reward, probability of the end, outputs. */
  readonly rowSize: number;
  readonly #step: ReturnType<typeof compileStep>;

  /** For the networks of a run. */
  constructor(readonly parts: WorldParts) {
    const { worldModel } = parts.networks;
    this.rowSize = worldModel.latentSize + 2 + worldModel.actionSize;
    this.#step = compileStep(parts);
  }

  /** The tensors of a position; the caller's. @throws RangeError when its arrays do not fit `dreams`. */
  place({ latents, hidden, cell }: DreamPosition, dreams: number): WorldPosition {
    const { latentSize, units } = this.parts.networks.memory.config;
    checkLength(latents, [dreams, latentSize], "dream from latents");
    checkLength(hidden, [dreams, units], "dream from a hidden state");
    checkLength(cell, [dreams, units], "dream from cells");
    return {
      latents: tf.tensor(latents, [dreams, latentSize]),
      state: { hidden: tf.tensor(hidden, [dreams, units]), cell: tf.tensor(cell, [dreams, units]) },
    };
  }

  /** Takes a decision. The position passed in is used up. @returns Rows `[S, rowSize]` and where the dreams stand. */
  async advance(position: WorldPosition, turn: Turn): Promise<{ rows: tf.Tensor; position: WorldPosition }> {
    const { networks: { worldModel }, world, weights } = this.parts;
    const dreams = turn.seeds.length;
    const input: StepInput = {
      position,
      noise: drawNoise(worldModel.noise, turn),
      temperature: tf.scalar(turn.temperature),
      outputs: turn.outputs && repeatRow(turn.outputs, dreams),
    };
    const next = await this.#step.run(world, weights, input);
    freePosition(position);
    tf.dispose([input.noise, input.temperature]);
    input.outputs?.dispose();
    return next;
  }

  /** The numbers of a row. */
  readRow(row: Float32Array): DreamRow {
    const size = this.parts.networks.worldModel.latentSize;
    return {
      latents: row.slice(0, size),
      reward: row[size],
      done: row[size + 1],
      outputs: row.slice(size + 2, this.rowSize),
    };
  }

  /** Frees compiled functions. */
  dispose(): void {
    this.#step.dispose();
  }
}

/** Frees the tensors of a position. */
export function freePosition({ latents, state }: WorldPosition): void {
  tf.dispose([latents, state]);
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

/** Each dream's noise from a stream of its own for this decision: a dream in parts equals the whole. */
function drawNoise(specs: Record<string, NoiseSpec>, { seeds, decision }: Turn): NamedTensors {
  const streams = seeds.map((seed) => new RandomStream(seed).fork("dream").fork(decision));
  const noise: NamedTensors = {};
  for (const [name, { size, kind }] of Object.entries(specs)) {
    const values = new Float32Array(seeds.length * size);
    for (let i = 0; i < values.length; i++) {
      const stream = streams[Math.floor(i / size)];
      values[i] = kind === "normal" ? stream.normal() : stream.uniform();
    }
    noise[name] = tf.tensor(values, [seeds.length, size]);
  }
  return noise;
}

/** `[rows, A]` of one row. */
function repeatRow(row: Float32Array, rows: number): tf.Tensor {
  return tf.tidy(() => tf.tensor(row, [1, row.length]).tile([rows, 1]));
}

function compileStep({ networks: { worldModel, policy } }: WorldParts) {
  const step = (world: NamedTensors, weights: NamedTensors, input: StepInput) => {
    const { position, noise, temperature, outputs } = input;
    const { latents, state } = position;
    const action = outputs ?? policy.act(weights, { latents, hidden: state.hidden }, seedTensor([0, 0]));
    const next = worldModel.step(world, { latents, state, action }, noise, { temperature });
    const columns = [next.reward, next.doneLogit.sigmoid()].map((column) => column.expandDims(1));
    return {
      rows: tf.concat([next.latents, ...columns, action], 1),
      position: { latents: next.latents, state: next.state },
    };
  };
  return compile(step, { name: "dream step" });
}

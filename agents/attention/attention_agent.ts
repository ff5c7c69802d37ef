import * as tf from "@tensorflow/tfjs";
import type { Observation } from "../../envs/env.ts";
import { frameTensor } from "../../generative/data/picture_tensors.ts";
import { compile, type Compiled } from "../../generative/runtime/mod.ts";
import { type Agent, type PicturePart, rowsToReset, type Seen } from "../agent.ts";
import type { AttentionDecision, AttentionMemory, AttentionPolicy } from "./attention_policy.ts";

/** Whose weights decide. */
export interface WeightSource {
  /** `[1, n]` for all rows, or `[count, n]` with weights of its own for each; the source's to free. */
  weights(): tf.Tensor;
  /** Hears that these of `count` rows start episodes. */
  begin?(rows: readonly number[], count: number): void;
  /** Frees its tensors. */
  dispose(): void;
}

/** Acts by where the most important patches of a picture are. It remembers what its LSTM does. */
export class AttentionAgent implements Agent<Observation> {
  /** Numbers in an action, A. */
  readonly actionSize: number;
  readonly #policy: AttentionPolicy;
  readonly #source: WeightSource;
  readonly #decide: Compiled<[tf.Tensor, tf.Tensor, AttentionMemory], AttentionDecision>;
  #memory: Record<"hidden" | "cell", Float32Array> = {
    hidden: new Float32Array(0),
    cell: new Float32Array(0),
  };
  #chosen: Int32Array = new Int32Array(0);
  #count = 0;

  /** An agent that waits for its first reset; it disposes of the source when it is closed. */
  constructor(policy: AttentionPolicy, source: WeightSource) {
    this.#policy = policy;
    this.#source = source;
    this.actionSize = policy.options.actionSize;
    this.#decide = compile(
      (weights: tf.Tensor, pictures: tf.Tensor, memory: AttentionMemory) =>
        policy.act(weights, pictures, memory),
      { name: "attend" },
    );
  }

  /** Starts episodes: the rows' memory is zeros. */
  reset(count: number, indices?: ArrayLike<number>): void {
    const rows = rowsToReset(count, this.#count, indices);
    const { units } = this.#policy.options;
    if (count !== this.#count) {
      this.#memory = { hidden: new Float32Array(count * units), cell: new Float32Array(count * units) };
    }
    for (const row of rows) {
      for (const values of Object.values(this.#memory)) values.fill(0, row * units, (row + 1) * units);
    }
    this.#count = count;
    this.#source.begin?.(rows, count);
  }

  /** `[count, A]`. @throws RangeError when observations are not pictures of `count` environments. */
  async act({ observations }: Pick<Seen<Observation>, "observations">): Promise<Float32Array> {
    const { picture: [height, width, channels], units } = this.#policy.options;
    const count = this.#count, pixels = count * height * width * channels;
    if (!(observations instanceof Uint8Array) || observations.length !== pixels) {
      throw new RangeError(
        `Cannot act: expected ${count} pictures of ${height}x${width}x${channels} bytes, got ${observations.length} numbers`,
      );
    }
    const given = {
      pictures: frameTensor(observations, [count, height, width, channels]),
      hidden: tf.tensor2d(this.#memory.hidden, [count, units]),
      cell: tf.tensor2d(this.#memory.cell, [count, units]),
    };
    const { pictures, ...memory } = given;
    const decision = this.#decide(this.#source.weights(), pictures, memory);
    const { actions, memory: { hidden, cell }, chosen, importance } = decision;
    tf.dispose([given, importance]);
    const [decided, places, remembered, kept] = await Promise.all(
      [actions, chosen, hidden, cell].map((tensor) => tensor.data()),
    );
    tf.dispose([actions, chosen, hidden, cell]);
    this.#chosen = places as Int32Array;
    this.#memory = { hidden: remembered as Float32Array, cell: kept as Float32Array };
    return decided as Float32Array;
  }

  /** The patches that were chosen; none before the first decision. */
  attended(): PicturePart[][] {
    const { centres, options: { picture: [rows, columns], patchSize, patches } } = this.#policy;
    const [height, width] = [patchSize / rows, patchSize / columns];
    const part = (patch: number): PicturePart => ({
      top: centres[2 * patch] - height / 2,
      left: centres[2 * patch + 1] - width / 2,
      height,
      width,
    });
    return Array.from(
      { length: this.#chosen.length / patches },
      (_, row) => Array.from(this.#chosen.subarray(row * patches, (row + 1) * patches), part),
    );
  }

  /** Frees the compiled step and the weights. */
  close(): void {
    this.#decide.dispose();
    this.#source.dispose();
  }
}

/** The same weights for all rows, as they are by now. */
export class SharedWeights implements WeightSource {
  #known: ArrayLike<number> | undefined;
  #tensor: tf.Tensor | undefined;

  /** @param current Gives the flat weights; another array than the last one where they have changed. */
  constructor(readonly current: () => ArrayLike<number>) {}

  /** `[1, n]`. */
  weights(): tf.Tensor {
    const now = this.current();
    if (now !== this.#known || !this.#tensor) {
      this.#tensor?.dispose();
      this.#tensor = tf.tensor2d(Float32Array.from(now), [1, now.length]);
      this.#known = now;
    }
    return this.#tensor;
  }

  /** Frees the tensor. */
  dispose(): void {
    this.#tensor?.dispose();
    this.#tensor = undefined;
  }
}

/** Each row acts by the weights of the candidate whose episode it plays; episodes begin in the order of the candidates. */
export class CandidateWeights implements WeightSource {
  readonly #candidates: readonly ArrayLike<number>[];
  readonly #episodes: number;
  #rows = new Float32Array(0);
  #begun = 0;
  #tensor: tf.Tensor | undefined;

  /**
   * @param candidates Flat weights.
   * @param episodes Of each candidate, one after another.
   */
  constructor(candidates: readonly ArrayLike<number>[], episodes: number) {
    this.#candidates = candidates;
    this.#episodes = episodes;
  }

  /** `[count, n]`. */
  weights(): tf.Tensor {
    const size = this.#candidates[0].length;
    return this.#tensor ??= tf.tensor2d(this.#rows, [this.#rows.length / size, size]);
  }

  /** Gives the next candidates to these rows. */
  begin(rows: readonly number[], count: number): void {
    const size = this.#candidates[0].length;
    if (this.#rows.length !== count * size) this.#rows = new Float32Array(count * size);
    for (const row of rows) {
      this.#rows.set(this.#candidates[Math.floor(this.#begun++ / this.#episodes)], row * size);
    }
    this.dispose();
  }

  /** Frees the tensor. */
  dispose(): void {
    this.#tensor?.dispose();
    this.#tensor = undefined;
  }
}

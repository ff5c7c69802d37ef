import * as tf from "@tensorflow/tfjs";
import { unitPixels } from "../../generative/data/picture_tensors.ts";
import { gatherRows } from "../../generative/nn/mod.ts";

/** The shape of an {@link AttentionPolicy}. */
export interface AttentionPolicyOptions {
  /** The shape of a picture. */
  picture: readonly [height: number, width: number, channels: number];
  /** Rows and columns of a patch, S. */
  patchSize: number;
  /** Pixels from one patch to the next. */
  patchStride: number;
  /** K, how many patches it acts by. */
  patches: number;
  /** Numbers in a query and in a key, D. */
  querySize: number;
  /** Units of the LSTM, U. */
  units: number;
  /** Numbers in an action, A. */
  actionSize: number;
}

/** What the LSTM remembers, `[P R, U]` each. */
export interface AttentionMemory {
  /** Its output. */
  hidden: tf.Tensor;
  /** Its cell. */
  cell: tf.Tensor;
  [name: string]: tf.Tensor;
}

/** A decision, and what it was made of. */
export interface AttentionDecision {
  /** In [-1, 1], `[P R, A]`. */
  actions: tf.Tensor;
  /** What is remembered from now on. */
  memory: AttentionMemory;
  /** The patches that were acted by, row-major numbers, the most important first, int32 `[P R, K]`. */
  chosen: tf.Tensor;
  /** How much attention each patch gets of all, which sums to N, `[P R, N]`. */
  importance: tf.Tensor;
  [name: string]: tf.Tensor | AttentionMemory;
}

/**
 * Tang, Nguyen and Ha 2020, "Neuroevolution of Self-Interpretable Agents": patches of the picture attend to each other, and
 * the agent acts by where the K most important ones are, and by nothing else of the picture. With the paper's sizes and
 * three outputs it has 3,667 parameters. There is no gradient through the choice of patches: it is evolved.
 *
 * Flat weights are those of queries (kernel `[S S C, D]`, bias `[D]`), keys (alike), LSTM (kernels `[2 K, 4 U]` and
 * `[U, 4 U]`, their two biases `[4 U]`; gates input, forget, candidate, output) and output (kernel `[U, A]`, bias `[A]`).
 */
export class AttentionPolicy {
  /** The shape. */
  readonly options: AttentionPolicyOptions;
  /** Rows and columns of patches; N is their product. */
  readonly grid: readonly [rows: number, columns: number];
  /** Where the patches' centres are, in parts of the picture, row and column, `[N, 2]` row-major. */
  readonly centres: Float32Array;
  /** How many numbers there are to learn. */
  readonly parameterCount: number;
  readonly #pixels: Int32Array;
  readonly #shapes: Record<string, [number, number]>;

  /** Declares the layers. @throws RangeError for patches that the picture has no room for. */
  constructor(options: AttentionPolicyOptions) {
    const {
      picture: [height, width, channels],
      patchSize,
      patchStride,
      patches,
      querySize,
      units,
      actionSize,
    } = options;
    const fit = (side: number) => Math.floor((side - patchSize) / patchStride) + 1;
    const [rows, columns] = this.grid = [fit(height), fit(width)];
    if (patchSize > Math.min(height, width) || rows * columns < patches) {
      throw new RangeError(
        `Cannot look at patches: expected ${patches} patches of ${patchSize}x${patchSize} pixels, ${patchStride} apart, in ` +
          `pictures of ${height}x${width}, which have room for ${Math.max(0, rows) * Math.max(0, columns)}`,
      );
    }
    this.options = options;
    const size = patchSize * patchSize * channels;
    this.centres = new Float32Array(rows * columns * 2);
    this.#pixels = new Int32Array(rows * columns * size);
    for (let patch = 0, i = 0; patch < rows * columns; patch++) {
      const top = Math.floor(patch / columns) * patchStride, left = patch % columns * patchStride;
      this.centres.set([(top + patchSize / 2) / height, (left + patchSize / 2) / width], 2 * patch);
      for (let row = top; row < top + patchSize; row++) {
        for (let column = left; column < left + patchSize; column++) {
          for (let channel = 0; channel < channels; channel++) {
            this.#pixels[i++] = (row * width + column) * channels + channel;
          }
        }
      }
    }
    this.#shapes = {
      queryKernel: [size, querySize],
      queryBias: [1, querySize],
      keyKernel: [size, querySize],
      keyBias: [1, querySize],
      inputKernel: [2 * patches, 4 * units],
      hiddenKernel: [units, 4 * units],
      inputBias: [1, 4 * units],
      hiddenBias: [1, 4 * units],
      outputKernel: [units, actionSize],
      outputBias: [1, actionSize],
    };
    this.parameterCount = Object.values(this.#shapes).reduce(
      (sum, [rows, columns]) => sum + rows * columns,
      0,
    );
  }

  /**
   * Decides for R pictures by each of P candidates' weights.
   *
   * @param weights Flat weights, `[P, parameterCount]`.
   * @param pictures Bytes, `[P R, H, W, C]`: R for the first candidate, then R for the second, and so on.
   * @param memory What the last decision left; zeros at an episode's start.
   */
  act(weights: tf.Tensor, pictures: tf.Tensor, memory: AttentionMemory): AttentionDecision {
    const { patches, querySize, units, actionSize } = this.options;
    const [population, all] = [weights.shape[0], pictures.shape[0]];
    const each = all / population;
    const [rows, columns] = this.grid, count = rows * columns;
    const layer = this.#layers(weights);
    const affine = (x: tf.Tensor, kernel: string, bias: string) =>
      x.matMul<tf.Tensor3D>(layer[kernel] as tf.Tensor3D).add<tf.Tensor3D>(layer[bias]);
    const ofCandidate = (x: tf.Tensor) => x.reshape<tf.Tensor3D>([population, each, -1]);

    // A = softmax(Q K' / sqrt(size of a patch)); a patch's importance is what all patches give it
    const size = this.#shapes.queryKernel[0];
    const pixels = unitPixels(pictures).reshape([all, -1]).gather(tf.tensor1d(this.#pixels, "int32"), 1);
    const cut = pixels.reshape([population, each * count, size]);
    const heads = (x: tf.Tensor) => x.reshape<tf.Tensor3D>([all, count, querySize]);
    const queries = heads(affine(cut, "queryKernel", "queryBias"));
    const keys = heads(affine(cut, "keyKernel", "keyBias"));
    const attention = queries.matMul(keys, false, true).div(Math.sqrt(size)).softmax();
    const importance = attention.sum(1);
    const { indices: chosen } = importance.topk(patches);

    const places = gatherRows(tf.tensor2d(this.centres, [count, 2]), chosen.reshape([-1]) as tf.Tensor1D);
    const gates = affine(ofCandidate(places.reshape([all, -1])), "inputKernel", "inputBias")
      .add(affine(ofCandidate(memory.hidden), "hiddenKernel", "hiddenBias"));
    const [input, forget, candidate, output] = gates.reshape([all, 4 * units]).split(4, 1);
    const cell = forget.sigmoid().mul(memory.cell).add(input.sigmoid().mul(candidate.tanh()));
    const hidden = output.sigmoid().mul(cell.tanh());
    const actions = affine(ofCandidate(hidden), "outputKernel", "outputBias").tanh().reshape([
      all,
      actionSize,
    ]);
    return { actions, memory: { hidden, cell }, chosen, importance };
  }

  /** The weights of each layer, `[P, ...]`. */
  #layers(weights: tf.Tensor): Record<string, tf.Tensor> {
    const shapes = Object.entries(this.#shapes);
    const parts = weights.split(shapes.map(([, [rows, columns]]) => rows * columns), 1);
    return Object.fromEntries(
      shapes.map(([name, shape], i) => [name, parts[i].reshape([weights.shape[0], ...shape])]),
    );
  }
}

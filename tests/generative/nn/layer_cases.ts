import * as tf from "@tensorflow/tfjs";
import {
  Attention,
  averagePool,
  causalBias,
  Conv2d,
  ConvTranspose2d,
  depthToSpace,
  distances,
  Embedding,
  EqualisedRate,
  FeedForward,
  FourierFeatures,
  GatedResidual,
  GaussianHead,
  geometricFrequencies,
  GroupNorm,
  GRU,
  LayerNorm,
  learnedParameters,
  Linear,
  linearBias,
  type Module,
  type NamedTensors,
  NormGRU,
  pixelNorm,
  RelativePositionBias,
  replaceRows,
  RMSNorm,
  rotate,
  sinusoidalPositions,
  sinusoids,
  spaceToDepth,
  SpectralNorm,
  Statistics,
  TransformerBlock,
  upsampleBilinear,
  upsampleNearest,
  VectorQuantiser,
  WeightNorm,
} from "../../../generative/nn/mod.ts";
import { pattern, patterns } from "../support/patterns.ts";

/** A layer at work on small tensors: in Deno and in the browser alike. */
export interface LayerCase {
  /** What it is. */
  name: string;
  /** What is differentiated: learned parameters and inputs. */
  tensors: NamedTensors;
  /** What the layer makes of them; pure. */
  output(tensors: NamedTensors): tf.Tensor;
}

/** A case of a module: its learned parameters are among the tensors, its statistics stay as they are. */
function of<M extends Module>(
  name: string,
  module: M,
  inputs: NamedTensors,
  output: (module: M, tensors: NamedTensors) => tf.Tensor,
): LayerCase {
  const made = patterns(module.parameters);
  const tensors = { ...learnedParameters(made, module.parameters), ...inputs };
  return { name, tensors, output: (tensors) => output(module, { ...made, ...tensors }) };
}

/** Every layer that takes part in gradients, on the current backend. */
export function layerCases(): LayerCase[] {
  const sequence = { x: pattern([2, 3, 4], 9) };
  const picture = { x: pattern([2, 4, 4, 2], 9) };
  const small = { x: pattern([1, 2, 3, 2], 9) };
  const position = tf.tensor1d([0, 0], "int32");
  const attention = { size: 4, heads: 2, headSize: 2 };
  const swiglu = { activation: "swish", gated: true } as const;
  const recurrent = { xs: pattern([3, 2, 2], 5), hidden: pattern([2, 3], 6) };
  const resets = tf.tensor2d([[0, 0], [0, 1], [0, 0]]);
  const apply = <M extends { apply(p: NamedTensors, x: tf.Tensor): tf.Tensor }>(layer: M, t: NamedTensors) =>
    layer.apply(t, t.x);
  const shape = (name: string, inputs: NamedTensors, output: LayerCase["output"]): LayerCase => ({
    name,
    tensors: inputs,
    output,
  });
  return [
    of("LayerNorm", new LayerNorm("n", { size: 4 }), sequence, apply),
    of("LayerNorm without offset", new LayerNorm("n", { size: 4, bias: false }), sequence, apply),
    of("RMSNorm", new RMSNorm("n", { size: 4 }), sequence, apply),
    shape("pixelNorm", picture, ({ x }) => pixelNorm(x)),
    of("GroupNorm", new GroupNorm("n", { channels: 4, groups: 2 }), { x: pattern([2, 3, 2, 4], 3) }, apply),
    of("GroupNorm alone", new GroupNorm("n", { channels: 4, groups: 2, affine: false }), sequence, apply),
    of("FeedForward", new FeedForward("f", { size: 4, inner: 3 }), sequence, apply),
    of("FeedForward, SwiGLU", new FeedForward("f", { size: 4, inner: 3, ...swiglu }), sequence, apply),
    of("GaussianHead", new GaussianHead("g", { inputs: 4, units: 3 }), sequence, (layer, t) => {
      const { mu, logVar } = layer.apply(t, t.x);
      return tf.concat([mu, logVar], -1);
    }),
    of("Attention", new Attention("a", attention), sequence, apply),
    of(
      "Attention, causal, rotary, normalised",
      new Attention("a", {
        ...attention,
        causal: true,
        positions: "rotary",
        normalise: true,
      }),
      sequence,
      apply,
    ),
    of(
      "Attention, relative",
      new Attention("a", {
        ...attention,
        causal: true,
        positions: { relative: 5 },
      }),
      sequence,
      apply,
    ),
    of(
      "Attention, masked and biased by distance",
      new Attention("a", attention),
      sequence,
      (layer, t) => layer.apply(t, t.x, { bias: causalBias(3).add(linearBias(distances(3), 2)) }),
    ),
    of("Attention, cross", new Attention("a", { ...attention, contextSize: 3 }), {
      ...sequence,
      context: pattern([2, 5, 3], 8),
    }, (layer, t) => layer.apply(t, t.x, { context: t.context })),
    of("Attention.step()", new Attention("a", { ...attention, causal: true, positions: "rotary" }), {
      ...sequence,
    }, (layer, t) => stepThrough(layer, t, position)),
    of(
      "Attention.step(), relative",
      new Attention("a", {
        ...attention,
        causal: true,
        positions: { relative: 5 },
      }),
      sequence,
      (layer, t) => stepThrough(layer, t, position),
    ),
    of(
      "RelativePositionBias",
      new RelativePositionBias("r", { heads: 2, buckets: 8, furthest: 6 }),
      {},
      (layer, t) => layer.apply(t, distances(5)),
    ),
    shape("rotate", { x: pattern([2, 3, 4], 2) }, ({ x }) => rotate(x, tf.range(0, 3))),
    of(
      "TransformerBlock",
      new TransformerBlock("b", { ...attention, inner: 3, causal: true }),
      sequence,
      apply,
    ),
    of(
      "TransformerBlock, post-norm, ReLU",
      new TransformerBlock("b", {
        ...attention,
        inner: 3,
        normOrder: "post",
        activation: "relu",
      }),
      sequence,
      apply,
    ),
    of(
      "TransformerBlock, SwiGLU, RMS, cross",
      new TransformerBlock("b", {
        ...attention,
        ...swiglu,
        inner: 3,
        norm: "rms",
        bias: false,
        contextSize: 3,
      }),
      { ...sequence, context: pattern([2, 5, 3], 8) },
      (block, t) => block.apply(t, t.x, { context: t.context }),
    ),
    of(
      "GatedResidual",
      new GatedResidual("g", { size: 4 }),
      { ...sequence, y: pattern([2, 3, 4], 4) },
      (gate, t) => gate.apply(t, t.x, t.y),
    ),
    of(
      "Embedding",
      new Embedding("e", { tokens: 4, units: 3 }),
      {},
      (layer, t) => layer.apply(t, tf.tensor2d([[0, 3], [3, 1]], [2, 2], "int32")),
    ),
    shape(
      "replaceRows",
      { table: pattern([4, 2], 7), rows: pattern([2, 2], 3) },
      ({ table, rows }) => replaceRows(table, tf.tensor1d([3, 1], "int32"), rows),
    ),
    of(
      "VectorQuantiser's commitment",
      new VectorQuantiser("q", { codes: 3, size: 4 }),
      sequence,
      (quantiser, t) => quantiser.apply(t, t.x).commitment,
    ),
    shape("sinusoids", { x: pattern([3], 2) }, ({ x }) => sinusoids(x, geometricFrequencies(3, 0.1, 1))),
    shape("sinusoidalPositions", { x: pattern([3], 2) }, ({ x }) => sinusoidalPositions(x, 4)),
    of("FourierFeatures", new FourierFeatures("f", { size: 4 }), { x: pattern([3], 2) }, apply),
    of(
      "GRU",
      new GRU("g", { inputs: 2, units: 3 }),
      recurrent,
      (gru, t) => gru.sequence(t, t.xs, t.hidden, { resets }).outputs,
    ),
    of(
      "NormGRU",
      new NormGRU("g", { inputs: 2, units: 3 }),
      recurrent,
      (gru, t) => gru.sequence(t, t.xs, t.hidden, { resets }).outputs,
    ),
    of("SpectralNorm of Linear", new SpectralNorm(new Linear("l", { inputs: 4, units: 3 })), sequence, apply),
    of(
      "SpectralNorm of ConvTranspose2d",
      new SpectralNorm(
        new ConvTranspose2d("c", { inputChannels: 2, filters: 1, kernelSize: 2, strides: 2 }),
      ),
      { x: pattern([1, 2, 2, 2], 9) },
      (layer, t) => layer.apply(t, t.x),
    ),
    of(
      "WeightNorm of Conv2d",
      new WeightNorm(
        new Conv2d("c", { inputChannels: 2, filters: 2, kernelSize: 2 }),
      ),
      small,
      apply,
    ),
    of(
      "EqualisedRate of Linear",
      new EqualisedRate(new Linear("l", { inputs: 4, units: 3 })),
      sequence,
      apply,
    ),
    shape("upsampleNearest", small, ({ x }) => upsampleNearest(x)),
    shape("upsampleBilinear", small, ({ x }) => upsampleBilinear(x)),
    shape("averagePool", picture, ({ x }) => averagePool(x)),
    shape("spaceToDepth", picture, ({ x }) => spaceToDepth(x)),
    shape("depthToSpace", { x: pattern([1, 2, 1, 8], 9) }, ({ x }) => depthToSpace(x)),
    of("SpectralNorm in training", new SpectralNorm(new Linear("l", { inputs: 2, units: 1 })), {
      x: pattern([2, 2], 3),
    }, (layer, t) => layer.apply(t, t.x, new Statistics())),
  ];
}

/** Attention place by place: the first two at once, then one. */
function stepThrough(layer: Attention, t: NamedTensors, position: tf.Tensor): tf.Tensor {
  const [first, last] = tf.split(t.x, [2, 1], 1);
  const begun = layer.step(t, first, layer.emptyCache(2, 3), { position });
  const next = position.add(tf.scalar(2, "int32"));
  const ended = layer.step(t, last, begun.cache, { position: next });
  return tf.concat([begun.output, ended.output], 1);
}

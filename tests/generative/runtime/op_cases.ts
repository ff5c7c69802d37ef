import * as tf from "@tensorflow/tfjs";
import { RandomStream } from "../../../core/mod.ts";

/** An op as the lab uses it: inputs by shape, and a function of them. */
export interface OpCase {
  name: string;
  /** The shapes of the differentiable inputs. */
  shapes: number[][];
  /** The lowest and highest input value; default -2 and 2. */
  range?: [number, number];
  /** False where no gradient is wanted: integer results, comparisons. */
  differentiable?: boolean;
  /** Computes on float32 tensors of the shapes. */
  compute: (...inputs: tf.Tensor[]) => tf.Tensor;
}

const indices = () => tf.tensor1d([2, 0, 2], "int32");
const image = (x: tf.Tensor) => x as tf.Tensor4D;
const matrix = (x: tf.Tensor) => x as tf.Tensor2D;

/** Every op that the lab's models are made of. */
export const OP_CASES: OpCase[] = [
  { name: "add with broadcasting", shapes: [[3, 4], [4]], compute: (a, b) => a.add(b) },
  { name: "sub with broadcasting", shapes: [[3, 1], [1, 4]], compute: (a, b) => a.sub(b) },
  { name: "mul with broadcasting", shapes: [[2, 3, 4], [3, 1]], compute: (a, b) => a.mul(b) },
  { name: "div with broadcasting", shapes: [[3, 4], [4]], range: [0.5, 2], compute: (a, b) => a.div(b) },
  { name: "pow", shapes: [[3, 4]], range: [0.5, 2], compute: (a) => a.pow(3) },
  { name: "maximum with broadcasting", shapes: [[3, 4], [4]], compute: (a, b) => tf.maximum(a, b) },
  { name: "minimum with broadcasting", shapes: [[3, 4], [1, 1]], compute: (a, b) => tf.minimum(a, b) },
  {
    name: "squaredDifference with broadcasting",
    shapes: [[3, 4], [4]],
    compute: (a, b) => tf.squaredDifference(a, b),
  },
  { name: "matMul", shapes: [[5, 3], [3, 4]], compute: (a, b) => tf.matMul(a, b) },
  { name: "matMul transposed", shapes: [[3, 5], [4, 3]], compute: (a, b) => tf.matMul(a, b, true, true) },
  { name: "batched matMul", shapes: [[2, 5, 3], [2, 3, 4]], compute: (a, b) => tf.matMul(a, b) },
  {
    name: "conv2d, stride 2, valid",
    shapes: [[2, 8, 8, 3], [4, 4, 3, 5]],
    compute: (x, k) => tf.conv2d(image(x), image(k), 2, "valid"),
  },
  {
    name: "conv2d, stride 1, same",
    shapes: [[2, 6, 6, 2], [3, 3, 2, 4]],
    compute: (x, k) => tf.conv2d(image(x), image(k), 1, "same"),
  },
  {
    name: "conv2dTranspose, stride 2, valid",
    shapes: [[2, 3, 3, 4], [5, 5, 2, 4]],
    compute: (x, k) => tf.conv2dTranspose(image(x), image(k), [2, 9, 9, 2], 2, "valid"),
  },
  {
    name: "conv2dTranspose, stride 2, same",
    shapes: [[2, 4, 4, 3], [4, 4, 2, 3]],
    compute: (x, k) => tf.conv2dTranspose(image(x), image(k), [2, 8, 8, 2], 2, "same"),
  },
  { name: "maxPool", shapes: [[1, 4, 4, 2]], compute: (x) => tf.maxPool(image(x), 2, 2, "valid") },
  { name: "avgPool", shapes: [[1, 4, 4, 2]], compute: (x) => tf.avgPool(image(x), 2, 2, "valid") },
  { name: "exp", shapes: [[3, 4]], compute: (x) => x.exp() },
  { name: "log", shapes: [[3, 4]], range: [0.5, 3], compute: (x) => x.log() },
  { name: "log1p", shapes: [[3, 4]], range: [0, 2], compute: (x) => x.log1p() },
  { name: "sqrt", shapes: [[3, 4]], range: [0.5, 3], compute: (x) => x.sqrt() },
  { name: "rsqrt", shapes: [[3, 4]], range: [0.5, 3], compute: (x) => x.rsqrt() },
  { name: "square", shapes: [[3, 4]], compute: (x) => x.square() },
  { name: "abs", shapes: [[3, 4]], compute: (x) => x.abs() },
  { name: "neg", shapes: [[3, 4]], compute: (x) => x.neg() },
  { name: "tanh", shapes: [[3, 4]], compute: (x) => x.tanh() },
  { name: "sigmoid", shapes: [[3, 4]], compute: (x) => x.sigmoid() },
  { name: "softplus", shapes: [[3, 4]], compute: (x) => x.softplus() },
  { name: "relu", shapes: [[3, 4]], compute: (x) => x.relu() },
  { name: "elu", shapes: [[3, 4]], compute: (x) => x.elu() },
  { name: "leakyRelu", shapes: [[3, 4]], compute: (x) => tf.leakyRelu(x, 0.1) },
  { name: "gelu by erf", shapes: [[3, 4]], compute: (x) => x.mul(x.div(Math.SQRT2).erf().add(1)).mul(0.5) },
  { name: "sin and cos", shapes: [[3, 4]], compute: (x) => x.sin().add(x.cos()) },
  { name: "clipByValue", shapes: [[3, 4]], compute: (x) => x.clipByValue(-1.1, 0.7) },
  { name: "softmax", shapes: [[3, 4]], compute: (x) => tf.softmax(x) },
  { name: "logSoftmax", shapes: [[3, 4]], compute: (x) => tf.logSoftmax(x) },
  { name: "logSumExp", shapes: [[3, 4]], compute: (x) => tf.logSumExp(x, -1) },
  {
    name: "logSumExp of large values",
    shapes: [[3, 4]],
    range: [80, 100],
    compute: (x) => tf.logSumExp(x, 0),
  },
  { name: "sum over an axis", shapes: [[3, 4, 2]], compute: (x) => x.sum(1) },
  { name: "mean, kept dimensions", shapes: [[3, 4, 2]], compute: (x) => x.mean([0, 2], true) },
  { name: "max over an axis", shapes: [[3, 4]], compute: (x) => x.max(-1) },
  { name: "min over an axis", shapes: [[3, 4]], compute: (x) => x.min(0) },
  { name: "moments", shapes: [[3, 4]], compute: (x) => tf.moments(x, -1).variance },
  { name: "cumsum", shapes: [[3, 4]], compute: (x) => x.cumsum(1) },
  { name: "cumsum, exclusive and reversed", shapes: [[3, 4]], compute: (x) => x.cumsum(0, true, true) },
  { name: "split and recombine", shapes: [[3, 6]], compute: (x) => sumProducts(tf.split(x, [1, 2, 3], 1)) },
  { name: "equal split", shapes: [[3, 6]], compute: (x) => tf.split(x, 3, 1).reduce((a, b) => a.mul(b)) },
  { name: "concat", shapes: [[2, 3], [2, 1], [2, 2]], compute: (...xs) => tf.concat(xs, 1) },
  { name: "stack", shapes: [[2, 3], [2, 3]], compute: (a, b) => tf.stack([a, b], 1) },
  { name: "unstack", shapes: [[3, 4]], compute: (x) => tf.unstack(x).reduce((a, b) => a.mul(b)) },
  { name: "slice", shapes: [[4, 5]], compute: (x) => x.slice([1, 2], [2, -1]) },
  { name: "pad", shapes: [[2, 3]], compute: (x) => x.pad([[1, 0], [2, 1]], 0.5) },
  { name: "reshape", shapes: [[2, 6]], compute: (x) => x.reshape([3, -1]) },
  { name: "transpose", shapes: [[2, 3, 4]], compute: (x) => x.transpose([2, 0, 1]) },
  { name: "tile", shapes: [[2, 3]], compute: (x) => x.tile([2, 3]) },
  { name: "broadcastTo", shapes: [[1, 3]], compute: (x) => x.broadcastTo([4, 3]) },
  { name: "reverse", shapes: [[2, 3]], compute: (x) => x.reverse(1) },
  { name: "expandDims and squeeze", shapes: [[2, 1, 3]], compute: (x) => x.expandDims(0).squeeze([2]) },
  { name: "gather rows", shapes: [[4, 3]], compute: (x) => tf.gather(x, indices()) },
  { name: "gather columns", shapes: [[4, 3]], compute: (x) => tf.gather(x, indices(), 1) },
  { name: "gather by argMax", shapes: [[4, 3]], compute: (x) => tf.gather(x, x.argMax(0)) },
  { name: "where", shapes: [[3, 4], [3, 4]], compute: (a, b) => tf.where(a.greater(0), a.square(), b) },
  {
    name: "mask by comparisons",
    shapes: [[3, 4]],
    compute: (x) => x.mul(x.less(1).cast("float32")).mul(x.greaterEqual(-1).cast("float32")),
  },
  { name: "step", shapes: [[3, 4]], compute: (x) => x.mul(tf.step(x)) },
  {
    name: "zerosLike and onesLike",
    shapes: [[3, 4]],
    compute: (x) => x.mul(tf.onesLike(x)).add(tf.zerosLike(x)),
  },
  {
    name: "layer normalisation",
    shapes: [[3, 8], [8], [8]],
    compute: (x, scale, offset) => {
      const { mean, variance } = tf.moments(x, -1, true);
      return x.sub(mean).div(variance.add(1e-3).sqrt()).mul(scale).add(offset);
    },
  },
  {
    name: "attention",
    shapes: [[2, 4, 3], [2, 4, 3], [2, 4, 3]],
    compute: (q, k, v) => tf.matMul(tf.softmax(tf.matMul(q, k, false, true)), v),
  },
  {
    name: "LSTM gates",
    shapes: [[2, 12], [2, 3]],
    compute: (gates, cell) => {
      const [i, j, f, o] = tf.split(gates, 4, 1);
      return cell.mul(f.sigmoid()).add(i.sigmoid().mul(j.tanh())).tanh().mul(o.sigmoid());
    },
  },
  {
    name: "argMax",
    shapes: [[3, 4]],
    differentiable: false,
    compute: (x) => tf.argMax(x, -1),
  },
  {
    name: "oneHot",
    shapes: [[3, 4]],
    differentiable: false,
    compute: (x) => tf.oneHot(x.argMax(-1).as1D(), 4),
  },
  {
    name: "round, floor and sign",
    shapes: [[3, 4]],
    differentiable: false,
    compute: (x) => x.round().add(x.floor()).add(x.sign()),
  },
  {
    name: "cast to int32 and back",
    shapes: [[3, 4]],
    differentiable: false,
    compute: (x) => x.cast("int32").cast("float32"),
  },
  {
    name: "comparisons",
    shapes: [[3, 4], [3, 4]],
    differentiable: false,
    compute: (a, b) => tf.stack([a.greater(b), a.less(b), a.equal(b), a.notEqual(b), a.lessEqual(b)]),
  },
  {
    name: "logical operators and any, all",
    shapes: [[3, 4]],
    differentiable: false,
    compute: (x) =>
      tf.stack([
        x.greater(0).logicalAnd(x.less(1)).any(0),
        x.greater(0).logicalOr(x.less(-1)).all(0),
        x.greater(0).logicalNot().any(0),
      ]),
  },
  {
    name: "range and linspace",
    shapes: [[4]],
    differentiable: false,
    compute: (x) => x.mul(tf.range(0, 4)).add(tf.linspace(0, 1, 4)),
  },
  {
    name: "resizeBilinear",
    shapes: [[1, 3, 3, 2]],
    compute: (x) => tf.image.resizeBilinear(image(x), [6, 6]),
  },
  {
    name: "resizeNearestNeighbor",
    shapes: [[1, 3, 3, 2]],
    compute: (x) => tf.image.resizeNearestNeighbor(image(x), [6, 6]),
  },
  { name: "norm", shapes: [[3, 4]], compute: (x) => matrix(x).square().sum(1, true).add(1e-8).sqrt() },
];

function sumProducts(parts: tf.Tensor[]): tf.Tensor {
  return tf.concat(parts.map((part) => part.mul(part.sum())), 1);
}

/** The inputs of a case, the same on every backend; at least 0.05 away from the kinks at whole numbers. */
export function caseInputs({ name, shapes, range: [low, high] = [-2, 2] }: OpCase): tf.Tensor[] {
  const random = new RandomStream(1).fork(name);
  return shapes.map((shape) => {
    const size = shape.reduce((product, length) => product * length, 1);
    const values = Float32Array.from({ length: size }, () => {
      const value = random.uniform(low, high);
      return Math.abs(value - Math.round(value)) < 0.05 ? value + 0.11 : value;
    });
    return tf.tensor(values, shape);
  });
}

/** A scalar that every element of the result enters with its own weight, so that its gradient tests all of them. */
export function weightedSum(result: tf.Tensor): tf.Scalar {
  const weights = Float32Array.from({ length: result.size }, (_, i) => Math.sin(1 + 3 * i));
  return result.mul(tf.tensor(weights, result.shape)).sum();
}

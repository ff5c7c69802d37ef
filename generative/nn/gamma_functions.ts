import * as tf from "@tensorflow/tfjs";

/** Steps up by `f(x + 1) = f(x) + ...` before the series, which needs large arguments. */
const SHIFT = 6;

/**
 * The logarithm of the gamma function, elementwise, with a gradient: Stirling's series at `x + 6`, and the recurrence
 * back. Errors are float32's for x from 0.01 to 10,000. No backend needs a kernel for it.
 *
 * @param x Above 0.
 */
export function logGamma(x: tf.Tensor): tf.Tensor {
  const z = x.add(SHIFT);
  const inverse = z.reciprocal(), square = inverse.square();
  // 1 / (12 z) - 1 / (360 z^3) + 1 / (1260 z^5)
  const series = square.mul(1 / 1260).sub(1 / 360).mul(square).add(1 / 12).mul(inverse);
  const stirling = z.sub(0.5).mul(z.log()).sub(z).add(0.5 * Math.log(2 * Math.PI)).add(series);
  return stirling.sub(below(x).reduce((product, factor) => product.mul(factor)).log());
}

/**
 * The digamma function, the derivative of {@link logGamma}, elementwise, with a gradient: its asymptotic series at
 * `x + 6`, and the recurrence back.
 *
 * @param x Above 0.
 */
export function digamma(x: tf.Tensor): tf.Tensor {
  const z = x.add(SHIFT);
  const inverse = z.reciprocal(), square = inverse.square();
  // ln z - 1 / (2 z) - 1 / (12 z^2) + 1 / (120 z^4) - 1 / (252 z^6)
  const series = square.mul(-1 / 252).add(1 / 120).mul(square).sub(1 / 12).mul(square);
  return z.log().sub(inverse.mul(0.5)).add(series).sub(
    tf.addN(below(x).map((factor) => factor.reciprocal())),
  );
}

/** x, x + 1, ... x + 5. */
function below(x: tf.Tensor): tf.Tensor[] {
  return Array.from({ length: SHIFT }, (_, i) => x.add(i));
}

import * as tf from "@tensorflow/tfjs";

/** The largest byte. */
const TOP = 255;
/** Keeps scales above 0.1 of a shade. */
const SMALLEST_SCALE = Math.exp(-7);

/** A mixture of K logistic distributions over the shades -1 .. 1 of each pixel, `[.., K]` each. */
export interface LogisticMixture {
  /** Unnormalised log weights. */
  logits: tf.Tensor;
  /** Means. */
  locations: tf.Tensor;
  /** Scales, above 0. */
  scales: tf.Tensor;
}

/** Reads a mixture off the outputs of a network, `[.., 3 K]`. */
export function readLogisticMixture(outputs: tf.Tensor): LogisticMixture {
  const [logits, locations, scales] = outputs.split(3, -1);
  return { logits, locations, scales: scales.softplus().add(SMALLEST_SCALE) };
}

/**
 * The log probability of bytes under a discretised mixture of logistics (Salimans et al., 2017, "PixelCNN++", section
 * 2.1): each byte has what the mixture gives to the interval of half a shade around it; 0 and 255 have all that lies beyond as
 * well, so that the probabilities of the 256 bytes sum to 1.
 *
 * For an interval `(a, b)` in units of the scale, `sigmoid(b) - sigmoid(a) = sigmoid(b) sigmoid(-a) (1 - exp(a - b))`: exact
 * in logarithms however far out the interval lies, where the paper's difference needs an approximation.
 *
 * @param bytes `[..]`, 0 .. 255.
 * @returns `[..]`.
 */
export function logisticMixtureLogProbability(
  bytes: tf.Tensor,
  { logits, locations, scales }: LogisticMixture,
): tf.Tensor {
  const value = bytes.toFloat().expandDims(-1);
  const inverse = tf.div(2 / TOP, scales); // one shade in units of the scale
  const middle = value.sub(locations.add(1).mul(TOP / 2)).mul(inverse);
  const half = inverse.mul(0.5);
  const aboveLowest = value.greater(0).toFloat();
  const belowHighest = value.less(TOP).toFloat();
  const belowUpper = middle.add(half).neg().softplus().neg(); // log sigmoid(b)
  const aboveLower = middle.sub(half).softplus().neg(); // log sigmoid(-a)
  const width = inverse.neg().expm1().neg().log(); // log(1 - exp(a - b))
  const component = belowUpper.mul(belowHighest)
    .add(aboveLower.mul(aboveLowest))
    .add(width.mul(aboveLowest.mul(belowHighest)));
  return component.add(logits.logSoftmax()).logSumExp(-1);
}

/**
 * Draws bytes.
 *
 * @param noise `[.., K + 1]`, uniform in 0 .. 1: which component, and where in it.
 * @param temperature Of the choice and of the scales; 0 draws the mean of the likeliest component.
 * @returns `[.., 1]`, whole numbers, 0 .. 255.
 */
export function drawFromLogisticMixture(
  { logits, locations, scales }: LogisticMixture,
  noise: tf.Tensor,
  temperature: tf.Tensor,
): tf.Tensor {
  const components = logits.shape[logits.rank - 1] as number;
  const [forChoice, forPlace] = noise.clipByValue(1e-7, 1 - 1e-7).split([components, 1], -1);
  const gumbel = forChoice.log().neg().log().neg();
  const chosen = tf.oneHot(logits.add(gumbel.mul(temperature)).argMax(-1), components).toFloat();
  const of = (parameter: tf.Tensor) => parameter.mul(chosen).sum(-1, true);
  const logistic = forPlace.log().sub(tf.sub(1, forPlace).log());
  const shade = of(locations).add(of(scales).mul(logistic).mul(temperature));
  return shade.add(1).mul(TOP / 2).round().clipByValue(0, TOP);
}

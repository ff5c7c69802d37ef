import * as tf from "@tensorflow/tfjs";
import { MaskedConv2d } from "../nn/masked_conv2d.ts";
import { collectParameters, type Module, type ParameterSpecs } from "../nn/parameters.ts";
import type { Evaluation } from "./evaluation.ts";

/** The stack that sees rows above, and the one that sees its own row as well. */
export type StackKind = "vertical" | "horizontal";

/** The options of a {@link GatedBlock}. */
export interface GatedBlockOptions {
  /** Which of the stacks it belongs to. */
  kind: StackKind;
  /** Features of each place. */
  filters: number;
  /** Features of each place that are taken in from elsewhere; 0 for none. */
  extra: number;
}

/**
 * A gated residual block of PixelCNN++ (van den Oord et al., 2016, "Conditional Image Generation with PixelCNN
 * Decoders", figure 2, with the changes of Salimans et al., 2017): two masked convolutions, the other stack or a skip
 * connection added in between, and a gate.
 */
export class GatedBlock implements Module {
  /** The parameters by full name. */
  readonly parameters: ParameterSpecs;
  readonly #first: MaskedConv2d;
  readonly #extra?: MaskedConv2d;
  readonly #second: MaskedConv2d;

  /** Declares the layers under a name. */
  constructor(readonly name: string, { kind, filters, extra }: GatedBlockOptions) {
    const mask = { rows: 2, columns: kind === "vertical" ? 3 : 2 };
    const look = { inputChannels: 2 * filters, kernelSize: [3, 3], mask, weightNorm: true } as const;
    this.#first = new MaskedConv2d(`${name}/first`, { ...look, filters });
    if (extra > 0) {
      const mix = {
        inputChannels: 2 * extra,
        filters,
        kernelSize: [1, 1],
        mask: "B",
        weightNorm: true,
      } as const;
      this.#extra = new MaskedConv2d(`${name}/extra`, mix);
    }
    this.#second = new MaskedConv2d(`${name}/second`, { ...look, filters: 2 * filters });
    this.parameters = collectParameters(this.#first, ...this.#extra ? [this.#extra] : [], this.#second);
  }

  /** Features to features; `extra` are those from elsewhere. */
  apply<F>(
    features: F,
    evaluation: Evaluation<F>,
    { extra, dropOut = (x) => x }: { extra?: F; dropOut?: (x: tf.Tensor) => tf.Tensor },
  ): F {
    let x = evaluation.convolve(this.#first, evaluation.map(concatElu, features));
    if (this.#extra && extra !== undefined) {
      const mixed = evaluation.convolve(this.#extra, evaluation.map(concatElu, extra));
      x = evaluation.map((x, mixed) => x.add(mixed), x, mixed);
    }
    const y = evaluation.convolve(this.#second, evaluation.map((x) => dropOut(concatElu(x)), x));
    return evaluation.map((features, y) => features.add(gate(y)), features, y);
  }
}

/** ELU of `x` and of `-x`: `[.., C]` to `[.., 2 C]`. */
export function concatElu(x: tf.Tensor): tf.Tensor {
  return tf.concat([x, x.neg()], -1).elu();
}

/** `a sigmoid(b)` of the first and the second half. */
function gate(x: tf.Tensor): tf.Tensor {
  const [value, openness] = x.split(2, -1);
  return value.mul(openness.sigmoid());
}

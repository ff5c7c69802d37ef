import * as tf from "@tensorflow/tfjs";
import { collectParameters, MLP, type Module, type NamedTensors, type ParameterSpecs } from "../nn/mod.ts";
import type { Normalised, PointFlow } from "./flow.ts";

/** The sizes of a {@link RealNVP}. */
export interface RealNVPOptions {
  /** Affine couplings, one after the other. */
  couplings: number;
  /** Units in each hidden layer of their networks. */
  units: number;
  /** Hidden layers of each network. */
  layers: number;
}

/**
 * RealNVP in the plane (Dinh, Sohl-Dickstein and Bengio, 2016): couplings, each of which moves one coordinate by what
 * the other one says.
 */
export class RealNVP implements PointFlow {
  /** The parameters by full name. */
  readonly parameters: ParameterSpecs;
  /** From latents to data; the first keeps y, the second x, and so on. */
  readonly couplings: readonly AffineCoupling[];

  /** Declares the couplings; their parameters are made by `initialiseParameters`. */
  constructor({ couplings, ...network }: RealNVPOptions) {
    this.couplings = Array.from(
      { length: couplings },
      (_, i) => new AffineCoupling(`coupling${i + 1}`, { mask: i % 2 === 0 ? [0, 1] : [1, 0], ...network }),
    );
    this.parameters = collectParameters(...this.couplings);
  }

  /** See `Flow`. @param x `[B, 2]`. */
  normalise(parameters: NamedTensors, x: tf.Tensor): Normalised {
    let logDeterminant: tf.Tensor = tf.zeros([x.shape[0]]);
    for (const coupling of this.couplings.toReversed()) {
      const { latents, logDeterminant: stretch } = coupling.normalise(parameters, x);
      x = latents;
      logDeterminant = logDeterminant.add(stretch);
    }
    return { latents: x, logDeterminant };
  }

  /** See `Flow`. @param latents `[B, 2]`. */
  generate(parameters: NamedTensors, latents: tf.Tensor): tf.Tensor {
    return this.path(parameters, latents).at(-1)!;
  }

  /** The latents, and where they are after each coupling: `[B, 2]` each. */
  path(parameters: NamedTensors, latents: tf.Tensor): tf.Tensor[] {
    const places = [latents];
    for (const coupling of this.couplings) places.push(coupling.generate(parameters, places.at(-1)!));
    return places;
  }
}

/** How an {@link AffineCoupling} is built. */
export interface AffineCouplingOptions extends Omit<RealNVPOptions, "couplings"> {
  /** 1 for the coordinate that is kept and looked at, 0 for the one that is moved. */
  mask: readonly [x: number, y: number];
}

/**
 * An affine coupling: `x = z exp(s) + t` for one coordinate, where s and t are networks of the other one, which stays.
 * Its Jacobian is triangular, so that its log determinant is the sum of s. Parameters: `<name>/scale` and
 * `<name>/translation`, an `MLP` each.
 */
export class AffineCoupling implements Module {
  /** The parameters by full name. */
  readonly parameters: ParameterSpecs;
  readonly #scale: MLP;
  readonly #translation: MLP;

  /** Declares the parameters under a name; they are made by `initialiseParameters`. */
  constructor(readonly name: string, readonly options: AffineCouplingOptions) {
    const { units, layers } = options;
    const hidden = new Array(layers).fill(units);
    const network = { inputs: 2, hidden, outputs: 2, activation: "relu" } as const;
    this.#scale = new MLP(`${name}/scale`, network);
    this.#translation = new MLP(`${name}/translation`, network);
    this.parameters = collectParameters(this.#scale, this.#translation);
  }

  /** Towards the latents: `z = (x - t) exp(-s)`. @param x `[B, 2]`. */
  normalise(parameters: NamedTensors, x: tf.Tensor): Normalised {
    const { scale, translation } = this.#networks(parameters, x);
    return { latents: x.sub(translation).mul(scale.neg().exp()), logDeterminant: scale.sum(1).neg() };
  }

  /** Towards the data: `x = z exp(s) + t`. @param z `[B, 2]`. */
  generate(parameters: NamedTensors, z: tf.Tensor): tf.Tensor {
    const { scale, translation } = this.#networks(parameters, z);
    return z.mul(scale.exp()).add(translation);
  }

  /** s and t, `[B, 2]`: 0 for the coordinate that is kept, which alone decides over them. */
  #networks(parameters: NamedTensors, x: tf.Tensor): { scale: tf.Tensor; translation: tf.Tensor } {
    const mask = tf.tensor1d([...this.options.mask]);
    const [kept, moved] = [x.mul(mask), tf.sub(1, mask)];
    return {
      scale: this.#scale.apply(parameters, kept).tanh().mul(moved),
      translation: this.#translation.apply(parameters, kept).mul(moved),
    };
  }
}

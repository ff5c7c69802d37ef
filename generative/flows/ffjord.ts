import * as tf from "@tensorflow/tfjs";
import {
  collectParameters,
  initialisers,
  Linear,
  type Module,
  type NamedTensors,
  parameter,
  type ParameterSpecs,
} from "../nn/mod.ts";
import type { Normalised, PointFlow } from "./flow.ts";
import { rungeKutta } from "./runge_kutta.ts";

/** The sizes of an {@link FFJORD}. */
export interface FFJORDOptions {
  /** Units in each hidden layer of the velocity's network. */
  units: number;
  /** Hidden layers of that network. */
  layers: number;
  /** Steps of the solver from data to latents. */
  solverSteps: number;
}

/**
 * FFJORD in the plane (Grathwohl, Chen, Bettencourt, Sutskever and Duvenaud, 2018): points flow at a velocity
 * `dx/dt = v(x, t)` that a free network gives, from data at t = 0 to latents at t = 1. On the way the log density changes
 * by the divergence, `d log p / dt = -tr(dv/dx)`, which in the plane is computed exactly.
 */
export class FFJORD implements PointFlow {
  /** The parameters by full name. */
  readonly parameters: ParameterSpecs;
  /** The velocity. */
  readonly velocity: VelocityNetwork;

  /** Declares the network; its parameters are made by `initialiseParameters`. */
  constructor(readonly options: FFJORDOptions) {
    this.velocity = new VelocityNetwork("velocity", options);
    this.parameters = this.velocity.parameters;
  }

  /** See `Flow`. @param x `[B, 2]`. */
  normalise(parameters: NamedTensors, x: tf.Tensor): Normalised {
    const start = { x, logDeterminant: tf.zeros([x.shape[0]]) };
    const { x: latents, logDeterminant } = rungeKutta(
      ({ x }, time) => {
        const { velocity, divergence } = this.velocity.apply(parameters, x, time);
        return { x: velocity, logDeterminant: divergence };
      },
      start,
      { from: 0, to: 1, steps: this.options.solverSteps },
    );
    return { latents, logDeterminant };
  }

  /** See `Flow`. @param latents `[B, 2]`. */
  generate(parameters: NamedTensors, latents: tf.Tensor): tf.Tensor {
    return this.#backwards(parameters, latents, { from: 1, to: 0, steps: this.options.solverSteps });
  }

  /** The latents, and where they are after each step of the solver: `[B, 2]` each. */
  path(parameters: NamedTensors, latents: tf.Tensor): tf.Tensor[] {
    const places = [latents];
    const { solverSteps } = this.options;
    for (let i = solverSteps; i > 0; i--) {
      const span = { from: i / solverSteps, to: (i - 1) / solverSteps, steps: 1 };
      places.push(this.#backwards(parameters, places.at(-1)!, span));
    }
    return places;
  }

  #backwards(
    parameters: NamedTensors,
    x: tf.Tensor,
    span: { from: number; to: number; steps: number },
  ): tf.Tensor {
    return rungeKutta(
      ({ x }, time) => ({ x: this.velocity.apply(parameters, x, time).velocity }),
      { x },
      span,
    ).x;
  }
}

/** A velocity, and how it spreads points. */
export interface Velocity {
  /** dx/dt, `[B, 2]`. */
  velocity: tf.Tensor;
  /** tr(dv/dx), `[B]`. */
  divergence: tf.Tensor;
}

/**
 * The velocity of points in the plane: layers {@link ConcatSquash} with tanh between them. The derivatives by x and by y
 * go through the layers beside the points (forward mode), so that the exact divergence costs three passes. The last
 * layer starts at 0: at first nothing moves.
 */
export class VelocityNetwork implements Module {
  /** The parameters by full name. */
  readonly parameters: ParameterSpecs;
  readonly #layers: ConcatSquash[];

  /** Declares the parameters under a name; they are made by `initialiseParameters`. */
  constructor(name: string, { units, layers }: Pick<FFJORDOptions, "units" | "layers">) {
    const sizes = [2, ...new Array<number>(layers).fill(units), 2];
    this.#layers = sizes.slice(1).map((size, i) =>
      new ConcatSquash(`${name}/layer${i + 1}`, { inputs: sizes[i], units: size, silent: i === layers })
    );
    this.parameters = collectParameters(...this.#layers);
  }

  /** @param x `[B, 2]`. @param time A scalar. */
  apply(parameters: NamedTensors, x: tf.Tensor, time: tf.Tensor): Velocity {
    const count = x.shape[0];
    const directions = tf.tensor2d(directionsOf(count), [2 * count, 2]);
    let values = x;
    let tangents: tf.Tensor = directions; // the derivatives of all values by x, then by y
    for (const [i, layer] of this.#layers.entries()) {
      if (i > 0) {
        values = values.tanh();
        const slope = tf.sub(1, values.square());
        tangents = tangents.mul(tf.concat([slope, slope]));
      }
      ({ values, tangents } = layer.apply(parameters, { values, tangents }, time));
    }
    return { velocity: values, divergence: tangents.mul(directions).sum(1).reshape([2, count]).sum(0) };
  }
}

/** For each point the direction of x, then for each that of y, `[2 count, 2]`. */
function directionsOf(count: number): Float32Array {
  return Float32Array.from({ length: 4 * count }, (_, i) => Number(i % 2 === Math.floor(i / (2 * count))));
}

/** Values, and their derivatives by the two coordinates that the network started from. */
interface Differentiated {
  /** `[B, U]`. */
  values: tf.Tensor;
  /** `[2 B, U]`: by x, then by y. */
  tangents: tf.Tensor;
}

/**
 * A layer that knows the time: `(x W + b) sigmoid(g t + g0) + h t`, called "concatsquash" in the paper's code. Parameters:
 * `<name>/linear`, a `Linear`; `<name>/gate`, `<name>/gateBias` and `<name>/shift`, `[units]`.
 */
export class ConcatSquash implements Module {
  /** The parameters by full name. */
  readonly parameters: ParameterSpecs;
  readonly #linear: Linear;

  /** Declares the parameters under a name; they are made by `initialiseParameters`. */
  constructor(
    readonly name: string,
    { inputs, units, silent }: {
      /** Values that come in. */
      inputs: number;
      /** Values that go out. */
      units: number;
      /** Whether its kernel starts at 0. */
      silent: boolean;
    },
  ) {
    const kernelInitialiser = silent ? initialisers.zeros : initialisers.glorotUniform;
    this.#linear = new Linear(`${name}/linear`, { inputs, units, kernelInitialiser });
    const vectors = ["gate", "gateBias", "shift"].map((
      vector,
    ) => [`${name}/${vector}`, { shape: [units], initialiser: initialisers.zeros }]);
    this.parameters = { ...this.#linear.parameters, ...Object.fromEntries(vectors) };
  }

  /** Values and their derivatives at a time, a scalar. */
  apply(parameters: NamedTensors, { values, tangents }: Differentiated, time: tf.Tensor): Differentiated {
    const own = (vector: string) => parameter(parameters, `${this.name}/${vector}`);
    const gate = own("gate").mul(time).add(own("gateBias")).sigmoid();
    const kernel = parameter(parameters, `${this.name}/linear/kernel`) as tf.Tensor2D;
    return {
      values: this.#linear.apply(parameters, values).mul(gate).add(own("shift").mul(time)),
      tangents: (tangents as tf.Tensor2D).matMul(kernel).mul(gate),
    };
  }
}

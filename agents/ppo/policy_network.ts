import * as tf from "@tensorflow/tfjs";
import {
  collectParameters,
  gatherRows,
  initialisers,
  type Losses,
  MLP,
  type NamedTensors,
  type ParameterSpecs,
} from "../../generative/nn/mod.ts";
import type { Model } from "../../generative/train/mod.ts";
import type { ActionDistribution } from "../distributions/action_distribution.ts";
import { createMemory, type MemoryOptions } from "../memory/create_memory.ts";
import type { Memory } from "../memory/memory.ts";
import { Eyes } from "../perception/eyes.ts";
import { clippedObjective } from "./clipped_objective.ts";
import type { PPOConfig } from "./fields.ts";

/** Decisions to learn from, R of them, and which of them make a minibatch. */
export type Minibatch = {
  /** `[R, ...]`, as the network takes them. */
  observations: tf.Tensor;
  /** `[R, C]`. */
  choices: tf.Tensor;
  /** Of the choices, when they were made, `[R]`. */
  logProbability: tf.Tensor;
  /** `[R]`. */
  advantages: tf.Tensor;
  /** What the values are to be, `[R]`. */
  returns: tf.Tensor;
  /** 1 where an episode begins, or the round, which a memory begins with nothing, `[R]`. */
  firsts: tf.Tensor;
  /** int32 `[M]`, places among the R; of a policy with a memory the environments whose decisions are meant. */
  indices: tf.Tensor;
};

/** The options of a {@link PolicyNetwork}. */
export type PolicyNetworkOptions =
  & Pick<PPOConfig, "units" | "filters" | "features" | "clipRange" | "valueWeight" | "entropyWeight">
  & Pick<PPOConfig, "roundDecisions">
  & MemoryOptions
  & {
    /** The shape of an observation: pictures `[H, W, C]`, or anything else as one row of numbers. */
    shape: readonly number[];
    /** Of the actions. */
    distribution: ActionDistribution;
  };

/**
 * Policy and value, and the loss of PPO (Schulman et al. 2017, Proximal Policy Optimization Algorithms). On numbers they
 * are two networks with tanh, on pictures two layers on the same eyes; a memory that both share may stand in between. Kernels start orthogonal, the policy's last one
 * small, so that the first actions hardly depend on what is seen (Andrychowicz et al. 2021, What Matters In On-Policy
 * Reinforcement Learning?).
 */
export class PolicyNetwork implements Model<Minibatch> {
  /** The parameters of all parts. */
  readonly parameters: ParameterSpecs;
  readonly #eyes: Eyes | undefined;
  readonly #memory: Memory | undefined;
  readonly #policy: MLP;
  readonly #value: MLP;

  /** Declares the networks. */
  constructor(readonly options: PolicyNetworkOptions) {
    const { shape, distribution, units, filters, features } = options;
    const [height, width, channels] = shape;
    this.#eyes = shape.length === 3
      ? new Eyes({ shape: [height, width, channels], filters, features })
      : undefined;
    const seen = this.#eyes?.features ?? shape.reduce((product, length) => product * length, 1);
    this.#memory = createMemory(options, seen);
    const body = {
      inputs: this.#memory?.units ?? seen,
      hidden: this.#eyes ? [] : units,
      activation: "tanh" as const,
      hiddenInitialiser: initialisers.scaled(Math.SQRT2, initialisers.orthogonal),
    };
    this.#policy = new MLP("policy", {
      ...body,
      outputs: distribution.units,
      outputInitialiser: initialisers.scaled(0.01, initialisers.orthogonal),
    });
    this.#value = new MLP("value", { ...body, outputs: 1, outputInitialiser: initialisers.orthogonal });
    this.parameters = collectParameters(
      ...this.#eyes ? [this.#eyes] : [],
      ...this.#memory ? [this.#memory] : [],
      this.#policy,
      this.#value,
      distribution,
    );
  }

  /** Whether it remembers anything of an episode. */
  get remembers(): boolean {
    return this.#memory !== undefined;
  }

  /** What is kept when nothing was seen yet, for B rows; nothing where it has no memory. */
  emptyMemory(batch: number): NamedTensors {
    return this.#memory?.empty(batch) ?? {};
  }

  /**
   * What to do now.
   *
   * @param observations `[B, ...]`.
   * @param before What was kept.
   * @param firsts `[B]`, 1 where an episode begins.
   * @returns The distributions of the actions `[B, D]`, the returns that are expected `[B]`, and what is kept from now on.
   */
  decide(
    parameters: NamedTensors,
    observations: tf.Tensor,
    before: NamedTensors,
    firsts: tf.Tensor,
  ): { description: tf.Tensor; value: tf.Tensor; memory: NamedTensors } {
    const seen = this.#see(parameters, observations);
    const { output, memory } = this.#memory?.step(parameters, seen, before, firsts) ??
      { output: seen, memory: {} };
    return { ...this.#heads(parameters, output), memory };
  }

  /** Log probabilities of choices `[R, C]` and values, `[R]` each. */
  judge(
    parameters: NamedTensors,
    { observations, choices, firsts }: Pick<Minibatch, "observations" | "choices" | "firsts">,
  ): { logProbability: tf.Tensor; value: tf.Tensor } {
    const { description, value } = this.#both(parameters, observations, firsts);
    return { logProbability: this.options.distribution.logProbability(description, choices), value };
  }

  /**
   * The clipped objective, the squared error of the values and the entropy.
   *
   * @returns Beside `loss`: `valueLoss`, `entropy`, and what {@link clippedObjective} gives.
   */
  loss(parameters: NamedTensors, batch: Minibatch): Losses {
    const { distribution, clipRange, valueWeight, entropyWeight } = this.options;
    const rows = this.#rows(batch);
    const of = (tensor: tf.Tensor) => gatherRows(tensor, rows);
    const { description, value } = this.#both(parameters, of(batch.observations), of(batch.firsts));
    const { policyLoss, divergence, clipped } = clippedObjective({
      logProbability: distribution.logProbability(description, of(batch.choices)),
      before: of(batch.logProbability),
      advantages: of(batch.advantages),
      clipRange,
    });
    const valueLoss = value.sub(of(batch.returns)).square().mean().mul(0.5);
    const entropy = distribution.entropy(description).mean();
    return {
      loss: policyLoss.add(valueLoss.mul(valueWeight)).sub(entropy.mul(entropyWeight)),
      policyLoss,
      valueLoss,
      entropy,
      divergence,
      clipped,
    };
  }

  /** The places of a minibatch's decisions among the R, those of whole environments in order of time. */
  #rows({ indices, choices }: Minibatch): tf.Tensor1D {
    if (!this.#memory) return indices as tf.Tensor1D;
    const { roundDecisions } = this.options;
    const begins = tf.range(0, choices.shape[0], choices.shape[0] / roundDecisions, "int32");
    return begins.expandDims(1).add(indices).reshape([-1]);
  }

  /** @param observations Of whole rounds or environments where there is a memory, `[T B, ...]`, as the firsts. */
  #both(
    parameters: NamedTensors,
    observations: tf.Tensor,
    firsts: tf.Tensor,
  ): { description: tf.Tensor; value: tf.Tensor } {
    const seen = this.#see(parameters, observations);
    if (!this.#memory) return this.#heads(parameters, seen);
    const [rows, size] = seen.shape as [number, number];
    const { roundDecisions: time } = this.options;
    const inOrder = (tensor: tf.Tensor, ...rest: number[]) => tensor.reshape([time, rows / time, ...rest]);
    const outputs = this.#memory.sequence(parameters, inOrder(seen, size), inOrder(firsts));
    return this.#heads(parameters, outputs.reshape([rows, this.#memory.units]));
  }

  #heads(parameters: NamedTensors, seen: tf.Tensor): { description: tf.Tensor; value: tf.Tensor } {
    return {
      description: this.options.distribution.describe(parameters, this.#policy.apply(parameters, seen)),
      value: this.#value.apply(parameters, seen).squeeze([1]),
    };
  }

  #see(parameters: NamedTensors, observations: tf.Tensor): tf.Tensor {
    return this.#eyes ? this.#eyes.apply(parameters, observations) : observations;
  }
}

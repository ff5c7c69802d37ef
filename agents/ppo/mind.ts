import type { NamedTensors } from "../../generative/nn/mod.ts";
import type { NamedArray } from "../../generative/train/safetensors.ts";
import { checkShapes, toTensors } from "../../generative/train/tensor_arrays.ts";
import { OBSERVATIONS_GROUP, POLICY_GROUP } from "../checkpoint_groups.ts";
import { distributionFor } from "../distributions/distribution_for.ts";
import type { AgentSpaces } from "../learner_kind.ts";
import { Perception } from "../perception/perception.ts";
import type { PPOConfig } from "./fields.ts";
import { PolicyNetwork } from "./policy_network.ts";

/** A network, and how it sees: what decides, whether it goes on learning or not. */
export class Mind {
  /** Policy and value. */
  readonly network: PolicyNetwork;
  /** How it sees. */
  readonly perception: Perception;
  /** The network's parameters by now; whoever sets them frees them. */
  parameters: NamedTensors = {};

  /**
   * A mind without parameters.
   *
   * @throws TypeError for actions that it cannot take.
   */
  constructor(config: PPOConfig, readonly spaces: AgentSpaces) {
    this.perception = new Perception(spaces.observations, { normalise: config.normaliseObservations });
    this.network = new PolicyNetwork({
      ...config,
      shape: this.perception.shape,
      distribution: distributionFor(spaces.actions, config),
    });
  }

  /**
   * Takes what a checkpoint holds, to act by it alone.
   *
   * @throws TypeError naming the first parameter that is missing or of another shape.
   */
  restore(arrays: Record<string, Record<string, NamedArray>>): void {
    const saved = arrays[POLICY_GROUP] ?? {};
    checkShapes(saved, this.network.parameters, { what: POLICY_GROUP });
    this.perception.restore(arrays[OBSERVATIONS_GROUP]);
    this.parameters = toTensors(saved);
  }
}

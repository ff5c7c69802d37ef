import type { Observation } from "../../envs/env.ts";
import { disposeTensors, type Module, type NamedTensors } from "../../generative/nn/mod.ts";
import { checkShapes, toTensors } from "../../generative/train/tensor_arrays.ts";
import type { Agent } from "../agent.ts";
import { POLICY_GROUP } from "../checkpoint_groups.ts";
import type { LoadedLearner } from "../learner_kind.ts";

/**
 * An agent with the parameters that a checkpoint holds, which its `close` frees.
 *
 * @param agentOf Makes it.
 * @throws TypeError naming the first parameter that is missing or of another shape.
 */
export function loadPolicy(
  network: Module,
  arrays: LoadedLearner["arrays"],
  agentOf: (parameters: () => NamedTensors) => Agent<Observation>,
): Agent<Observation> {
  const saved = arrays[POLICY_GROUP] ?? {};
  checkShapes(saved, network.parameters, { what: POLICY_GROUP });
  const parameters = toTensors(saved);
  const agent = agentOf(() => parameters);
  return {
    actionSize: agent.actionSize,
    reset: (count, indices) => agent.reset(count, indices),
    act: (seen) => agent.act(seen),
    close() {
      agent.close?.();
      disposeTensors(parameters);
    },
  };
}

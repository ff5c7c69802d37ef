import type { NamedTensors } from "../../generative/nn/parameters.ts";
import type { Baseline, TrainableWorldModel } from "../trainable_world_model.ts";
import type { WorldState } from "../world_model.ts";

/**
 * The same dream for a policy that sees one tensor of its states, and nothing else.
 *
 * @param name What it is called in reports.
 * @param trained The model that dreams.
 * @param part The tensor's name, such as `latents`, and its size F: `[B, F]`.
 */
export function baselineSeeing(
  name: string,
  trained: TrainableWorldModel,
  part: { name: string; size: number },
): Baseline {
  const shown = {
    featureSize: part.size,
    features: (_: NamedTensors, state: WorldState) => state[part.name],
  };
  const model = new Proxy(trained, {
    get(target, key) {
      if (key in shown) return shown[key as keyof typeof shown];
      const value = Reflect.get(target, key);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
  return { name, model, initialise: () => ({}) };
}

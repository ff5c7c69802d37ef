import * as tf from "@tensorflow/tfjs";
import type { ActorCritic, DreamUpdate } from "../../../agents/mod.ts";
import { RandomStream } from "../../../core/mod.ts";
import { train, type TrainState } from "../../../generative/train/mod.ts";
import { toyStart, type ToyWorld } from "./toy_world.ts";

/**
 * Some updates in a toy world; the loop is the one that every model is trained with.
 *
 * @param update Disposed of here.
 * @returns The state, the caller's, and the losses of every update.
 */
export async function learnInToyWorld(
  update: DreamUpdate,
  { agent, toy, steps, dreams }: { agent: ActorCritic; toy: ToyWorld; steps: number; dreams: number },
): Promise<{ state: TrainState; losses: Record<string, number>[] }> {
  const world = toy.values();
  const parameters = agent.initialise(new RandomStream(1));
  const losses: Record<string, number>[] = [];
  const state = await train({
    name: "controller",
    state: update.init(parameters),
    step: update.bind(world),
    batch: () => ({ start: toyStart(dreams, toy.size) }),
    steps,
    logEvery: 1,
    random: new RandomStream(7),
    onEvent: (event) => event.type === "progress" && losses.push(event.losses),
  });
  tf.dispose([world, parameters]);
  update.dispose();
  return { state, losses };
}

// deno-lint-ignore-file no-console -- a benchmark prints
import * as tf from "@tensorflow/tfjs";
import { ControllerAgent } from "../agents/controller_agent.ts";
import { assembleNetworks } from "../agents/train_world_model/assemble_networks.ts";
import { worldModelPresets } from "../agents/train_world_model/config.ts";
import { RandomStream } from "../core/mod.ts";
import { initialiseParameters } from "../generative/nn/mod.ts";
import { frameLength, WORLD_KINDS } from "../worlds/mod.ts";

/** Episodes that are followed side by side. */
const FOLLOWED = 64;

/** What a decision awake takes with each kind of world model: frames in, its state and actions out. */
export async function measureAwake(): Promise<void> {
  console.log(`\nAwake, ${FOLLOWED} episodes side by side`);
  console.log("world model | milliseconds a decision, the best of 20");
  for (const kind of WORLD_KINDS) {
    const { worldModel, policy } = assembleNetworks(worldModelPresets(kind).default);
    const random = new RandomStream(1);
    const world = initialiseParameters(worldModel.parameters, random);
    const weights = initialiseParameters(policy.parameters, random);
    const agent = new ControllerAgent(worldModel, policy, world, weights, { random });
    agent.reset(FOLLOWED);
    const seen = {
      observations: new Uint8Array(FOLLOWED * frameLength(worldModel)),
      rewards: new Float32Array(FOLLOWED),
    };
    await agent.act(seen); // compiles
    let best = Infinity;
    for (let i = 0; i < 20; i++) {
      const start = performance.now();
      await agent.act(seen);
      best = Math.min(best, performance.now() - start);
    }
    console.log(`${kind.name} | ${best.toFixed(1)}`);
    agent.close();
    tf.dispose([world, weights]);
  }
}

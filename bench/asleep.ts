// deno-lint-ignore-file no-console -- a benchmark prints
import * as tf from "@tensorflow/tfjs";
import { assembleNetworks } from "../agents/train_world_model/assemble_networks.ts";
import { worldModelPresets } from "../agents/train_world_model/config.ts";
import { RandomStream } from "../core/mod.ts";
import { spaceSize } from "../envs/mod.ts";
import { initialiseParameters } from "../generative/nn/mod.ts";
import { DreamVectorEnv, WORLD_KINDS } from "../worlds/mod.ts";

/** Dreams side by side where many are dreamt. */
const MANY = 64;

/** What a dreamt decision takes with each kind of world model: one dream with its picture, as it is driven in, and many. */
export async function measureAsleep(): Promise<void> {
  console.log(`\nAsleep: steps a second, the best of 10`);
  console.log(`world model | 1 dream with its picture | ${MANY} dreams without pictures`);
  for (const kind of WORLD_KINDS) {
    const { worldModel } = assembleNetworks(worldModelPresets(kind).default);
    const parameters = initialiseParameters(worldModel.parameters, new RandomStream(1));
    const dream = async (count: number, pictures: boolean) => {
      const env = new DreamVectorEnv(count, {
        worldModel,
        parameters,
        starts: { draw: () => ({}) },
        maxSteps: 1e9,
      });
      const seeds = Array.from({ length: count }, (_, i) => i);
      const actions = new Float32Array(count * spaceSize(worldModel.actions));
      const step = () => pictures ? env.step(actions) : env.advance(actions);
      let best = Infinity;
      for (let i = 0; i < 11; i++) { // the first compiles
        env.begin({ seeds }); // no dream rests
        const start = performance.now();
        await step();
        if (i > 0) best = Math.min(best, performance.now() - start);
      }
      await env.close();
      return Math.round(count * 1000 / best);
    };
    console.log(`${kind.name} | ${await dream(1, true)} | ${await dream(MANY, false)}`);
    tf.dispose(parameters);
  }
}

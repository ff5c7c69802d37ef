import { ControllerAgent } from "../../agents/controller_agent.ts";
import { RandomStream } from "../../core/random_stream.ts";
import { agentView } from "../../envs/agent_view.ts";
import { make } from "../../envs/registry.ts";
import { FrameSkip } from "../../envs/wrappers/frame_skip.ts";
import { RecordInMemory } from "../../envs/wrappers/recorded_env.ts";
import type { WorldParts } from "./world_parts.ts";

/** Decisions between pauses: about 50 ms on WASM. */
const BLOCK = 8;

/**
 * Lets the controller drive a real episode by means, as in the run's own test.
 *
 * @returns The recording.
 * @throws RangeError for a seed that is none.
 */
export async function driveEpisode(parts: WorldParts, { seed }: { seed: number }): Promise<Uint8Array> {
  const { config, name, networks: { worldModel, policy }, world, weights, toActions, pause } = parts;
  const recorded = new RecordInMemory(make(config.environment), {
    metadata: { driver: "controller", run: name },
  });
  const env = agentView(new FrameSkip(recorded, config.frameSkip));
  const agent = new ControllerAgent(worldModel, policy, world, weights, {
    random: new RandomStream(config.seed).fork("drive"),
  });
  try {
    let { observation } = env.reset({ seed });
    agent.reset(1);
    let reward = 0;
    for (let decision = 1, over = false; !over; decision++) {
      const step = env.step(toActions(await agent.act({ observations: observation, rewards: [reward] })));
      ({ observation, reward } = step);
      over = step.terminated || step.truncated;
      if (decision % BLOCK === 0) await pause();
    }
    return recorded.bytes();
  } finally {
    agent.close();
    env.close();
  }
}

import type { RandomStream } from "../../core/random_stream.ts";
import type { VectorEnv } from "../../envs/env.ts";
import type { Cost } from "../../envs/env_spec.ts";
import { spaceSize } from "../../envs/spaces.ts";
import type { Agent } from "../agent.ts";
import type { Rollout } from "../../worlds/mod.ts";

/** What {@link collectRollout} needs to know beyond environments and agent. */
export interface CollectOptions {
  /** How many decisions each environment makes. */
  decisions: number;
  /** Episodes are cut after a number of decisions drawn from `[shortest, longest)`. */
  episodeLength: [shortest: number, longest: number];
  /** Seeds of episodes are drawn from `[from, to)`. */
  seedRange: [from: number, to: number];
  /** What is to be avoided, see `EnvSpec.cost`. @default nothing */
  cost?: Cost;
  /** Source of seeds and lengths. */
  random: RandomStream;
  /** Told after each decision of all environments. */
  onDecision?: (decision: number) => void;
}

/**
 * Drives N environments for a number of decisions, restarting each as its episodes end or are cut.
 *
 * @param env Takes the agent's actions as they are.
 */
export async function collectRollout(
  { env, agent }: { env: VectorEnv; agent: Agent },
  options: CollectOptions,
): Promise<Rollout> {
  const { decisions, random, episodeLength, seedRange, cost } = options;
  const { actionSize } = agent;
  const streams = env.count, frameSize = spaceSize(env.observationSpace);
  const rollout = emptyRollout(streams, decisions, actionSize, frameSize);
  const remaining = new Int32Array(streams), seeds = new Int32Array(streams);
  const begin = (n: number) => {
    remaining[n] = random.integer(...episodeLength);
    seeds[n] = random.integer(...seedRange);
  };

  let fresh = Array.from({ length: streams }, (_, n) => n);
  fresh.forEach(begin);
  agent.reset(streams);
  const rewards = new Float64Array(streams);
  let { observations } = await env.reset({ seeds });
  for (let t = 0; t < decisions; t++) {
    const row = t * streams;
    rollout.frames!.set(observations, row * frameSize);
    rollout.seeds.set(seeds, row);
    for (const n of fresh) rollout.resets[row + n] = 1;

    const actions = await agent.act({ observations, rewards });
    rollout.actions.set(actions, row * actionSize);
    const step = await env.step(actions);
    observations = step.observations;
    rewards.set(step.rewards);
    rollout.rewards.set(rewards, row);
    fresh = [];
    for (let n = 0; n < streams; n++) {
      rollout.dones[row + n] = step.terminated[n];
      if (cost) rollout.costs[row + n] = cost.of(step.infos[n]);
      if (step.terminated[n] || step.truncated[n] || --remaining[n] <= 0) fresh.push(n);
    }
    if (fresh.length > 0 && t + 1 < decisions) {
      fresh.forEach(begin);
      agent.reset(streams, fresh);
      for (const n of fresh) rewards[n] = 0;
      ({ observations } = await env.reset({ seeds: fresh.map((n) => seeds[n]), indices: fresh }));
    }
    options.onDecision?.(t + 1);
  }
  return rollout;
}

function emptyRollout(streams: number, decisions: number, actionSize: number, frameSize: number): Rollout {
  const places = streams * decisions;
  return {
    streams,
    decisions,
    actionSize,
    actions: new Float32Array(places * actionSize),
    rewards: new Float32Array(places),
    dones: new Float32Array(places),
    resets: new Float32Array(places),
    seeds: new Int32Array(places),
    costs: new Float32Array(places),
    frames: new Uint8Array(places * frameSize),
  };
}

/**
 * Draws the frames of a rollout again, by driving the same episodes with the same actions.
 *
 * @param env As many environments as the rollout has streams, of the kind that it was collected in.
 * @returns `[T, N, H, W, C]`, equal to what was seen when the rollout was collected.
 */
export async function redrawFrames(env: VectorEnv, rollout: Rollout): Promise<Uint8Array> {
  const { streams, decisions, actionSize, actions, resets, seeds } = rollout;
  const frameSize = env.observationSpace.shape.reduce((product, size) => product * size, 1);
  const frames = new Uint8Array(streams * decisions * frameSize);
  let observations: Uint8Array = frames;
  for (let t = 0; t < decisions; t++) {
    const row = t * streams;
    const fresh = Array.from({ length: streams }, (_, n) => n).filter((n) => resets[row + n] === 1);
    if (fresh.length > 0) {
      observations = (await env.reset({
        seeds: fresh.map((n) => seeds[row + n]),
        indices: fresh,
      })).observations;
    }
    frames.set(observations, row * frameSize);
    const action = actions.slice(row * actionSize, (row + streams) * actionSize);
    observations = (await env.step(action)).observations;
  }
  return frames;
}

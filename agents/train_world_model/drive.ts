import * as tf from "@tensorflow/tfjs";
import type { NamedTensors } from "../../generative/nn/mod.ts";
import { ControllerAgent } from "../controller_agent.ts";
import { createDreamRollout } from "../dream_rollout.ts";
import { evaluate, type Evaluation, meanAndDeviation } from "../evaluate.ts";
import type { Policy } from "../policy.ts";
import { assembleEnvironments } from "./assemble_environments.ts";
import { firstFrameStarts } from "./dream_starts.ts";
import type { RoundReport } from "./events.ts";
import type { Stage } from "./plan.ts";
import { ASSESS_SEED } from "./seeds.ts";
import type { Session } from "./session.ts";

/** Real episodes that are driven side by side. */
export const SIDE_BY_SIDE = 32;

/** Whole dreamed episodes that a return in the dream is the mean of. */
const DREAMS = 128;

/** Drives real tracks with means of latents and actions; nothing is drawn at random. */
export async function driveReality(
  session: Session,
  { policy, parameters, world, seeds, name, gasLimit }: {
    policy: Policy;
    parameters: NamedTensors;
    world: NamedTensors;
    seeds: number[];
    name: string;
    gasLimit?: number;
  },
): Promise<Evaluation> {
  const agent = new ControllerAgent(session.networks.worldModel, policy, world, parameters, {
    random: session.random.fork("drive"),
  });
  const env = assembleEnvironments(session.config, { count: Math.min(SIDE_BY_SIDE, seeds.length), gasLimit });
  try {
    return await evaluate(agent, env, {
      seeds,
      onEpisode: (_, done) => session.emit({ type: "work", name, done, of: seeds.length }),
    });
  } finally {
    agent.close();
    await env.close();
  }
}

/** Mean and standard deviation of the returns of whole dreamed episodes. */
export async function driveDream(
  session: Session,
  { policy, parameters, world }: { policy: Policy; parameters: NamedTensors; world: NamedTensors },
): Promise<{ mean: number; deviation: number }> {
  const { config, networks } = session;
  const rollout = createDreamRollout(
    networks.worldModel,
    (weights, input, seed) => policy.act(weights, input, seed),
    { decisions: config.dreamDecisions, temperature: config.temperature },
  );
  const random = session.random.fork("dream").fork(session.progress.stage);
  const sizes = { count: DREAMS, units: config.memoryUnits };
  const start = firstFrameStarts(session.replay, sizes, random.fork("starts"));
  const { returns } = await rollout.run(world, parameters, start, random.fork("luck"));
  tf.dispose(start);
  rollout.dispose();
  return meanAndDeviation([...returns]);
}

/** Consecutive seeds. */
export function seedRange(first: number, count: number): number[] {
  return Array.from({ length: count }, (_, i) => first + i);
}

/** What the controller is worth by now, in the dream and in reality, with the gas that it learns with. */
export async function assess(session: Session, { round, amount }: Stage): Promise<void> {
  const driver = {
    policy: session.networks.policy,
    parameters: session.learner.parameters,
    world: session.world,
  };
  const dream = await driveDream(session, { ...driver, world: session.memory.parameters });
  const reality = await driveReality(session, {
    ...driver,
    seeds: seedRange(ASSESS_SEED, amount),
    gasLimit: session.config.gasLimit,
    name: "assess",
  });
  const report: RoundReport = {
    round,
    dream: dream.mean,
    dreamDeviation: dream.deviation,
    reality: reality.mean,
    realityDeviation: reality.deviation,
    offRoad: reality.offRoad,
  };
  session.progress.rounds.push(report);
  session.emit({ type: "round", report });
}

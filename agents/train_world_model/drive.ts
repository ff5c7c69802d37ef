import * as tf from "@tensorflow/tfjs";
import { envSpec } from "../../envs/mod.ts";
import type { NamedTensors } from "../../generative/nn/mod.ts";
import { ControllerAgent } from "../controller_agent.ts";
import { createDreamRollout } from "../dream_rollout.ts";
import { evaluate, type Evaluation, meanAndDeviation, SIDE_BY_SIDE } from "../evaluate.ts";
import type { TrainableWorldModel, WorldState } from "../../worlds/mod.ts";
import type { Policy } from "../policy.ts";
import { assembleEnvironments } from "./assemble_environments.ts";
import { firstFrameStarts } from "./dream_starts.ts";
import type { RoundReport } from "./events.ts";
import { isChosenFrom, type Stage } from "./plan.ts";
import { ASSESS_SEED } from "../seeds.ts";
import type { Session } from "./session.ts";
import { Visits } from "./visits.ts";

/** Whole dreamed episodes that a return in the dream is the mean of. */
const DREAMS = 128;

/** Acts in real episodes by what is most likely seen and by mean actions; nothing is drawn at random. */
export async function driveReality(
  session: Session,
  { worldModel = session.networks.worldModel, policy, parameters, world, seeds, name, visits }: {
    worldModel?: TrainableWorldModel;
    policy: Policy;
    parameters: NamedTensors;
    world: NamedTensors;
    seeds: number[];
    name: string;
    /** Takes note of what is visited. */
    visits?: Visits;
  },
): Promise<Evaluation> {
  const agent = new ControllerAgent(worldModel, policy, world, parameters, {
    random: session.random.fork("drive"),
  });
  const env = assembleEnvironments(session.config, Math.min(SIDE_BY_SIDE, seeds.length));
  const { compared } = worldModel;
  let state: WorldState | undefined;
  let seen: Float32Array = new Float32Array(0);
  try {
    return await evaluate(agent, env, {
      seeds,
      cost: envSpec(session.config.environment).cost,
      onDecision: visits && ((decision) => {
        if (state !== agent.state) { // read once for all rows of a decision
          state = agent.state;
          seen = compared ? state[compared.state].dataSync<"float32">() : seen;
        }
        const size = seen.length / env.count;
        visits.add(decision, seen.subarray(decision.row * size, (decision.row + 1) * size));
      }),
      onEpisode: (_, done) => session.emit({ type: "work", name, done, of: seeds.length }),
    });
  } finally {
    agent.close();
    await env.close();
  }
}

/** Mean and standard deviation of the returns of dreams that begin with an episode. */
export async function driveDream(
  session: Session,
  { worldModel = session.networks.worldModel, policy, parameters, world, decisions }: {
    worldModel?: TrainableWorldModel;
    policy: Policy;
    parameters: NamedTensors;
    world: NamedTensors;
    /** How long each dream is. @default a whole episode */
    decisions?: number;
  },
): Promise<{ mean: number; deviation: number }> {
  const { config } = session;
  const rollout = createDreamRollout(
    worldModel,
    (weights, features, seed) => policy.act(weights, features, seed),
    { decisions: decisions ?? config.dreamDecisions, temperature: config.temperature },
  );
  const random = session.random.fork("dream").fork(session.progress.stage);
  const source = { model: worldModel, world, replay: session.replay };
  const start = firstFrameStarts(source, DREAMS, random.fork("starts"));
  const { returns } = await rollout.run(world, parameters, start, random.fork("luck"));
  tf.dispose(start);
  rollout.dispose();
  return meanAndDeviation([...returns]);
}

/** Consecutive seeds. */
export function seedRange(first: number, count: number): number[] {
  return Array.from({ length: count }, (_, i) => first + i);
}

/** What the controller is worth by now, in the dream and in reality, and how much of it the world model was trained on. */
export async function assess(session: Session, { round, amount }: Stage): Promise<void> {
  const { config } = session;
  const { world, parameters } = session.latest;
  const driver = { policy: session.networks.policy, parameters };
  const visits = new Visits(session.replay, session.networks.worldModel.compared?.encoding);
  const dream = await driveDream(session, { ...driver, world });
  const span = Math.min(config.dreamDecisions, visits.longest);
  const dreamOverSpan = span < config.dreamDecisions
    ? await driveDream(session, { ...driver, world, decisions: span })
    : dream;
  const seeds = seedRange(ASSESS_SEED, amount);
  const reality = await driveReality(session, {
    ...driver,
    world,
    seeds,
    visits,
    name: "assess",
  });
  const { decisions, unseen, outside } = visits.coverage();
  const report: RoundReport = {
    round,
    dream: dream.mean,
    dreamDeviation: dream.deviation,
    reality: reality.mean,
    realityDeviation: reality.deviation,
    ...reality.failures !== undefined && { failures: reality.failures },
    span,
    dreamOverSpan: dreamOverSpan.mean,
    realityOverSpan: meanAndDeviation(visits.returns).mean,
    older: outside.age,
    unseen: unseen / decisions,
  };
  session.progress.rounds.push(report);
  const best = session.progress.chosen?.mean ?? -Infinity;
  if (isChosenFrom(round, config) && report.reality > best) session.choose(round, report.reality);
  session.emit({ type: "round", report });
}

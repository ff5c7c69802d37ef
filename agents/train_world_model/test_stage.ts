import { RandomStream } from "../../core/random_stream.ts";
import { Box } from "../../envs/spaces.ts";
import { evaluate, type Evaluation } from "../evaluate.ts";
import { RandomAgent } from "../random_agent.ts";
import { assembleEnvironments } from "./assemble.ts";
import { driveDream, driveReality, seedRange } from "./drive.ts";
import type { TestReport } from "./events.ts";
import type { Stage } from "./plan.ts";
import { TEST_SEED } from "./seeds.ts";
import type { Session } from "./session.ts";

/** Drives the test tracks with the controller and with the baselines. */
export async function test(session: Session, { amount }: Stage): Promise<void> {
  const { networks, progress } = session;
  const seeds = seedRange(TEST_SEED, amount);
  const add = (driver: string, result: Evaluation, dream?: { mean: number; deviation: number }) => {
    const { mean, deviation, offRoad } = result;
    const report: TestReport = { driver, episodes: seeds.length, mean, deviation, offRoad };
    if (dream) Object.assign(report, { dream: dream.mean, dreamDeviation: dream.deviation });
    progress.tests.push(report);
    session.emit({ type: "test", report });
  };
  const driver = {
    policy: networks.policy,
    parameters: session.learner.parameters,
    world: session.world,
    seeds,
  };
  progress.tests = [];
  const dream = await driveDream(session, { ...driver, world: session.memory.parameters });
  add("controller", await driveReality(session, { ...driver, name: "test" }), dream);
  add("random policy", await driveRandomly(session, seeds));
}

/** Uniformly random steering, gas and brake, held as long as the controller's. */
async function driveRandomly(session: Session, seeds: number[]): Promise<Evaluation> {
  const env = assembleEnvironments({ ...session.config, controller: "cma-es" }, Math.min(32, seeds.length));
  const agent = new RandomAgent(
    new Box([-1, 0, 0], [1, 1, 1]),
    new RandomStream(session.config.seed).fork("test"),
  );
  try {
    return await evaluate(agent, env, { seeds });
  } finally {
    await env.close();
  }
}

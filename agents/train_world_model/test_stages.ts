import { envSpec } from "../../envs/mod.ts";
import { disposeTensors, type NamedTensors } from "../../generative/nn/mod.ts";
import { evaluate, type Evaluation, SIDE_BY_SIDE } from "../evaluate.ts";
import { RandomAgent } from "../random_agent.ts";
import { assembleEnvironments } from "./assemble_environments.ts";
import { assemblePolicy } from "./assemble_networks.ts";
import { controllerSpace } from "./controller_actions.ts";
import { createLearner } from "./create_learner.ts";
import { driveDream, driveReality, seedRange } from "./drive.ts";
import { Replay, type TrainableWorldModel } from "../../worlds/mod.ts";
import { controllerStepsBy, type Stage } from "./plan.ts";
import { TEST_SEED } from "../seeds.ts";
import type { TestReport } from "./events.ts";
import type { Session } from "./session.ts";
import { refreshStates } from "./stages.ts";

/** The rows of a test that are not baselines: what drives in the end, and what would without a choice. */
const OWN = { driver: "controller", latest: "last round" };

/** Lets the controller act in the test episodes, and in dreams; that of the last round as well, where another was chosen. */
export async function driveTest(session: Session, { amount }: Stage): Promise<void> {
  const { config, networks: { policy }, progress } = session;
  progress.tests = [];
  const { chosen } = progress;
  const seeds = seedRange(TEST_SEED, amount);
  const both = chosen !== undefined && chosen.round < config.rounds;
  for (const which of both ? ["driver", "latest"] as const : ["driver"] as const) {
    const driver = { policy, ...session[which] };
    const dream = await driveDream(session, driver);
    const reality = await driveReality(session, { ...driver, seeds, name: "test" });
    const round = which === "driver" && chosen ? { round: chosen.round } : {};
    keep(session, { ...report(OWN[which], reality, dream), ...round });
  }
}

/**
 * Lets act in the same episodes what the controller must beat: uniformly random actions, and controllers that see less of
 * the dream, see {@link Networks.baselines}. These learn in the final dream, for as many updates as the controller and
 * on the same schedules.
 */
export async function driveBaselines(session: Session): Promise<void> {
  const { config, networks, progress } = session;
  progress.tests = progress.tests.filter(({ driver }) => Object.values(OWN).includes(driver));
  const seeds = seedRange(TEST_SEED, config.testEpisodes);
  keep(session, report("random policy", await driveRandomly(session, seeds)));

  if (config.controller !== "cma-es") await refreshStates(session);
  for (const { name, model, initialise } of networks.baselines) {
    const parameters = initialise(session.random.fork("random features"));
    const world = { ...session.world, ...parameters };
    const policy = assemblePolicy(config, model);
    const learner = { worldModel: model, policy, world, replay: await replayOf(session, model, world) };
    keep(session, await learnAndDrive(session, name, learner, seeds));
    disposeTensors(parameters);
  }
}

/** The replay with a model's own states, where the controller learns from states. */
async function replayOf(session: Session, model: TrainableWorldModel, world: NamedTensors): Promise<Replay> {
  const replay = new Replay(session.replay.options);
  for (const rollout of session.replay.rollouts) {
    replay.add({ ...rollout, states: rollout.states && await model.unroll(world, rollout) });
  }
  return replay;
}

/**
 * A new controller learns in a world for as many updates as the run's own, and acts in it and in reality.
 *
 * @param seeds Of the real episodes.
 */
export async function learnAndDrive(
  session: Session,
  name: string,
  { worldModel, policy, world, replay }: {
    worldModel: TrainableWorldModel;
    policy: Session["networks"]["policy"];
    world: NamedTensors;
    replay: Replay;
  },
  seeds: number[],
): Promise<TestReport> {
  const { config } = session;
  const learner = createLearner(config, { worldModel, policy }, session.random.fork(name));
  try {
    const steps = controllerStepsBy(config.rounds, config);
    await learner.learn({ ...session.reporting, name, world, replay, startStep: 0, steps });
    const driver = { worldModel, policy, parameters: learner.parameters };
    const dream = await driveDream(session, { ...driver, world });
    return report(name, await driveReality(session, { ...driver, world, seeds, name }), dream);
  } finally {
    learner.dispose();
  }
}

/** Uniformly random actions, held as long as the controller's. */
export async function driveRandomly(session: Session, seeds: number[]): Promise<Evaluation> {
  const count = Math.min(SIDE_BY_SIDE, seeds.length);
  const config = { ...session.config, controller: "cma-es" as const };
  const env = assembleEnvironments(config, count);
  const agent = new RandomAgent(controllerSpace(config), session.random.fork("random policy"));
  try {
    return await evaluate(agent, env, { seeds, cost: envSpec(config.environment).cost });
  } finally {
    await env.close();
  }
}

function keep(session: Session, report: TestReport): void {
  session.progress.tests.push(report);
  session.emit({ type: "test", report });
}

function report(
  driver: string,
  { episodes, mean, deviation, failures }: Evaluation,
  dream?: { mean: number; deviation: number },
): TestReport {
  const row = {
    driver,
    episodes: episodes.length,
    mean,
    deviation,
    ...failures !== undefined && { failures },
  };
  const dreamed = dream ? { dream: dream.mean, dreamDeviation: dream.deviation } : {};
  return { ...row, ...dreamed };
}

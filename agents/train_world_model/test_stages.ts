import { Box } from "../../envs/mod.ts";
import { disposeTensors, initialiseParameters, type NamedTensors } from "../../generative/nn/mod.ts";
import { unrollStates } from "../../worlds/mod.ts";
import { evaluate, type Evaluation } from "../evaluate.ts";
import { RandomAgent } from "../random_agent.ts";
import { assembleEnvironments } from "./assemble_environments.ts";
import { assemblePolicy } from "./assemble_networks.ts";
import { createLearner } from "./controller_learner.ts";
import { driveDream, driveReality, seedRange, SIDE_BY_SIDE } from "./drive.ts";
import { Replay } from "./experience.ts";
import { controllerStepsOf, type Stage } from "./plan.ts";
import { TEST_SEED } from "./seeds.ts";
import type { Session } from "./session.ts";
import { refreshStates } from "./stages.ts";

/** Drives the test tracks with the controller, and as many dreams. */
export async function driveTest(session: Session, { amount }: Stage): Promise<void> {
  session.progress.tests = [];
  const driver = { policy: session.networks.policy, parameters: session.learner.parameters };
  const dream = await driveDream(session, { ...driver, world: session.memory.parameters });
  const seeds = seedRange(TEST_SEED, amount);
  report(
    session,
    "controller",
    await driveReality(session, { ...driver, world: session.world, seeds, name: "test" }),
    dream,
  );
}

/**
 * Drives the same tracks with what the controller must beat: uniformly random actions; a controller that sees the
 * latents only, learned in the same dream; one that was learned in the dream of a memory that never trained.
 */
export async function driveBaselines(session: Session): Promise<void> {
  const { config, networks, progress } = session;
  progress.tests = progress.tests.slice(0, 1);
  const seeds = seedRange(TEST_SEED, config.testEpisodes);
  report(session, "random policy", await driveRandomly(session, seeds));

  if (config.controller === "actor-critic") await refreshStates(session);
  const { latentSize } = networks.vision;
  const visionOnly = assemblePolicy(config, { latentSize, hiddenSize: 0 });
  const memory = session.memory.parameters;
  await learnAndDrive(session, "V only", { policy: visionOnly, memory, replay: session.replay });

  const untrained = initialiseParameters(networks.memory.parameters, session.random.fork("untrained"));
  const replay = await rememberWith(session, untrained);
  await learnAndDrive(session, "untrained memory", { policy: networks.policy, memory: untrained, replay });
  disposeTensors(untrained);
}

async function learnAndDrive(
  session: Session,
  name: string,
  { policy, memory, replay }: { policy: Session["networks"]["policy"]; memory: NamedTensors; replay: Replay },
): Promise<void> {
  const { config } = session;
  const learner = createLearner(config, { ...session.networks, policy }, session.random.fork(name));
  try {
    const steps = config.baselineRounds * controllerStepsOf(config);
    await learner.learn({ ...session.reporting, name, memory, replay, startStep: 0, steps });
    const driver = { policy, parameters: learner.parameters };
    const dream = await driveDream(session, { ...driver, world: memory });
    const world = { ...session.vision.parameters, ...memory };
    const seeds = seedRange(TEST_SEED, config.testEpisodes);
    report(session, name, await driveReality(session, { ...driver, world, seeds, name }), dream);
  } finally {
    learner.dispose();
  }
}

/** The replay with the states that another memory has there. */
async function rememberWith(session: Session, parameters: NamedTensors): Promise<Replay> {
  const replay = new Replay(session.replay.options);
  for (const rollout of session.replay.rollouts) {
    if (!rollout.states) { // evolution dreams from first frames, where the memory is empty
      replay.add(rollout);
      continue;
    }
    const states = await unrollStates(session.networks.memory, {
      parameters,
      ...rollout,
      ...rollout.latents!,
    });
    replay.add({ ...rollout, states });
  }
  return replay;
}

/** Uniformly random steering, gas and brake, held as long as the controller's. */
async function driveRandomly(session: Session, seeds: number[]): Promise<Evaluation> {
  const env = assembleEnvironments({ ...session.config, controller: "cma-es" }, {
    count: Math.min(SIDE_BY_SIDE, seeds.length),
  });
  const agent = new RandomAgent(new Box([-1, 0, 0], [1, 1, 1]), session.random.fork("random policy"));
  try {
    return await evaluate(agent, env, { seeds });
  } finally {
    await env.close();
  }
}

function report(
  session: Session,
  driver: string,
  { episodes, mean, deviation, offRoad }: Evaluation,
  dream?: { mean: number; deviation: number },
): void {
  const row = { driver, episodes: episodes.length, mean, deviation, offRoad };
  const dreamed = dream ? { dream: dream.mean, dreamDeviation: dream.deviation } : {};
  session.progress.tests.push({ ...row, ...dreamed });
  session.emit({ type: "test", report: { ...row, ...dreamed } });
}

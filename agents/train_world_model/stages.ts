import type * as tf from "@tensorflow/tfjs";
import { envSpec } from "../../envs/mod.ts";
import { frameTensor } from "../../generative/data/picture_tensors.ts";
import { cloneTensors, disposeTensors } from "../../generative/nn/mod.ts";
import { createTrainStep, evaluationParameters, train, withAverage } from "../../generative/train/mod.ts";
import { type BatchDraw, frameLength, type Rollout, stepsIn } from "../../worlds/mod.ts";
import type { Agent } from "../agent.ts";
import { ControllerAgent } from "../controller_agent.ts";
import { MixedAgent } from "../mixed_agent.ts";
import { SmoothNoise } from "../smooth_noise.ts";
import { SmoothRandomPolicy } from "../smooth_random_policy.ts";
import { assembleEnvironments } from "./assemble_environments.ts";
import { controllerControls } from "./controller_actions.ts";
import { collectRollout, redrawFrames } from "./collect_rollout.ts";
import type { TrainWorldModelConfig } from "./config.ts";
import { controllerStepsBy, type Stage } from "./plan.ts";
import { saveRollout } from "./rollout_file.ts";
import { TRAIN_SEEDS } from "../seeds.ts";
import type { Session } from "./session.ts";

/** Rollouts that are collected up to and including a round. */
export function rolloutsAfter(session: Session, round: number): number {
  return session.config.firstRollouts + round;
}

/** Acts in the real environment: at first by smooth random numbers, later by the controller and noise. */
export async function collect(session: Session, { round }: Stage): Promise<void> {
  const { config } = session;
  const first = round === 0;
  const { components } = session.networks;
  const encodingsGo = components.some((component) =>
    component.invalidates === "encodings" && stepsIn(component, round + 1) > 0
  );
  const env = assembleEnvironments(config, first ? config.streams : config.roundStreams);
  try {
    for (let index = session.replay.rollouts.length; index < rolloutsAfter(session, round); index++) {
      const random = session.random.fork("collect").fork(index);
      const agent: Agent = first
        ? new SmoothRandomPolicy(random.fork("random"), randomDrive(session))
        : explorer(session, index);
      const decisions = first ? config.firstDecisions : config.roundDecisions;
      const rollout = await collectRollout({ env, agent }, {
        decisions,
        episodeLength: first
          ? [config.firstShortest, config.firstLongest]
          : [config.roundShortest, config.roundLongest],
        seedRange: TRAIN_SEEDS,
        cost: envSpec(config.environment).cost,
        random: random.fork("episodes"),
        onDecision: (done) => session.emit({ type: "work", name: "collect", done, of: decisions }),
      });
      agent.close?.();
      if (!encodingsGo) await encodeRollout(session, rollout);
      await saveRollout(session.rolloutPath(index), rollout);
      session.replay.add(rollout);
      if (config.firstRollouts > 1) delete rollout.frames; // more than there is room for: training draws them again
    }
  } finally {
    await env.close();
  }
}

/** The controller with noise, and the random policy in some episodes. */
function explorer(session: Session, index: number): Agent {
  const { config, networks } = session;
  const random = session.random.fork("explore").fork(index);
  const drive = randomDrive(session), { correlation, deviation } = drive;
  const driver = new ControllerAgent(
    networks.worldModel,
    networks.policy,
    session.world,
    session.learner.parameters,
    {
      random: random.fork("decisions"),
      sampleObservations: true,
      sampleActions: true,
      noise: new SmoothNoise(random.fork("noise"), { correlation, deviation }),
      noiseScale: explorationNoise(config),
    },
  );
  const other = new SmoothRandomPolicy(random.fork("random"), drive);
  return new MixedAgent(driver, other, { share: config.randomShare, random: random.fork("drivers") });
}

/** How much noise each environment's actions get, evenly spaced around the configured amount. */
export function explorationNoise(
  { explorationNoise: middle, explorationSpread: spread, roundStreams: count }: TrainWorldModelConfig,
): number[] {
  return Array.from(
    { length: count },
    (_, n) => middle * (1 + spread * (count > 1 ? 2 * n / (count - 1) - 1 : 0)),
  );
}

/** The random policy's spread, mean and limits. */
function randomDrive({ config }: Session) {
  const { parts, space } = controllerControls(config);
  return {
    correlation: 0.8 ** (config.frameSkip / 4), // a decision of four frames keeps 0.8
    deviation: parts.map(({ deviation = 0.5 }) => deviation),
    mean: parts.map(({ mean = 0 }) => mean),
    low: [...space.low],
  };
}

/** Trains a component of the world model on the replay, and does away with what no longer holds there. */
export async function learnComponent(session: Session, { name, round }: Stage): Promise<void> {
  const { networks, replay, learned } = session;
  const component = networks.components.find((known) => known.name === name)!;
  if (component.readsStates) {
    await refreshStates(session, { ...session.world, ...session.before?.parameters });
    session.before ??= { component: name, parameters: cloneTensors(evaluationParameters(learned[name])) };
  }
  const newest = createTrainStep(component.network, component.optimiser, { name });
  const step = component.average > 0
    ? withAverage(newest, { decay: component.average, warmUp: false })
    : newest;
  const source = new FrameSource(session);
  const data = {
    replay,
    frames: (count: number, draw: BatchDraw) => source.draw(count, draw),
    framesOf: (rollout: Rollout) => framesOf(session, rollout, true),
  };
  const steps = component.steps(round);
  learned[name] = await train({
    ...session.training(name),
    state: learned[name],
    step,
    batch: (step, random) => component.batch(data, { step, random }),
    steps,
  });
  step.dispose();
  session.progress.steps[name] = steps;
  if (session.before) disposeTensors(session.before.parameters);
  session.before = undefined;
  if (component.invalidates === "encodings") return await encodeReplay(session);
  for (const rollout of replay.rollouts) delete rollout.states;
}

/** Encodes all rollouts anew. */
async function encodeReplay(session: Session): Promise<void> {
  const { rollouts } = session.replay;
  for (const [index, rollout] of rollouts.entries()) {
    session.emit({ type: "work", name: "encode", done: index, of: rollouts.length });
    await encodeRollout(session, rollout);
    await saveRollout(session.rolloutPath(index), rollout);
  }
}

/** Where batches of frames come from: all frames where they fit in memory, else one rollout's after the other's. */
class FrameSource {
  #window: { index: number; frames: Uint8Array } | undefined;

  constructor(readonly session: Session) {}

  async draw(count: number, { step, random }: BatchDraw): Promise<tf.Tensor> {
    const { session } = this;
    const { rollouts } = session.replay;
    const { worldModel } = session.networks;
    const size = frameLength(worldModel);
    const pixels = new Uint8Array(count * size);
    // Windows change every 640 batches of the paper's size, about once through a rollout of 64,000 frames.
    const only = session.config.firstRollouts > 1 ? Math.floor(step / 640) % rollouts.length : undefined;
    for (let i = 0; i < count; i++) {
      const index = only ?? random.integer(0, rollouts.length);
      const frames = only === undefined
        ? await framesOf(session, rollouts[index], true)
        : await this.#load(only);
      const place = random.integer(0, frames.length / size);
      pixels.set(frames.subarray(place * size, (place + 1) * size), i * size);
    }
    return frameTensor(pixels, [count, ...worldModel.frames]);
  }

  async #load(index: number): Promise<Uint8Array> {
    if (this.#window?.index !== index) {
      this.#window = undefined; // frees the old frames before the new ones come
      this.#window = {
        index,
        frames: await framesOf(this.session, this.session.replay.rollouts[index], false),
      };
    }
    return this.#window.frames;
  }
}

/** A rollout's frames: as they are, or drawn again (a run that goes on, or more frames than memory holds). */
async function framesOf(session: Session, rollout: Rollout, keep: boolean): Promise<Uint8Array> {
  if (rollout.frames) return rollout.frames;
  const env = assembleEnvironments(session.config, rollout.streams);
  const frames = await redrawFrames(env, rollout);
  await env.close();
  if (keep) rollout.frames = frames;
  return frames;
}

/** Encodes a rollout's frames, and drops them when no later stage trains on them. */
async function encodeRollout(session: Session, rollout: Rollout): Promise<void> {
  const frames = await framesOf(session, rollout, false);
  rollout.encodings = await session.networks.worldModel.encode(session.world, frames);
  delete rollout.states;
  const { config, networks: { components }, progress } = session;
  const trains = components.some(({ readsFrames, name, steps }) =>
    readsFrames && progress.steps[name] < steps(config.rounds)
  );
  if (!trains) delete rollout.frames;
}

/** Runs the world model over the rollouts that it has not run over as it stands. */
export async function refreshStates(session: Session, parameters = session.world): Promise<void> {
  const { rollouts } = session.replay;
  for (const [index, rollout] of rollouts.entries()) {
    if (rollout.states) continue;
    session.emit({ type: "work", name: "remember", done: index, of: rollouts.length });
    rollout.states = await session.networks.worldModel.unroll(parameters, rollout);
  }
}

/** Trains the controller inside the dream. */
export async function learnController(session: Session, stage: Stage): Promise<void> {
  const { config, progress } = session;
  if (config.controller !== "cma-es") await refreshStates(session);
  const steps = controllerStepsBy(stage.round, config);
  await session.learner.learn({
    ...session.reporting,
    name: "controller",
    world: session.world,
    replay: session.replay,
    startStep: progress.steps.controller,
    steps,
    save: async (step) => {
      progress.steps.controller = step;
      await session.save();
    },
  });
  progress.steps.controller = steps;
}

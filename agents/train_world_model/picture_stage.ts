import { join } from "node:path";
import * as tf from "@tensorflow/tfjs";
import { writeFileAtomic } from "../../core/mod.ts";
import { contactSheet, lineChart, type Picture, writeGif, writePng } from "../../core/pictures/mod.ts";
import {
  agentView,
  envSpec,
  FrameSkip,
  make,
  RecordEpisode,
  spaceSize,
  STEPS_PER_SECOND,
  SyncVectorEnv,
} from "../../envs/mod.ts";
import { frameTensor } from "../../generative/data/picture_tensors.ts";
import type { NamedTensors } from "../../generative/nn/mod.ts";
import { compile, seedTensor } from "../../generative/runtime/mod.ts";
import { MetricsWriter } from "../../generative/train/mod.ts";
import { frameLength, seededNoise, type WorldModel, type WorldState } from "../../worlds/mod.ts";
import { ControllerAgent } from "../controller_agent.ts";
import { controllerActions } from "./controller_actions.ts";
import type { Stage } from "./plan.ts";
import { TEST_SEED } from "../seeds.ts";
import type { Session } from "./session.ts";

/** Frames that are reconstructed at once. */
const RECONSTRUCTED = 50;
/** Decisions of the drive after which the dream beside it begins, past the zoom of the first second. */
const DREAM_START = 20;
/** Decisions that the film of the dream shows, and columns of its strip, which shows every third. */
const FILM_DECISIONS = 60, STRIP_COLUMNS = 9, STRIP_EVERY = 3;

/** A drive as the agent saw it: T frames `[T, H, W, C]`, the outputs `[T, A]` that followed them and their rewards `[T]`. */
interface Drive {
  frames: Uint8Array;
  outputs: Float32Array;
  rewards: Float32Array;
}

/** Records test episodes, and leaves pictures of what was learned in `samples/`. */
export async function drawPictures(session: Session, { amount }: Stage): Promise<void> {
  let drive: Drive | undefined;
  for (let i = 0; i < amount; i++) {
    session.emit({ type: "work", name: "record", done: i, of: amount });
    const next = await recordDrive(session, TEST_SEED + i);
    drive ??= next;
  }
  const { frames } = drive!;
  const reconstructions = await reconstruct(session, frames);
  const path = (name: string) => join(session.folder, "samples", name);

  const { worldModel } = session.networks;
  const count = frames.length / frameLength(worldModel);
  const frame = (frames: Uint8Array, t: number) => frameAt(frames, t, worldModel);
  const shown = Array.from({ length: 8 }, (_, i) => Math.floor(i * (count - 1) / 7));
  writePng(
    path("reconstructions.png"),
    contactSheet(
      [...shown.map((t) => frame(frames, t)), ...shown.map((t) => frame(reconstructions, t))],
      8,
      {
        scale: 2,
      },
    ),
  );
  const { stepsPerSecond = STEPS_PER_SECOND } = envSpec(session.config.environment);
  const fps = Math.max(1, Math.round(stepsPerSecond / session.config.frameSkip));
  const film = (left: Picture[], right: Picture[]) =>
    left.map((picture, t) => contactSheet([picture, right[t]], 2, { scale: 3, gap: 4 }));
  const all = (pictures: Uint8Array) => Array.from({ length: count }, (_, t) => frame(pictures, t));
  writeGif(path("final_drive.gif"), film(all(frames), all(reconstructions)), { fps });

  const { real, dreamed } = dreamAlong(session, drive!);
  writeGif(path("dream_beside_reality.gif"), film(real, dreamed), { fps });
  const column = (_: Picture, t: number) => t % STRIP_EVERY === 0 && t < STRIP_EVERY * STRIP_COLUMNS;
  const strip = [real.filter(column), dreamed.filter(column)];
  writePng(path("dream_beside_reality.png"), contactSheet(strip.flat(), strip[0].length, { scale: 2 }));
  const own = worldModel.pictures?.(session.world, { frames, actions: drive!.outputs }) ?? {};
  for (const [name, picture] of Object.entries(own)) writePng(path(`${name}.png`), picture);
  drawCurves(session, path);
}

/** One episode by the controller's means, recorded frame by frame for the viewer. */
async function recordDrive(session: Session, seed: number): Promise<Drive> {
  const { config, networks, folder } = session;
  const recorded = new RecordEpisode(make(config.environment), join(folder, "recordings"), {
    name: () => `test-seed-${seed}.rec`,
    overwrite: true, // a stage that was stopped begins anew
    metadata: { driver: "controller", run: folder.split("/").at(-1)! },
  });
  const env = new SyncVectorEnv([agentView(new FrameSkip(recorded, config.frameSkip))]);
  const { world, parameters } = session.driver;
  const agent = new ControllerAgent(
    networks.worldModel,
    networks.policy,
    world,
    parameters,
    {
      random: session.random.fork("record"),
    },
  );
  const frames: Uint8Array[] = [], outputs: Float32Array[] = [], rewards: number[] = [];
  const toEnvironment = controllerActions(config);
  let { observations } = await env.reset({ seeds: [seed] });
  agent.reset(1);
  for (let over = false; !over;) {
    frames.push(observations.slice());
    const output = await agent.act({ observations, rewards: [rewards.at(-1) ?? 0] });
    outputs.push(output);
    const step = await env.step(toEnvironment(output));
    observations = step.observations;
    rewards.push(step.rewards[0]);
    over = step.terminated[0] === 1 || step.truncated[0] === 1;
  }
  agent.close();
  await env.close();
  const drive = {
    frames: new Uint8Array(frames.length * frames[0].length),
    outputs: new Float32Array(outputs.length * outputs[0].length),
    rewards: Float32Array.from(rewards),
  };
  frames.forEach((frame, t) => drive.frames.set(frame, t * frame.length));
  outputs.forEach((output, t) => drive.outputs.set(output, t * output.length));
  return drive;
}

/** What the world model shows of each frame, seen alone. */
async function reconstruct(
  { networks: { worldModel }, world }: Session,
  frames: Uint8Array,
): Promise<Uint8Array> {
  const [size, length] = [spaceSize(worldModel.actions), frameLength(worldModel)];
  const see = compile((parameters: NamedTensors, frames: tf.Tensor): tf.Tensor => {
    const [count] = frames.shape;
    const observed = {
      frames,
      action: tf.zeros([count, size]),
      reward: tf.zeros([count]),
      first: tf.ones([count]),
    };
    const state = worldModel.observe(parameters, worldModel.initial(count), observed);
    return worldModel.picture(parameters, state).mul(255).round();
  }, { name: "reconstruct" });
  const result = new Uint8Array(frames.length);
  for (let from = 0; from < frames.length; from += RECONSTRUCTED * length) {
    const some = frames.subarray(from, from + RECONSTRUCTED * length);
    const batch = frameTensor(some, [some.length / length, ...worldModel.frames]);
    const pictures = await see.run(world, batch);
    result.set(await pictures.data(), from);
    tf.dispose([batch, pictures]);
  }
  see.dispose();
  return result;
}

/**
 * Reality decision by decision, and the dream that begins at its first picture, with the same actions and nothing else
 * of reality.
 */
function dreamAlong(
  session: Session,
  { frames, outputs, rewards }: Drive,
): { real: Picture[]; dreamed: Picture[] } {
  const { networks: { worldModel }, world, config } = session;
  const [size, length] = [spaceSize(worldModel.actions), frameLength(worldModel)];
  const [height, width] = worldModel.frames;
  const count = frames.length / length;
  const start = Math.min(Math.max(DREAM_START, worldModel.context), Math.floor(count / 2));
  const end = Math.min(count, start + FILM_DECISIONS);
  const dreamed: Picture[] = [], real: Picture[] = [];
  tf.tidy(() => {
    let state: WorldState = worldModel.initial(1);
    let action: tf.Tensor = tf.zeros([1, size]);
    for (let t = 0; t < end; t++) {
      if (t <= start) { // awake
        const observed = frameTensor(frames.subarray(t * length, (t + 1) * length), [
          1,
          ...worldModel.frames,
        ]);
        state = worldModel.observe(world, state, {
          frames: observed,
          action,
          reward: tf.tensor1d([t === 0 ? 0 : rewards[t - 1]]),
          first: tf.tensor1d([t === 0 ? 1 : 0]),
        });
      }
      action = tf.tensor(outputs.slice(t * size, (t + 1) * size), [1, size]);
      if (t < start) continue;
      real.push(frameAt(frames, t, worldModel));
      const pixels = worldModel.picture(world, state).mul(255).round().dataSync();
      dreamed.push({ width, height, data: Uint8Array.from(pixels) });
      const seed = seedTensor(session.random.fork("strip").fork(t).seedPair());
      const noise = seededNoise(worldModel.noise.imagine, seed, { rows: 1 });
      ({ state } = worldModel.imagine(world, state, action, noise, { temperature: config.temperature }));
    }
  });
  return { real, dreamed };
}

/** Curves of the losses, and of the returns round by round. */
function drawCurves(session: Session, path: (name: string) => string): void {
  const lines = new MetricsWriter(session.folder).lines();
  const charts: [string, readonly string[]][] = [
    ...session.networks.components.map(({ name, curves }) => [name, curves] as [string, readonly string[]]),
    [
      "controller",
      session.config.controller === "cma-es" ? ["fitnessMean", "fitnessBest"] : ["return", "critic"],
    ],
  ];
  for (const [name, parts] of charts) {
    const series = parts.map((part) => ({
      name: part,
      points: lines.filter((line) => line.name === name && typeof line.values[part] === "number")
        .map((line): [number, number] => [line.step, line.values[part]!]),
    }));
    const unit = session.config.controller === "cma-es" && name === "controller" ? "generations" : "steps";
    writeFileAtomic(path(`${name}.svg`), lineChart({ title: name, xLabel: unit, yLabel: "loss", series }));
  }
  const { rounds } = session.progress;
  const points = (pick: (round: typeof rounds[number]) => number) =>
    rounds.map((round): [number, number] => [round.round, pick(round)]);
  const chart = lineChart({
    title: "return of an episode",
    xLabel: "round",
    yLabel: "mean return",
    series: [
      { name: "in reality", points: points((round) => round.reality) },
      { name: "in the dream", points: points((round) => round.dream) },
    ],
  });
  writeFileAtomic(path("returns.svg"), chart);
}

/** Picture `t` of `[T, H, W, C]`. */
function frameAt(frames: Uint8Array, t: number, model: WorldModel): Picture {
  const [height, width] = model.frames, length = frameLength(model);
  return { width, height, data: frames.subarray(t * length, (t + 1) * length) };
}

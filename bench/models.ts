// deno-lint-ignore-file no-console -- a benchmark prints
/**
 * `deno task bench models`: the train steps of vision and memory, eager, compiled and, where a Python TensorFlow is
 * found (`SOMNIUM_PYTHON`, python3, python), in Keras beside them; the memory's LSTM as TensorFlow's fused kernel;
 * attention; the tokens a second that a GPT writes; and the train steps of the book's models.
 * `--only=attention,writing,vae-fashion,dcgan` measures some of the latter three alone.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { NamedTensors } from "../generative/nn/mod.ts";
import { isNative, startBackend } from "../generative/runtime/mod.ts";
import type { Model } from "../generative/train/mod.ts";
import {
  Memory,
  mixtureLogProbability,
  PAPER_MEMORY,
  PAPER_VISION,
  readMixture,
  SMALL_MEMORY,
  SMALL_VISION,
  Vision,
} from "../worlds/mod.ts";
import { measureAttention } from "./attention.ts";
import { blockLstm } from "./block_lstm.ts";
import { KerasPeer, NO_KERAS } from "./keras_peer.ts";
import { CALLS, measureStep } from "./measure_step.ts";
import { measureModelKinds } from "./model_kinds.ts";
import { measureWriting } from "./writing.ts";
import type { Given } from "../tasks/cli.ts";
import { benchmark } from "../tasks/benchmarks.ts";

/** The paper's sizes: frames, or sequences of so many steps. */
const SIZES = { batch: 100, length: 100, calls: CALLS };

function memoryBatch(memory: Memory, steps: number, batch: number) {
  const { latentSize, actionSize, units } = memory.config;
  return {
    mu: tf.randomNormal([steps, batch, latentSize]),
    logVar: tf.fill([steps, batch, latentSize], -3),
    actions: tf.randomUniform([steps, batch, actionSize], -1, 1),
    rewards: tf.randomNormal([steps, batch]),
    costs: tf.zeros([steps, batch]),
    dones: tf.zeros([steps, batch]),
    resets: tf.zeros([steps, batch]),
    hidden: tf.zeros([batch, units]),
    cell: tf.zeros([batch, units]),
  };
}

/** LSTM and mixture alone, with either form of the LSTM: as Keras measures it. */
function bareMemory(memory: Memory, form: "unrolled" | "fused"): Model<NamedTensors> {
  const parameters = { ...memory.lstm.parameters, ...memory.mixture.parameters };
  const { components, latentSize: size } = memory.config;
  return {
    parameters,
    loss: (p, { inputs, target }) => {
      const outputs = form === "fused"
        ? blockLstm(p, memory.lstm.name, inputs)
        : memory.lstm.sequence(p, inputs, memory.initialState(inputs.shape[1] as number)).outputs;
      const mixture = readMixture(memory.mixture.apply(p, outputs.reshape([-1, memory.config.units])), {
        components,
        size,
      });
      return { loss: mixtureLogProbability(mixture, target).mean().neg() };
    },
  };
}

/** Vision and memory. */
async function measureWorldModel(): Promise<void> {
  console.log(`Train steps of the world model: milliseconds, the best of ${CALLS}`);
  console.log("model | eager | compiled | Keras");
  const peer = KerasPeer.start();
  const keras = {
    vision: await peer?.measure({ model: "vision", ...SIZES }),
    memory: await peer?.measure({ model: "memory", ...SIZES }),
  };
  await peer?.stop();
  const row = (name: string, { eager, compiled }: { eager: number; compiled: number }, peer?: number) =>
    console.log(`${name} | ${eager.toFixed(1)} | ${compiled.toFixed(1)} | ${peer?.toFixed(1) ?? "-"}`);

  const frames = (count: number) => ({ frames: tf.randomUniform([count, 64, 64, 3]) });
  const { batch, length } = SIZES;
  row(
    `vision, paper, ${batch} frames`,
    await measureStep(new Vision(PAPER_VISION), frames(batch)),
    keras.vision?.milliseconds,
  );
  row("vision, small, 128 frames", await measureStep(new Vision(SMALL_VISION), frames(128)));
  const paper = new Memory(PAPER_MEMORY);
  const sequence = {
    inputs: tf.randomNormal([length, batch, 35]),
    target: tf.randomNormal([length * batch, 32]),
  };
  const name = `${batch} x ${length} steps`;
  const unrolled = await measureStep(bareMemory(paper, "unrolled"), sequence);
  row(`LSTM and mixture, paper, ${name}`, unrolled, keras.memory?.milliseconds);
  if (isNative()) {
    const fused = await measureStep(bareMemory(paper, "fused"), sequence);
    row("the same on BlockLSTMV2", fused);
    const faster = unrolled.compiled <= fused.compiled ? "the unrolled, compiled step" : "BlockLSTMV2";
    console.log(`Faster here: ${faster}; the lab runs the unrolled, compiled step`);
  }
  row(`memory, paper, with heads, ${name}`, await measureStep(paper, memoryBatch(paper, length, batch)));
  const small = new Memory(SMALL_MEMORY);
  row("memory, small, 48 x 32 steps", await measureStep(small, memoryBatch(small, 32, 48)));
  if (!peer) console.log(NO_KERAS);
}

const TASK = benchmark("models");

if (import.meta.main) await TASK.run(main);

async function main({ flags }: Given<typeof TASK.options.flags>): Promise<void> {
  const { name, version } = await startBackend();
  console.log(`Backend: ${name} ${version}`);
  const only = flags.only?.split(",");
  if (!only) await measureWorldModel();
  if (!only || only.includes("attention")) await measureAttention();
  if (!only || only.includes("writing")) await measureWriting();
  await measureModelKinds(only);
}

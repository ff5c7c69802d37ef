// deno-lint-ignore-file no-console -- a benchmark prints
import * as tf from "@tensorflow/tfjs";
import {
  Attention,
  countParameters,
  type Module,
  type NamedTensors,
  TransformerBlock,
} from "../generative/nn/mod.ts";
import { compareSizes, KerasPeer, NO_KERAS } from "./keras_peer.ts";
import { CALLS, measureStep } from "./measure_step.ts";

/** A small GPT's: width, heads and context of nanoGPT's for characters, half of its batch. */
const SIZES = { batch: 32, length: 256, size: 384, heads: 6, headSize: 64, inner: 1536, calls: CALLS };

/** The train steps of causal attention and of a transformer's block (pre-norm, GELU), beside Keras's. */
export async function measureAttention(): Promise<void> {
  const { batch, length, size, heads, headSize, inner } = SIZES;
  const options = { size, heads, headSize, causal: true };
  const layers: Record<string, Module & Pick<Attention, "apply">> = {
    "attention": new Attention("attention", options),
    "transformer block": new TransformerBlock("block", { ...options, inner }),
  };
  console.log(
    `\nTrain steps of attention, ${batch} x ${length} places of ${size}: milliseconds, the best of ${CALLS}`,
  );
  console.log("layer | trainable parameters | eager | compiled | Keras");
  const keras = KerasPeer.start();
  const x = tf.randomNormal([batch, length, size]);
  for (const [name, layer] of Object.entries(layers)) {
    const loss = (p: NamedTensors, { x }: NamedTensors) => ({
      loss: layer.apply(p, x).sub(x).square().mean(),
    });
    const { eager, compiled } = await measureStep({ parameters: layer.parameters, loss }, { x });
    const peer = await keras?.measure({ model: name, ...SIZES });
    const counted = countParameters(layer.parameters);
    if (peer) compareSizes(name, peer, counted);
    const theirs = peer?.milliseconds.toFixed(1) ?? "-";
    console.log(`${name} | ${counted} | ${eager.toFixed(1)} | ${compiled.toFixed(1)} | ${theirs}`);
  }
  x.dispose();
  await keras?.stop();
  if (!keras) console.log(NO_KERAS);
}

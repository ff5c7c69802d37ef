import * as tf from "@tensorflow/tfjs";
import { assertAlmostEquals } from "@std/assert";
import { blockLstm } from "../../bench/block_lstm.ts";
import { RandomStream } from "../../core/random_stream.ts";
import { initialiseParameters, LSTM, type NamedTensors, valueAndGradients } from "../../generative/nn/mod.ts";
import { startBackend } from "../../generative/runtime/mod.ts";

await startBackend();

Deno.test("TensorFlow's fused LSTM, which the benchmark compares with, computes what ours does", () => {
  tf.tidy(() => {
    const lstm = new LSTM("lstm", { inputs: 6, units: 8 });
    const parameters = initialiseParameters(lstm.parameters, new RandomStream(1));
    const xs = tf.randomNormal([5, 4, 6], 0, 1, "float32", 1);
    const run = (form: (p: NamedTensors) => tf.Tensor) =>
      valueAndGradients((p) => ({ loss: form(p).square().sum() }), parameters);
    const ours = run((p) => lstm.sequence(p, xs, lstm.zeroState(4)).outputs);
    const fused = run((p) => blockLstm(p, "lstm", xs));
    assertAlmostEquals(fused.value.loss.dataSync()[0], ours.value.loss.dataSync()[0], 1e-4);
    for (const [name, gradient] of Object.entries(ours.gradients)) {
      const values = fused.gradients[name].dataSync();
      gradient.dataSync().forEach((value, i) => assertAlmostEquals(values[i], value, 1e-4));
    }
  });
});

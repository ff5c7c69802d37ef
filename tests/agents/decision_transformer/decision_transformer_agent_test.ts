import * as tf from "@tensorflow/tfjs";
import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { DecisionTransformer } from "../../../agents/decision_transformer/decision_transformer.ts";
import { DecisionTransformerAgent } from "../../../agents/decision_transformer/decision_transformer_agent.ts";
import { DECISION_TRANSFORMER_KIND } from "../../../agents/decision_transformer/decision_transformer_kind.ts";
import { learnerPresets } from "../../../agents/learner_kind.ts";
import { predictionOf } from "../../../agents/offline/action_prediction.ts";
import { Perception } from "../../../agents/perception/perception.ts";
import { RandomStream } from "../../../core/random_stream.ts";
import { Box, Discrete } from "../../../envs/mod.ts";
import { disposeTensors, initialiseParameters } from "../../../generative/nn/mod.ts";
import { startBackend } from "../../../generative/runtime/mod.ts";
import { banditEpisodes } from "../support/recorded_episodes.ts";
import { reload } from "../support/reload.ts";

await startBackend();

const OBSERVATIONS = new Box(-1, 1, { shape: [3] });
const CONTEXT = 4, SCALE = 10, ASKED = 25, TIMESTEPS = 9;

/** One row's episode so far. */
interface Past {
  observations: number[][];
  returns: number[];
  actions: number[];
}

Deno.test("acting equals the full pass over the last decisions, with the return less what was earned", async () => {
  const network = new DecisionTransformer({
    shape: [3],
    prediction: predictionOf(new Box(-1, 1, { shape: [1] })),
    timesteps: TIMESTEPS,
    layers: 2,
    heads: 2,
    width: 8,
    dropout: 0.1,
    filters: [],
    features: 1,
  });
  const random = new RandomStream(3), before = tf.memory().numTensors;
  const parameters = initialiseParameters(network.parameters, random.fork("parameters"));
  const perception = new Perception(OBSERVATIONS, { normalise: false });
  const agent = new DecisionTransformerAgent(
    { network, perception, context: CONTEXT, scale: SCALE, askedReturn: ASKED },
    () => parameters,
  );
  const fullPass = ({ observations, returns, actions }: Past): number =>
    tf.tidy(() => {
      const age = observations.length, from = Math.max(0, age - CONTEXT), length = age - from;
      const steps = Array.from({ length }, (_, i) => Math.min(from + i, TIMESTEPS - 1));
      const outputs = network.predict(parameters, {
        states: network.encode(parameters, tf.tensor2d(observations.slice(from))).expandDims(0),
        returnsToGo: tf.tensor2d([returns.slice(from).map((value) => value / SCALE)]),
        actions: tf.tensor3d([[...actions.slice(from), 0].map((action) => [action])]),
        timesteps: tf.tensor2d([steps], [1, length], "int32"),
      });
      return Math.tanh(outputs.dataSync()[length - 1]);
    });
  const fresh = (): Past => ({ observations: [], returns: [], actions: [] });
  const rows = [fresh(), fresh()];
  agent.reset(2);
  for (let step = 0; step < 14; step++) {
    if (step === 5) {
      agent.reset(2, [1]); // the other row goes on
      rows[1] = fresh();
    }
    const rewards = rows.map(({ returns }) => returns.length === 0 ? 0 : random.uniform(-2, 2));
    const seen = Float32Array.from({ length: 6 }, () => random.uniform(-1, 1));
    rows.forEach((row, i) => {
      row.observations.push([...seen.subarray(3 * i, 3 * i + 3)]);
      row.returns.push(row.returns.length === 0 ? ASKED : row.returns.at(-1)! - rewards[i]);
    });
    const actions = await agent.act({ observations: seen, rewards });
    rows.forEach((row, i) => {
      assertAlmostEquals(actions[i], fullPass(row), 1e-5, `row ${i} in step ${step}`);
      row.actions.push(actions[i]);
    });
  }
  agent.close();
  disposeTensors(parameters);
  assertEquals(tf.memory().numTensors, before);
  assertThrows(
    () =>
      new DecisionTransformerAgent(
        { network, perception, context: CONTEXT, scale: SCALE, askedReturn: Infinity },
        () => parameters,
      ),
    RangeError,
    "Cannot ask for a return: expected a finite number, got Infinity",
  );
});

const SIDE = 8;
const CASES = {
  numbers: { observations: new Box(-1, 1, { shape: [1] }), zeros: (rows: number) => new Float32Array(rows) },
  pictures: {
    observations: new Box(0, 255, { shape: [SIDE, SIDE, 1], dtype: "uint8" }),
    zeros: (rows: number) => new Uint8Array(rows * SIDE ** 2),
  },
} as const;

for (const [name, { observations: space, zeros }] of Object.entries(CASES)) {
  Deno.test(`${name}: the return that is asked for chooses the action, high the one that paid, low the other`, async () => {
    const length = 5, spaces = { observations: space, actions: new Discrete(2) };
    const config = {
      ...learnerPresets(DECISION_TRANSFORMER_KIND).smoke,
      filters: [4],
      features: 8,
      updates: 200,
      warmUpUpdates: 10,
      learningRate: 3e-3,
    };
    const learner = DECISION_TRANSFORMER_KIND.create(config, spaces, banditEpisodes(20, length, zeros));
    const losses: number[] = [];
    while (learner.steps < config.updates) losses.push((await learner.learn()).loss);
    assert(losses.at(-1)! < 0.1, `${losses}`);
    const { arrays: { policy, observations, returns } } = await reload(await learner.save());
    const arrays = { policy, observations, returns };
    const asked = DECISION_TRANSFORMER_KIND.acting!(arrays);
    assertEquals([asked.defaults, asked.entries.askedReturn.usual], [{ askedReturn: length }, [0, length]]);
    // what older checkpoints do not tell is bounded by what they do
    const older = { scale: returns.scale, best: { shape: [1], data: Float64Array.of(-2) } };
    assertEquals(DECISION_TRANSFORMER_KIND.acting!({ returns: older }).entries.askedReturn.usual, [
      -length,
      -2,
    ]);
    const play = async (askedReturn?: number) => {
      const acting = askedReturn === undefined ? undefined : { askedReturn };
      const agent = DECISION_TRANSFORMER_KIND.load(config, spaces, arrays, acting);
      agent.reset(1);
      let total = 0, reward = 0;
      for (let step = 0; step < length; step++) {
        [reward] = await agent.act({ observations: zeros(1), rewards: [reward] });
        total += reward;
      }
      agent.close?.();
      return total;
    };
    assertEquals([await play(length), await play(0), await play()], [length, 0, length]);
    assertThrows(
      () => DECISION_TRANSFORMER_KIND.load(config, spaces, { policy, observations }),
      TypeError,
      'Cannot restore returns: expected "best" in the checkpoint',
    );
    assertThrows(
      () => DECISION_TRANSFORMER_KIND.load(config, spaces, { ...arrays, policy: {} }),
      TypeError,
      "Cannot restore policy",
    );
    learner.dispose();
  });
}

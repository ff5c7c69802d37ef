import * as tf from "@tensorflow/tfjs";
import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { RandomStream } from "../../../core/random_stream.ts";
import { Box } from "../../../envs/spaces.ts";
import type { NamedTensors } from "../../../generative/nn/parameters.ts";
import { seedTensor, startBackend } from "../../../generative/runtime/mod.ts";
import { loadCheckpoint, saveCheckpoint, toTensors } from "../../../generative/train/mod.ts";
import type { Place, Rollout } from "../../../worlds/experience.ts";
import { seededNoise } from "../../../worlds/noise.ts";
import { CategoricalLatents } from "../../../worlds/parts/latents.ts";
import { StormWorldModel } from "../../../worlds/storm/storm_world_model.ts";
import type { WorldState } from "../../../worlds/world_model.ts";
import { tinyStorm } from "./tiny_storm.ts";

await startBackend({ backend: "cpu" });

const ACTIONS = new Box(-1, 1, { shape: [1] });
/** An episode of eight decisions, longer than the window, and the beginning of another. */
const [TIME, STREAMS, BEGINS] = [12, 2, 8];
const CONTEXT = 2;

const random = new RandomStream(3);
const numbers = (count: number) => Float32Array.from({ length: count }, () => random.normal());

function make(categorical = false) {
  const latents = categorical ? new CategoricalLatents(2, 2) : undefined; // as many outputs as two Gaussians
  const { storm, parameters } = tinyStorm({}, latents);
  return { model: new StormWorldModel(storm, ACTIONS, CONTEXT), storm, parameters };
}

const rollout: Rollout = {
  streams: STREAMS,
  decisions: TIME,
  actionSize: 1,
  actions: numbers(TIME * STREAMS),
  rewards: numbers(TIME * STREAMS),
  dones: new Float32Array(TIME * STREAMS),
  costs: new Float32Array(TIME * STREAMS),
  seeds: new Int32Array(TIME * STREAMS),
  resets: Float32Array.from(
    { length: TIME * STREAMS },
    (_, i) => [0, BEGINS].includes(Math.floor(i / STREAMS)) ? 1 : 0,
  ),
  encodings: { posterior: numbers(TIME * STREAMS * 4) },
};
const rowsOf = (array: Float32Array, t: number) => {
  const size = array.length / (TIME * STREAMS);
  return tf.tensor(array.slice(t * STREAMS * size, (t + 1) * STREAMS * size), [STREAMS, size]);
};
const close = (one: tf.Tensor, other: tf.Tensor, tolerance = 1e-5) => {
  assertEquals(one.shape, other.shape);
  one.dataSync().forEach((value, i) => assertAlmostEquals(value, other.dataSync()[i], tolerance));
};

/** The states of both streams before each decision, awake. */
function follow({ model, parameters }: ReturnType<typeof make>): WorldState[] {
  const states: WorldState[] = [];
  let state: WorldState = model.initial(STREAMS);
  for (let t = 0; t < TIME; t++) {
    state = model.observe(parameters, state, {
      frames: rowsOf(rollout.encodings!.posterior, t),
      action: rowsOf(rollout.actions, Math.max(0, t - 1)),
      reward: tf.zeros([STREAMS]),
      first: rowsOf(rollout.resets, t).squeeze([1]),
    });
    states.push(state);
  }
  return states;
}

Deno.test("awake it computes what training does over whole sequences, past the window and across episodes", () => {
  const made = make();
  const { storm, parameters } = made;
  const states = follow(made);
  const stack = (tensors: tf.Tensor[]) => tf.stack(tensors, 1);
  const latents = stack(states.map(({ latents }) => latents));
  const actions = stack(states.map((_, t) => rowsOf(rollout.actions, t)));
  const firsts = tf.concat(states.map((_, t) => rowsOf(rollout.resets, t)), 1);
  const tokens = storm.sequence.mix(parameters, latents, actions);
  const after = storm.sequence.apply(parameters, tokens, firsts).unstack(1);
  states.forEach(({ hidden, position }, t) => {
    const begins = t === 0 || t === BEGINS;
    close(hidden, begins ? tf.zerosLike(hidden) : after[t - 1], 1e-4);
    assertEquals([...position.dataSync()], new Array(STREAMS).fill(t < BEGINS ? t : t - BEGINS));
  });
});

Deno.test("dreams start where the episode was followed to, with as many real decisions as the context and the episode have", () => {
  const made = make();
  const { model, storm, parameters } = made;
  const states = follow(made);
  const noise = seededNoise(model.noise.imagine, seedTensor([1, 1]), { rows: 1 });
  const action = tf.tensor2d([[0.4]]);
  for (
    const [t, n] of [[0, 0], [1, 1], [2, 0], [BEGINS, 1], [BEGINS + 1, 0], [BEGINS + 2, 1], [TIME - 1, 0]]
  ) {
    const places: Place[] = [{ rollout, t, n }];
    const start = model.startsAt(parameters, places, new RandomStream(1));
    const followed = Object.fromEntries(
      Object.entries(states[t]).map(([name, tensor]) => [name, tensor.gather(tf.tensor1d([n], "int32"))]),
    );
    const before = Math.min(t < BEGINS ? t : t - BEGINS, CONTEXT);
    assertEquals(start.position.dataSync()[0], before);
    if (before === followed.position.dataSync()[0]) { // the whole episode
      close(start.hidden, followed.hidden);
      const [one, other] = [start, followed].map((state) =>
        model.imagine(parameters, { ...state, latents: followed.latents }, action, noise)
      );
      close(one.reward, other.reward);
      close(one.state.hidden, other.state.hidden);
    } else {
      const of = (select: (t: number) => tf.Tensor) =>
        tf.stack([t - 2, t - 1].map((t) => select(t).slice([n, 0], [1, -1]))).transpose([1, 0, 2]);
      const tokens = storm.sequence.mix(
        parameters,
        of((t) => states[t].latents),
        of((t) => rowsOf(rollout.actions, t)),
      );
      const alone = storm.sequence.apply(parameters, tokens, tf.zeros([1, CONTEXT]));
      close(start.hidden, alone.slice([0, CONTEXT - 1, 0], [1, 1, -1]).squeeze([1]));
    }
  }
  const first = model.firstStarts(parameters, [{ rollout, t: BEGINS, n: 1 }], new RandomStream(1));
  const start = model.startsAt(parameters, [{ rollout, t: BEGINS, n: 1 }], new RandomStream(1));
  close(first.latents, start.latents, 0);
  assertEquals([...first.position.dataSync(), ...first.hidden.dataSync()], [0, 0, 0, 0, 0]);
});

Deno.test("noise given, result given: of a row alone as of the same row among others, and at temperature 0 of any noise", () => {
  const { model, parameters } = make(true);
  const [many, actions] = [3, tf.tensor2d([[0.5], [-1], [2]])];
  const row = (tree: NamedTensors) =>
    Object.fromEntries(Object.entries(tree).map(([name, x]) => [name, x.slice(1, 1)]));
  let [state, alone]: WorldState[] = [model.initial(many), model.initial(1)];
  for (let t = 0; t < 8; t++) { // the window slides
    const noise = seededNoise(model.noise.imagine, seedTensor([t, 1]), { rows: many });
    const next = model.imagine(parameters, state, actions, noise);
    const again = model.imagine(parameters, state, actions, noise);
    assertEquals(again.state.latents.dataSync(), next.state.latents.dataSync());
    assertEquals(again.reward.dataSync(), next.reward.dataSync());
    const single = model.imagine(parameters, alone, actions.slice(1, 1), row(noise));
    for (const [name, tensor] of Object.entries(row(next.state))) close(single.state[name], tensor);
    close(single.reward, next.reward.slice(1, 1));
    [state, alone] = [next.state, single.state];
  }
  const cold = (seed: number) => {
    const noise = seededNoise(model.noise.imagine, seedTensor([seed, 1]), { rows: many });
    return model.imagine(parameters, state, actions, noise, { temperature: 0 }).state.latents.dataSync();
  };
  assertEquals(cold(1), cold(2));
});

Deno.test("the gradient of a dream's return by its first action agrees with finite differences, past the window's length", () => {
  const { model, parameters } = make();
  const dream = (action: tf.Tensor) => {
    let state: WorldState = { ...model.initial(1), latents: tf.tensor2d([[0.5, -1]]) };
    const rewards: tf.Tensor[] = [];
    for (let t = 0; t < 5; t++) {
      const noise = seededNoise(model.noise.imagine, seedTensor([t, 9]), { rows: 1 });
      const next = model.imagine(parameters, state, t === 0 ? action : tf.tensor2d([[0.3]]), noise);
      if (t > 0) rewards.push(next.reward); // of what followed alone
      state = next.state;
    }
    return tf.addN(rewards).sum().mul(1000) as tf.Scalar;
  };
  const at = 0.2, length = 0.1;
  const slope = tf.grad(dream)(tf.tensor2d([[at]])).dataSync()[0];
  const [above, below] = [at + length, at - length].map((x) => dream(tf.tensor2d([[x]])).dataSync()[0]);
  assert(Math.abs(slope) > 0.1, `${slope}`);
  assertAlmostEquals(slope, (above - below) / (2 * length), 0.02 * Math.abs(slope));
});

Deno.test("a checkpoint brings back the same dream", async () => {
  const { model, parameters } = make(true);
  const folder = Deno.makeTempDirSync();
  await saveCheckpoint(folder, { tensors: { storm: parameters }, data: null });
  const restored = toTensors(loadCheckpoint(folder).arrays.storm);
  Deno.removeSync(folder, { recursive: true });
  const dream = (parameters: NamedTensors) => {
    let state: WorldState = model.initial(2);
    for (let t = 0; t < 4; t++) {
      const noise = seededNoise(model.noise.imagine, seedTensor([t, 1]), { rows: 2 });
      ({ state } = model.imagine(parameters, state, tf.ones([2, 1]), noise));
    }
    return model.features(parameters, state).dataSync();
  };
  assertEquals(dream(restored), dream(parameters));
});

Deno.test("it refuses actions of another size, and a context that its window does not hold", () => {
  const { storm } = make();
  const two = new Box(-1, 1, { shape: [2] });
  assertThrows(() => new StormWorldModel(storm, two, 1), RangeError, "expected actions of 1 numbers, got 2");
  assertThrows(
    () => new StormWorldModel(storm, ACTIONS, 4),
    RangeError,
    "a context of 1 to 3 decisions, got 4",
  );
});

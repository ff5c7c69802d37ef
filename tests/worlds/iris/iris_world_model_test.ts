import * as tf from "@tensorflow/tfjs";
import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { RandomStream } from "../../../core/random_stream.ts";
import { Box } from "../../../envs/spaces.ts";
import { initialiseParameters, type NamedTensors } from "../../../generative/nn/parameters.ts";
import { compile, seedTensor, startBackend } from "../../../generative/runtime/mod.ts";
import type { Place, Rollout } from "../../../worlds/experience.ts";
import { Iris } from "../../../worlds/iris/iris.ts";
import { IrisWorldModel } from "../../../worlds/iris/iris_world_model.ts";
import { Tokenizer } from "../../../worlds/iris/tokenizer.ts";
import { seededNoise } from "../../../worlds/noise.ts";
import type { WorldState } from "../../../worlds/world_model.ts";

await startBackend();

const ACTIONS = new Box(-1, 1, { shape: [1] });
/** An episode of five decisions, longer than the window, and the beginning of another. */
const [TIME, STREAMS, BEGINS, CONTEXT] = [8, 2, 5, 2];
const PIXELS = 64 * 64 * 3;

const random = new RandomStream(3);
const iris = new Iris({
  codes: 5,
  frameCodes: 16,
  actionSize: 1,
  units: 8,
  layers: 2,
  heads: 2,
  window: 3,
  dropout: 0,
  endWeight: 3,
});
const tokenizer = new Tokenizer({ codes: 5, codeSize: 4, commitment: 1 });
const model = new IrisWorldModel(iris, tokenizer, ACTIONS, CONTEXT);
const parameters = initialiseParameters(model.parameters, new RandomStream(5));
for (const name of Object.keys(parameters)) {
  // larger than fresh ones, so that frames have several codes, and what came before shows
  if (name.endsWith("table") || name === "iris/nextCode/output/kernel") {
    parameters[name] = parameters[name].mul(name.endsWith("table") ? 30 : 5);
  }
}
parameters["tokenizer/encoder/code/kernel"] = parameters["tokenizer/encoder/code/kernel"].mul(10);
const place = TIME * STREAMS;
/** Squares of 16 pixels, each of one colour. */
function squares(): Uint8Array {
  const colors = Uint8Array.from({ length: 16 * 3 }, () => random.integer(0, 256));
  return Uint8Array.from({ length: PIXELS }, (_, i) => {
    const [x, y] = [Math.floor(i / 3) % 64, Math.floor(i / (3 * 64))];
    return colors[3 * (4 * (y >> 4) + (x >> 4)) + i % 3];
  });
}
const rollout: Rollout = {
  streams: STREAMS,
  decisions: TIME,
  actionSize: 1,
  actions: Float32Array.from({ length: place }, () => random.normal()),
  rewards: new Float32Array(place),
  dones: new Float32Array(place),
  costs: new Float32Array(place),
  seeds: new Int32Array(place),
  resets: Float32Array.from(
    { length: place },
    (_, i) => [0, BEGINS].includes(Math.floor(i / STREAMS)) ? 1 : 0,
  ),
  frames: Uint8Array.from(Array.from({ length: place }, squares).flatMap((frame) => [...frame])),
};
rollout.encodings = await model.encode(parameters, rollout.frames!);
const codesAt = (t: number) =>
  tf.tensor(rollout.encodings!.codes.slice(t * STREAMS * 16, (t + 1) * STREAMS * 16), [STREAMS, 16], "int32");
const actionsAt = (t: number) =>
  tf.tensor(rollout.actions.slice(t * STREAMS, (t + 1) * STREAMS), [STREAMS, 1]);
const firstsAt = (t: number) => tf.tensor(rollout.resets.slice(t * STREAMS, (t + 1) * STREAMS), [STREAMS]);
const all = (at: (t: number) => tf.Tensor) => tf.stack(Array.from({ length: TIME }, (_, t) => at(t)), 1);
const close = (one: tf.Tensor, other: tf.Tensor, tolerance = 1e-4) => {
  assertEquals(one.shape, other.shape);
  one.dataSync().forEach((value, i) => assertAlmostEquals(value, other.dataSync()[i], tolerance));
};

/** The states of both streams before each decision, awake. */
const states: WorldState[] = [];
for (let t = 0; t < TIME; t++) {
  states.push(model.observe(parameters, states[t - 1] ?? model.initial(STREAMS), {
    frames: tf.tensor(
      rollout.frames!.slice(t * STREAMS * PIXELS, (t + 1) * STREAMS * PIXELS),
      [STREAMS, 64, 64, 3],
      "int32",
    ),
    action: actionsAt(Math.max(0, t - 1)),
    reward: tf.zeros([STREAMS]),
    first: firstsAt(t),
  }));
}
const whole = iris.transformer.apply(parameters, {
  codes: all(codesAt),
  actions: all(actionsAt),
  firsts: all(firstsAt),
}); // [B, T, 17, U]
const outputsAt = (t: number, token: number) =>
  whole.slice([0, t, token, 0], [-1, 1, 1, -1]).reshape([STREAMS, -1]);
const draw = (seed: number, rows: number) =>
  seededNoise(model.noise.imagine, seedTensor([seed, 1]), { rows });
const row = (n: number, tree: NamedTensors) =>
  Object.fromEntries(Object.entries(tree).map(([name, x]) => [name, x.slice(n, 1)]));
/** The codes that a state shows. */
const shown = (state: WorldState) =>
  tokenizer.quantiser.encode(parameters, state.latents.reshape([-1, 16, 4]));

Deno.test("what an action looks at is what it looks at in whole sequences: codes and actions of the window", () => {
  const sequences = { codes: all(codesAt), actions: all(actionsAt), firsts: all(firstsAt) };
  const blocks = iris.transformer.attention(parameters, sequences); // [B, H, 17 T, 17 T] each
  const { window, heads } = iris.config;
  states.forEach((state, t) => {
    const weights = model.attention.weights(parameters, state, actionsAt(t));
    assertEquals(weights.shape, [STREAMS, blocks.length, heads, window, 17]);
    const from = Math.max(0, t + 1 - window), known = 17 * (t + 1 - from);
    blocks.forEach((block, layer) => {
      const row = block.slice([0, 0, 17 * t + 16, 17 * from], [-1, -1, 1, known]).squeeze([2]);
      const seen = weights.slice([0, layer, 0, 0, 0], [-1, 1, -1, -1, -1]).reshape([STREAMS, heads, -1]);
      close(seen, row.pad([[0, 0], [0, 0], [17 * window - known, 0]]));
    });
  });
});

Deno.test("awake it computes what training does over whole sequences, past the window and across episodes", () => {
  assert(new Set(rollout.encodings!.codes).size >= 3);
  states.forEach((state, t) => {
    const begins = t === 0 || t === BEGINS;
    close(state.hidden, begins ? tf.zerosLike(state.hidden) : outputsAt(t - 1, 16));
    assertEquals(shown(state).dataSync(), codesAt(t).dataSync());
    const frame = 17 * (t < BEGINS ? t : t - BEGINS);
    assertEquals([...state.position.dataSync()], new Array(STREAMS).fill(frame + 15));
  });
});

Deno.test("the picture of a frame that was seen is what the decoder makes of its codes", () => {
  close(
    model.picture(parameters, states[3]),
    tokenizer.decode(parameters, tokenizer.quantiser.decode(parameters, codesAt(3))),
    1e-6,
  );
});

Deno.test("a dream at temperature 0 takes the likeliest next code each time, as a pass over the whole sequence has it", () => {
  for (const t of [0, 4, BEGINS + 1]) {
    const { state, reward } = model.imagine(parameters, states[t], actionsAt(t), draw(1, STREAMS), {
      temperature: 0,
    });
    close(state.hidden, outputsAt(t, 16));
    const { rewardLogits } = iris.outcomes.apply(parameters, outputsAt(t, 16));
    close(
      reward,
      iris.outcomes.imagined({ ...iris.outcomes.apply(parameters, outputsAt(t, 16)), rewardLogits }).reward,
    );
    // The dreamt codes in the place of those that came.
    const dreamt = shown(state);
    const codes = tf.stack([...Array.from({ length: t + 1 }, (_, s) => codesAt(s)), dreamt], 1);
    const firsts = tf.stack(
      [...Array.from({ length: t + 1 }, (_, s) => firstsAt(s)), tf.zeros([STREAMS])],
      1,
    );
    const actions = tf.stack([...Array.from({ length: t + 1 }, (_, s) => actionsAt(s)), actionsAt(0)], 1);
    const outputs = iris.transformer.apply(parameters, { codes, actions, firsts });
    const before = tf.concat([
      outputs.slice([0, t, 16, 0], [-1, 1, 1, -1]),
      outputs.slice([0, t + 1, 0, 0], [-1, 1, 15, -1]),
    ], 2).squeeze([1]);
    const likeliest = iris.transformer.nextCode(parameters, before).argMax(2);
    assertEquals([...dreamt.dataSync()], [...likeliest.dataSync()]);
    const known = iris.transformer.frameTokens(parameters, dreamt).slice([0, 15, 0], [-1, 1, -1]).squeeze([
      1,
    ]);
    close(state.pending, known);
  }
});

Deno.test("dreams start where the episode was followed to, with as many real decisions as the context and the episode have", () => {
  for (const [t, n] of [[0, 0], [1, 1], [2, 0], [4, 1], [BEGINS, 1], [BEGINS + 1, 0], [TIME - 1, 1]]) {
    const places: Place[] = [{ rollout, t, n }];
    const start = model.startsAt(parameters, places);
    const followed = row(n, states[t]);
    const lived = t < BEGINS ? t : t - BEGINS;
    assertEquals(start.position.dataSync()[0], 17 * Math.min(lived, CONTEXT) + 15);
    close(start.latents, followed.latents, 0);
    close(start.pending, followed.pending, 1e-6);
    if (lived > CONTEXT) continue;
    close(start.hidden, followed.hidden);
    const [one, other] = [start, followed].map((state) =>
      model.imagine(parameters, state, tf.tensor2d([[0.4]]), draw(2, 1))
    );
    close(one.reward, other.reward);
    close(one.state.latents, other.state.latents);
    close(one.state.hidden, other.state.hidden);
  }
  const first = model.firstStarts(parameters, [{ rollout, t: BEGINS, n: 1 }]);
  const start = model.startsAt(parameters, [{ rollout, t: BEGINS, n: 1 }]);
  const [one, other] = [first, start].map((state) =>
    model.imagine(parameters, state, tf.tensor2d([[0.4]]), draw(2, 1))
  );
  close(one.state.latents, other.state.latents);
  close(one.state.hidden, other.state.hidden);
});

Deno.test("noise given, result given: compiled as eager, and of a row alone as of the same row among others", () => {
  const many = 3, actions = tf.tensor2d([[0.5], [-1], [2]]);
  const step = compile((state: WorldState, action: tf.Tensor, noise: NamedTensors) => {
    const { state: next, reward } = model.imagine(parameters, state, action, noise);
    return { ...next, reward };
  });
  let [state, alone]: WorldState[] = [model.initial(many), model.initial(1)];
  for (let t = 0; t < 5; t++) { // the window slides
    const noise = draw(t, many);
    const { reward, ...next } = step(state, actions, noise) as NamedTensors;
    const eager = model.imagine(parameters, state, actions, noise);
    const single = model.imagine(parameters, alone, actions.slice(1, 1), row(1, noise));
    for (const name of Object.keys(next)) {
      close(next[name], eager.state[name]);
      close(single.state[name], next[name].slice(1, 1));
    }
    close(reward, eager.reward);
    [state, alone] = [next, single.state];
  }
  step.dispose();
});

Deno.test("its codebook shows each code as the decoder draws it, and its attention is brightest where most is looked at", () => {
  const drive = { frames: new Uint8Array(4 * PIXELS).fill(200), actions: rollout.actions.slice(0, 4) };
  const { codebook, attention } = model.pictures(parameters, drive);
  assertEquals([codebook.width, codebook.height], [3 * 34 - 2, 2 * 34 - 2]); // five squares, enlarged twofold
  const fourth = tokenizer.quantiser.decode(parameters, tf.fill([1, 16], 3, "int32"));
  const drawn = tokenizer.decode(parameters, fourth).mul(255).round().slice([0, 16, 16, 0], [1, 1, 1, 3]);
  assertEquals([...codebook.data.slice(3 * 34 * codebook.width, 3 * 34 * codebook.width + 3)], [
    ...drawn.dataSync(),
  ]);
  const cell = 2 * 64 + 2;
  assertEquals([attention.width, attention.height], [3 * cell - 2, 3 * cell - 2]); // frames, and two blocks
  const row = (y: number) => attention.data.slice(3 * y * attention.width, 3 * (y * attention.width + 128));
  for (const block of [0, 1]) {
    const lights = Array.from({ length: 128 }, (_, y) => [...row((block + 1) * cell + y)]).flat();
    const rest = Array.from({ length: 128 }, (_, y) => [...row(y)]).flat();
    assertEquals(new Set(rest), new Set([200]));
    assert(lights.every((light) => light <= 200) && Math.min(...lights) < 200);
  }
  assert(attention.data.subarray(3 * cell * attention.width).includes(200)); // white is 255
});

Deno.test("it refuses actions of another size, and a context that its window does not hold", () => {
  const two = new Box(-1, 1, { shape: [2] });
  assertThrows(
    () => new IrisWorldModel(iris, tokenizer, two, 1),
    RangeError,
    "expected actions of 1 numbers, got 2",
  );
  assertThrows(
    () => new IrisWorldModel(iris, tokenizer, ACTIONS, 3),
    RangeError,
    "a context of 1 to 2 decisions, got 3",
  );
});

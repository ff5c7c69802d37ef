import * as tf from "@tensorflow/tfjs";
import { assert, assertAlmostEquals, assertEquals, assertMatch } from "@std/assert";
import {
  ActorCritic,
  createDreamFitness,
  createDreamPPO,
  createDreamUpdate,
  LinearController,
} from "../../agents/mod.ts";
import { worldModelFields, worldModelPresets } from "../../agents/train_world_model/config.ts";
import { RandomStream } from "../../core/random_stream.ts";
import { Box } from "../../envs/spaces.ts";
import { checkEnv } from "../../envs/check_env.ts";
import { initialiseParameters, type NamedTensors } from "../../generative/nn/parameters.ts";
import { seedTensor, startBackend } from "../../generative/runtime/mod.ts";
import { createTrainStep, initialiseTrainState } from "../../generative/train/mod.ts";
import {
  DreamEnv,
  frameLength,
  Replay,
  type Rollout,
  seededNoise,
  stepsIn,
  WORLD_KINDS,
  type WorldState,
} from "../../worlds/mod.ts";

await startBackend();

const ACTIONS = new Box(-1, 1, { shape: [2] });
const [STREAMS, DECISIONS] = [2, 60];

/** What N environments lived through: noise for frames, an episode of 40 decisions and the beginning of another. */
function rollout(length: number): Rollout {
  const random = new RandomStream(7);
  const places = STREAMS * DECISIONS;
  const zeros = () => new Float32Array(places);
  const first = Float32Array.from(
    { length: places },
    (_, i) => [0, 40].includes(Math.floor(i / STREAMS)) ? 1 : 0,
  );
  return {
    streams: STREAMS,
    decisions: DECISIONS,
    actionSize: 2,
    actions: Float32Array.from({ length: 2 * places }, () => random.uniform(-1, 1)),
    rewards: Float32Array.from({ length: places }, () => random.normal()),
    dones: zeros(),
    resets: first,
    costs: zeros(),
    seeds: new Int32Array(places),
    frames: Uint8Array.from({ length: places * length }, () => random.integer(0, 256)),
  };
}

for (const kind of WORLD_KINDS) {
  const config = worldModelPresets(kind).smoke;
  const world = kind.create(config, { actions: ACTIONS });
  const { model, components, baselines } = world;
  const parameters = initialiseParameters(model.parameters, new RandomStream(1));
  const lived = rollout(frameLength(model));
  const draw = (seed: number, rows: number) =>
    seededNoise(model.noise.imagine, seedTensor([seed, 1]), { rows });

  Deno.test(`${kind.name}: options are its own, every preset has a smoke beside it, and the card's words fit a sentence`, () => {
    const others = WORLD_KINDS.filter((other) => other !== kind).flatMap(({ fields }) => Object.keys(fields));
    const own = Object.keys(kind.fields);
    const all = Object.keys(worldModelFields(kind).entries);
    assertEquals(own.filter((key) => others.includes(key)), []);
    assertEquals(new Set(all).size, all.length);
    assert("default" in kind.presets && "smoke" in kind.presets);
    for (const preset of Object.values(kind.presets)) {
      assertEquals(Object.keys(preset).filter((key) => !all.includes(key)), []);
    }
    assertMatch(kind.describe(config), /^[A-Z].*[^.]$/);
  });

  Deno.test(`${kind.name}: its components have names of their own, learn in the first round, and are the model together`, () => {
    const names = components.map(({ name }) => name);
    assertEquals(new Set([...names, "controller"]).size, names.length + 1);
    for (const component of components) {
      assert(stepsIn(component, 1) > 0);
      assert([2, 3].every((round) => stepsIn(component, round) >= 0));
    }
    const learned = components.flatMap(({ network }) => Object.keys(network.parameters));
    assertEquals(learned.toSorted(), Object.keys(model.parameters).toSorted());
  });

  Deno.test(`${kind.name}: states, features and pictures have the shapes that it says, and imagining keeps the state's`, () => {
    const state = model.initial(3);
    const next = model.imagine(parameters, state, tf.zeros([3, 2]), draw(1, 3));
    const shapes = (state: WorldState) =>
      Object.fromEntries(Object.entries(state).map(([name, { shape, dtype }]) => [name, [shape, dtype]]));
    assertEquals(shapes(next.state), shapes(state));
    assertEquals([next.reward.shape, next.doneLogit.shape, next.measures.cost.shape], [[3], [3], [3]]);
    assertEquals(model.features(parameters, state).shape, [3, model.featureSize]);
    const picture = model.picture(parameters, next.state);
    assertEquals(picture.shape, [3, ...model.frames]);
    assert(picture.min().dataSync()[0] >= 0 && picture.max().dataSync()[0] <= 1);
  });

  Deno.test(`${kind.name}: the same noise gives the same step, colder ones differ less, and gradients reach the actions`, () => {
    const step = (seed: number, temperature?: number) =>
      model.features(
        parameters,
        model.imagine(parameters, model.initial(8), tf.ones([8, 2]), draw(seed, 8), { temperature }).state,
      );
    assertEquals(step(1).dataSync(), step(1).dataSync());
    const apart = (temperature: number) =>
      step(1, temperature).sub(step(2, temperature)).abs().sum().dataSync()[0];
    assert(apart(1) > 0);
    assertAlmostEquals(apart(0), 0, 1e-4);
    const far = (action: tf.Tensor) => {
      let state: WorldState = model.initial(2);
      for (let t = 0; t < 2; t++) ({ state } = model.imagine(parameters, state, action, draw(t, 2)));
      return model.features(parameters, state).square().sum();
    };
    assert(tf.grad(far)(tf.tensor2d([[0.1, -0.2], [0.3, 0]])).abs().min().dataSync()[0] > 0);
  });

  Deno.test(`${kind.name}: it reads rollouts as it follows episodes, and dreams start there`, async () => {
    lived.encodings = await model.encode(parameters, lived.frames!);
    const states = await model.unroll(parameters, lived);
    const row = (t: number, n: number, array: Float32Array | Uint8Array) => {
      const size = array.length / (STREAMS * DECISIONS);
      return array.slice((t * STREAMS + n) * size, (t * STREAMS + n + 1) * size);
    };
    let state: WorldState = model.initial(1);
    for (let t = 0; t < 45; t++) {
      state = model.observe(parameters, state, {
        frames: tf.tensor(row(t, 1, lived.frames!), [1, ...model.frames], "int32"),
        action: tf.tensor(row(Math.max(0, t - 1), 1, lived.actions), [1, 2]),
        reward: tf.tensor(row(Math.max(0, t - 1), 1, lived.rewards), [1]),
        first: tf.tensor(row(t, 1, lived.resets), [1]),
      });
      if (![0, 1, 39, 40, 44].includes(t)) continue;
      for (const name of Object.keys(state).filter((name) => name in states)) {
        const [kept, followed] = [row(t, 1, states[name]), state[name].dataSync()];
        followed.forEach((value, i) => assertAlmostEquals(kept[i], value, 2e-3, `${name} at ${t}`));
      }
    }
    const places = [{ rollout: { ...lived, states }, t: 44, n: 1 }, {
      rollout: { ...lived, states },
      t: 0,
      n: 0,
    }];
    const starts = model.startsAt(parameters, places, new RandomStream(1));
    const firsts = model.firstStarts(parameters, places.slice(1), new RandomStream(1));
    const initial = model.initial(1);
    assertEquals(Object.keys(starts).toSorted(), Object.keys(initial).toSorted());
    for (const [name, { shape }] of Object.entries(initial)) {
      assertEquals([starts[name].shape, firsts[name].shape], [[2, ...shape.slice(1)], shape]);
    }
  });

  Deno.test(`${kind.name}: every component learns from the replay, without losing a tensor`, async () => {
    const replay = new Replay({ newestShare: 0, ageDecay: 1 });
    const frames = lived.frames!;
    lived.encodings ??= await model.encode(parameters, frames);
    replay.add({ ...lived, states: await model.unroll(parameters, lived) });
    const data = {
      replay,
      frames: (count: number) =>
        Promise.resolve(
          tf.tensor(frames.slice(0, count * frameLength(model)), [count, ...model.frames], "int32"),
        ),
      framesOf: () => Promise.resolve(frames),
    };
    for (const { network, optimiser, batch } of components) {
      const before = tf.memory().numTensors;
      let state = initialiseTrainState(network, optimiser, new RandomStream(2));
      const step = createTrainStep(network, optimiser);
      const some = await batch(data, { step: 0, random: new RandomStream(3) });
      const losses: number[] = [];
      for (let t = 0; t < 8; t++) {
        const seed = seedTensor([5, 5]);
        const next = await step.run(state, some, seed);
        losses.push(next.losses.loss.dataSync()[0]);
        tf.dispose([seed, next.losses, state] as unknown as NamedTensors);
        state = next.state;
      }
      assert(losses.at(-1)! < losses[0], `${losses}`);
      step.dispose();
      tf.dispose([some, state] as unknown as NamedTensors);
      assertEquals(tf.memory().numTensors, before);
    }
  });

  Deno.test(`${kind.name}: its dream passes the environment checker, and so do its baselines'`, () => {
    for (const { model: dreamt, initialise } of [{ model, initialise: () => ({}) }, ...baselines]) {
      const own = initialise(new RandomStream(4));
      const env = new DreamEnv({
        worldModel: dreamt,
        parameters: { ...parameters, ...own },
        starts: { draw: () => ({}) },
        maxSteps: 8,
      });
      checkEnv(env, { close: true });
      env.close();
      const features = dreamt.features({ ...parameters, ...own }, dreamt.initial(2));
      assertEquals(features.shape, [2, dreamt.featureSize]);
    }
  });

  Deno.test(`${kind.name}: actor-critic, PPO and CMA-ES learn in its dreams`, async () => {
    const rows = 4;
    const agent = new ActorCritic({
      featureSize: model.featureSize,
      hiddenUnits: [8],
      initialMean: [0, 0],
    });
    const options = { horizon: 2, entropyWeight: 0 };
    const { gradient } = config;
    for (
      const update of [
        createDreamUpdate(model, agent, { ...options, gradient }),
        createDreamPPO(model, agent, { ...options, epochs: 1, minibatches: 2 }),
      ]
    ) {
      const fresh = agent.initialise(new RandomStream(6));
      const { state, losses } = await update.bind(parameters).run(
        update.init(fresh),
        { start: model.initial(rows) },
        seedTensor([3, 4]),
      );
      assert(Object.values(losses).every((loss) => Number.isFinite(loss.dataSync()[0])));
      for (const [name, before] of Object.entries(fresh)) {
        if (!name.endsWith("output/bias")) continue;
        assert(state.parameters[name].sub(before).abs().max().dataSync()[0] > 0, name);
      }
      update.dispose();
    }
    const controller = new LinearController({ featureSize: model.featureSize, squash: ["tanh", "tanh"] });
    const fitness = createDreamFitness(model, controller, { candidates: 2, decisions: 2 });
    const candidates = [0.1, -0.1].map((weight) => new Array(controller.parameterCount).fill(weight));
    const trial = { world: parameters, start: model.initial(2), random: new RandomStream(8) };
    const judged = await fitness.evaluate(candidates, trial);
    assert(judged.every(Number.isFinite) && judged[0] !== judged[1], `${judged}`);
    fitness.dispose();
  });
}

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
  type WorldModel,
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

Deno.test("pictures come about in turns in diffusion, and transformers look at their past", () => {
  const kindsWith = (has: (model: WorldModel) => boolean) =>
    WORLD_KINDS.filter((kind) => has(kind.create(worldModelPresets(kind).smoke, { actions: ACTIONS }).model))
      .map(({ name }) => name);
  assertEquals(kindsWith(({ pictureMoments }) => pictureMoments !== undefined), ["diamond"]);
  assertEquals(kindsWith(({ attention }) => attention !== undefined).toSorted(), ["iris", "storm"]);
});

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

  /** The state after so many decisions of an episode that follows another one. */
  const follow = (decisions: number): WorldState => {
    const random = new RandomStream(11);
    let state: WorldState = model.initial(2);
    for (let t = -3; t <= decisions; t++) {
      const frames = Uint8Array.from({ length: 2 * frameLength(model) }, () => random.integer(0, 256));
      state = model.observe(parameters, state, {
        frames: tf.tensor(frames, [2, ...model.frames], "int32"),
        action: tf.tensor2d([[random.normal(), 0.1], [0.2, random.normal()]]),
        reward: tf.tensor1d([0.5, random.normal()]),
        first: tf.tensor1d(t === -3 || t === 0 ? [1, 1] : [0, 0]),
      });
    }
    return state;
  };

  if (model.pictureMoments) {
    Deno.test(`${kind.name}: a picture in the making begins with noise and ends as the one that is shown`, () => {
      const state = follow(2), action = tf.tensor2d([[0.3, -0.4], [0, 1]]);
      for (const temperature of [undefined, 0.5, tf.scalar(2)]) {
        const options = { temperature };
        const moments = model.pictureMoments!(parameters, state, action, draw(3, 2), options);
        assert(moments.length > 2);
        assertEquals(moments.map(({ foreseen }) => foreseen !== undefined), moments.map((_, i) => i > 0));
        for (const { picture, foreseen = picture } of moments) {
          assertEquals([picture.shape, foreseen.shape], [[2, ...model.frames], [2, ...model.frames]]);
          assert(picture.min().dataSync()[0] >= 0 && picture.max().dataSync()[0] <= 1);
        }
        const shown = model.picture(
          parameters,
          model.imagine(parameters, state, action, draw(3, 2), options).state,
        );
        const apart = (picture: tf.Tensor) => picture.sub(shown).abs().max().dataSync()[0];
        assertAlmostEquals(apart(moments.at(-1)!.picture), 0, 1e-4);
        assertAlmostEquals(apart(moments.at(-1)!.foreseen!), 0, 1e-4);
        assert(apart(moments[0].picture) > 0.1);
        const other = model.pictureMoments!(parameters, state, action, draw(4, 2), options)[0].picture;
        assert(other.sub(moments[0].picture).abs().max().dataSync()[0] > 0.1, "it begins with the noise");
      }
    });
  }

  const { attention } = model;
  if (attention) {
    Deno.test(`${kind.name}: what it looks at are shares of its own episode's decisions, the newest last`, () => {
      const action = tf.tensor2d([[0.3, -0.4], [0, 1]]);
      for (const decisions of [0, 1, 3]) {
        const weights = attention.weights(parameters, follow(decisions), action);
        const [rows, layers, heads, window, parts] = weights.shape as number[];
        assertEquals(rows, 2);
        assert(layers * heads >= 1 && parts >= attention.parts[0] * attention.parts[1]);
        assert(weights.min().dataSync()[0] >= 0);
        for (const sum of weights.sum([3, 4]).dataSync()) assertAlmostEquals(sum, 1, 1e-5);
        const looked = weights.sum(4).max([0, 1, 2]).dataSync();
        const there = Math.min(decisions + 1, window);
        assertEquals([...looked].map((share) => share > 0), [...looked].map((_, w) => w >= window - there));
      }
      const state = follow(3);
      const by = (action: tf.Tensor) => attention.weights(parameters, state, action).dataSync().join();
      assert(by(action) !== by(tf.neg(action)), "it depends on the decision");
    });
  }

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

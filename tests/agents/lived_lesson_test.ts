import { assert, assertAlmostEquals, assertEquals, assertNotEquals } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import { ActorCritic, createDreamUpdate, type Lived, livedLesson } from "../../agents/mod.ts";
import { livedSequences } from "../../agents/train_world_model/dream_starts.ts";
import { RandomStream } from "../../core/mod.ts";
import { seedTensor, startBackend } from "../../generative/runtime/mod.ts";
import { Replay, type Rollout, type TrainableWorldModel } from "../../worlds/mod.ts";
import { toyStart, ToyWorld } from "./support/toy_world.ts";

await startBackend();

const agent = new ActorCritic({ featureSize: 2, hiddenUnits: [8], initialMean: [0] });
const parameters = agent.initialise(new RandomStream(1));
for (const name of agent.criticNames) parameters[name] = parameters[name].mul(3); // values that differ

/** Rewards of ten times the latent, which counts itself. */
const toy = new ToyWorld(1, {
  reward: (_, { latents }) => latents.squeeze<tf.Tensor1D>([1]).mul(10),
  cost: 0.5,
});

const DECISIONS = 4, SEQUENCES = 3;

/** Three sequences: one goes on, one ends in decision 1, one is broken off after decision 2. */
function lived(): Lived {
  const flags = (t: number, n: number) => {
    const values = tf.buffer([DECISIONS, SEQUENCES]);
    values.set(1, t, n);
    return values.toTensor();
  };
  return {
    states: toyStart((DECISIONS + 1) * SEQUENCES, 1),
    actions: tf.ones([DECISIONS * SEQUENCES, 1]).mul(0.3),
    ends: flags(1, 1),
    breaks: flags(2, 2),
  };
}

Deno.test("a lesson holds the lambda returns of what was lived through, up to an end or a break", () => {
  const [gamma, lambda, costWeight] = [0.9, 0.8, 4];
  const { features, returns, weights } = livedLesson(toy, agent, {
    world: toy.values(),
    target: parameters,
    lived: lived(),
    seed: seedTensor([1, 2]),
    gamma,
    lambda,
    costWeight,
  });
  const { states } = lived();
  const values = agent.value(parameters, toy.features({}, states)).dataSync();
  const rewards = states.latents.dataSync();
  const at = (t: number, n: number) => t * SEQUENCES + n;
  const got = returns.dataSync();
  assertEquals(features.shape, [DECISIONS * SEQUENCES, 2]);
  for (let n = 0; n < SEQUENCES; n++) {
    let future = values[at(DECISIONS, n)];
    for (let t = DECISIONS - 1; t >= 0; t--) {
      const aim = rewards[at(t, n)] - costWeight * 0.5 / 10;
      const ahead = (1 - lambda) * values[at(t + 1, n)] + lambda * future;
      future = n === 2 && t === 2 ? values[at(t, n)] : n === 1 && t === 1 ? aim : aim + gamma * ahead;
      assertAlmostEquals(got[at(t, n)], future, 1e-5, `decision ${t} of sequence ${n}`);
    }
  }
  const broken = [...weights.dataSync()].flatMap((weight, i) => weight === 0 ? [i] : []);
  assertEquals(broken, [at(2, 2)], "what follows a break is unknown");
});

Deno.test("lived decisions teach the critic by their weight, and leave the actor's update alone", async () => {
  const update = async (livedWeight: number, batch: { lived?: Lived }) => {
    const updates = createDreamUpdate(toy, agent, { livedWeight });
    const { state } = await updates.bind(toy.values())
      .run(updates.init(parameters), { start: toyStart(4, 1), ...batch }, seedTensor([3, 4]));
    updates.dispose();
    return (names: string[]) => names.map((name) => [...state.parameters[name].dataSync()]);
  };
  const [none, weightless, taught] = [
    await update(1, {}),
    await update(0, { lived: lived() }),
    await update(1, { lived: lived() }),
  ];
  assertEquals(taught(agent.actorNames), none(agent.actorNames));
  assertEquals(weightless(agent.criticNames), none(agent.criticNames));
  assertNotEquals(taught(agent.criticNames), none(agent.criticNames));
});

Deno.test("lived sequences are decisions in a row of the newest rollout; ends and breaks are told apart", () => {
  const [streams, decisions, actionSize] = [2, 12, 1];
  /** Stream 0 ends an episode in decision 4, stream 1 breaks one off after decision 6. */
  const rollout = (age: number): Rollout => {
    const flag = (t: number, n: number) => {
      const values = new Float32Array(streams * decisions);
      values[t * streams + n] = 1;
      return values;
    };
    const resets = flag(7, 1);
    resets[5 * streams] = resets[0] = resets[1] = 1;
    return {
      streams,
      decisions,
      actionSize,
      actions: Float32Array.from({ length: streams * decisions }, (_, i) => 100 * age + i),
      rewards: new Float32Array(streams * decisions),
      dones: flag(4, 0),
      resets,
      seeds: new Int32Array(streams * decisions),
      costs: new Float32Array(streams * decisions),
    };
  };
  const replay = new Replay({ newestShare: 0.2, ageDecay: 1 });
  for (const age of [2, 1]) replay.add(rollout(age));
  let asked: [number, number][] = [];
  const model = {
    startsAt(_: unknown, places: { t: number; n: number }[]) {
      asked = places.map(({ t, n }) => [t, n]);
      return {};
    },
  } as unknown as TrainableWorldModel;
  const [sequences, length] = [50, 4];
  const { actions, ends, breaks } = livedSequences(
    { model, world: {}, replay },
    { sequences, decisions: length },
    new RandomStream(5),
  );
  assertEquals([actions.shape, ends.shape, breaks.shape], [[200, 1], [4, 50], [4, 50]]);
  const [taken, ended, broken] = [actions, ends, breaks].map((tensor) => tensor.dataSync());
  assertEquals(asked.length, sequences * (length + 1));
  for (let row = 0; row < sequences * length; row++) {
    const [t, n] = asked[row];
    assertEquals(asked[row + sequences], [t + 1, n], "the row below is the decision after it");
    assertEquals(taken[row], 100 + t * streams + n, "the newest rollout's action");
    assertEquals([ended[row], broken[row]], [Number(t === 4 && n === 0), Number(t === 6 && n === 1)]);
  }
  assert(ended.includes(1) && broken.includes(1));
});

import {
  assert,
  assertAlmostEquals,
  assertEquals,
  assertNotEquals,
  assertRejects,
  assertThrows,
} from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import {
  ControllerAgent,
  type ControllerAgentOptions,
  LinearController,
  type Seen,
  SmoothNoise,
} from "../../agents/mod.ts";
import { RandomStream } from "../../core/mod.ts";
import { startBackend } from "../../generative/runtime/mod.ts";
import { ToyWorld } from "./support/toy_world.ts";

await startBackend();

const FRAME = 8 * 8 * 3;

/** Pictures of one colour each: red and green in [0, 255]. */
function pictures(...colours: [number, number][]): Seen {
  const frames = new Uint8Array(colours.length * FRAME);
  colours.forEach(([red, green], row) => {
    for (let i = row * FRAME; i < (row + 1) * FRAME; i += 3) frames.set([red, green, 99], i);
  });
  return { observations: frames, rewards: colours.map(() => 0) };
}

const policy = new LinearController({ featureSize: 4, squash: ["tanh", "tanh"] });
// kernel [z0, z1, h0, h1] x [a0, a1]: a0 = tanh(z0 + 0.5 h0), a1 = tanh(-z1 + 0.5 h1 + 0.1)
const weights = [1, 0, 0, -1, 0.5, 0, 0, 0.5, 0, 0.1];

function makeAgent(options: Partial<ControllerAgentOptions> = {}): ControllerAgent {
  const model = new ToyWorld(2);
  return new ControllerAgent(model, policy, model.values(), policy.fromFlat(weights), {
    random: new RandomStream(1),
    ...options,
  });
}

/** The same agent by hand, for one row. */
class ByHand {
  hidden = [0, 0];
  cell = [0, 0];
  act([red, green]: [number, number], noise = [0, 0]): number[] {
    const z = [red / 255, green / 255];
    const decided = policy.actArray(weights, [...z, ...this.hidden]);
    const action = [...decided].map((value, a) => Math.min(1, Math.max(-1, value + noise[a])));
    this.cell = this.cell.map((value, i) => value / 2 + 0.9 * z[i] + 0.5 * action[i]); // the toy's next latent
    this.hidden = this.cell.map(Math.tanh);
    return action;
  }
}

function assertClose(actual: ArrayLike<number>, wanted: number[]): void {
  assertEquals(actual.length, wanted.length);
  wanted.forEach((value, i) => assertAlmostEquals(actual[i], value, 1e-4));
}

Deno.test("it sees, remembers and decides; rows that restart forget, the others do not", async () => {
  const agent = makeAgent();
  agent.reset(2);
  let [left, right] = [new ByHand(), new ByHand()];
  const colours: [number, number][] = [[10, 200], [255, 0], [90, 90], [30, 60]];
  for (let t = 0; t < 4; t++) {
    const [first, second] = [colours[t], colours[3 - t]];
    if (t === 2) {
      agent.reset(2, [0]);
      left = new ByHand();
    }
    assertClose(await agent.act(pictures(first, second)), [...left.act(first), ...right.act(second)]);
    assertClose(agent.state.latents.dataSync(), [...first, ...second].map((value) => value / 255));
  }
  agent.reset(2);
  [left, right] = [new ByHand(), new ByHand()];
  assertClose(await agent.act(pictures([1, 2], [3, 4])), [...left.act([1, 2]), ...right.act([3, 4])]);
  agent.close();
});

Deno.test("the world model knows of the noise", async () => {
  const noise = () => new SmoothNoise(new RandomStream(6), { deviation: [2, 2] });
  const agent = makeAgent({ noise: noise(), noiseScale: 0.5 });
  const twin = noise();
  const hand = new ByHand();
  agent.reset(1);
  twin.reset(1);
  for (let t = 0; t < 6; t++) {
    const wanted = hand.act([120, 60], [...twin.next(0.5)]);
    const action = await agent.act(pictures([120, 60]));
    assertClose(action, wanted);
    assert(action.every((value) => value >= -1 && value <= 1));
  }
  agent.close();
});

Deno.test("sampled observations follow the seed; nothing leaks", async () => {
  const drive = async (seed: number) => {
    const agent = makeAgent({ sampleObservations: true, random: new RandomStream(seed) });
    agent.reset(2);
    const actions: number[] = [];
    const counts: number[] = [];
    for (let t = 0; t < 4; t++) {
      actions.push(...await agent.act(pictures([50, 60], [50, 60])));
      counts.push(tf.memory().numTensors);
      agent.reset(2, [1]);
    }
    assertEquals(counts.slice(2), counts.slice(1, -1));
    agent.close();
    return actions;
  };
  const actions = await drive(1);
  assertEquals(await drive(1), actions);
  assertNotEquals(await drive(2), actions);
  assertNotEquals(actions[0], actions[2]); // rows draw for themselves
});

Deno.test("the world model is shown what every row earned", async () => {
  /** Its state holds what was shown last. */
  class Ledger extends ToyWorld {
    override initial(batch: number) {
      return { ...super.initial(batch), earned: tf.zeros([batch]) };
    }
    override observe(...[parameters, state, observed]: Parameters<ToyWorld["observe"]>) {
      return { ...super.observe(parameters, state, observed), earned: observed.reward.clone() };
    }
  }
  const model = new Ledger(2);
  const agent = new ControllerAgent(model, policy, model.values(), policy.fromFlat(weights), {
    random: new RandomStream(1),
  });
  agent.reset(2);
  for (const rewards of [[0, 0], [2.5, -1], [0, 7]]) {
    await agent.act({ ...pictures([1, 2], [3, 4]), rewards });
    assertEquals([...agent.state.earned.dataSync()], rewards);
  }
  agent.close();
});

Deno.test("calls out of order and wrong sizes are told", async () => {
  const agent = makeAgent();
  await assertRejects(() => agent.act(pictures([1, 2])), TypeError, "expected reset() before");
  assertThrows(() => agent.state, TypeError, "expected reset() before");
  agent.reset(2);
  await assertRejects(() => agent.act(pictures([1, 2])), RangeError, "[2, 8, 8, 3], got 192 bytes");
  await assertRejects(
    () => agent.act({ ...pictures([1, 2], [3, 4]), rewards: [1] }),
    RangeError,
    "expected a reward for each of 2 rows, got 1",
  );
  assertThrows(() => agent.reset(2, [5]), RangeError, "[0, 2), got 5");
  agent.close();
});

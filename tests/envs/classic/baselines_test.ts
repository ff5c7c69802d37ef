import { assert, assertEquals } from "@std/assert";
import { RandomStream } from "../../../core/random_stream.ts";
import { balanceCartPole, CLASSIC_BASELINES, swingUpPendulum } from "../../../envs/classic/mod.ts";
import { make } from "../../../envs/registry.ts";

const SEEDS = 100;

/** Returns of the episodes of seeds 0 .. 99. */
function returnsOf(id: string, act: (observation: Float32Array) => ArrayLike<number>): number[] {
  const env = make<Float32Array>(id);
  return Array.from({ length: SEEDS }, (_, seed) => {
    let { observation } = env.reset({ seed });
    let total = 0;
    for (let over = false; !over;) {
      const step = env.step(act(observation));
      observation = step.observation;
      total += step.reward;
      over = step.terminated || step.truncated;
    }
    return total;
  });
}

const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

/** The least mean and the least return that a scripted policy must reach; the mean of random actions lies within. */
const scores: Readonly<Record<string, { mean: number; least: number; random: [number, number] }>> = {
  "CartPole-v1": { mean: 500, least: 500, random: [18, 27] },
  "MountainCarContinuous-v0": { mean: 91, least: 90, random: [-34, -32] },
  "Pendulum-v1": { mean: -150, least: -400, random: [-1350, -1100] },
  "Acrobot-v1": { mean: -90, least: -200, random: [-500, -485] },
};

for (const [id, policy] of Object.entries(CLASSIC_BASELINES)) {
  Deno.test(`${id}: the scripted policy solves it, random actions do not`, () => {
    const wanted = scores[id];
    const returns = returnsOf(id, policy);
    assert(mean(returns) >= wanted.mean, `mean ${mean(returns)}`);
    assert(Math.min(...returns) >= wanted.least, `least ${Math.min(...returns)}`);
    const random = new RandomStream(0);
    const { actionSpace } = make<Float32Array>(id);
    const chance = mean(returnsOf(id, () => actionSpace.sample(random)));
    assert(chance >= wanted.random[0] && chance <= wanted.random[1], `mean of random actions ${chance}`);
  });
}

Deno.test("the pendulum stands still at the end, the cart stays near the middle", () => {
  const pendulum = make<Float32Array>("Pendulum-v1");
  const cart = make<Float32Array>("CartPole-v1");
  for (let seed = 0; seed < 20; seed++) {
    let { observation } = pendulum.reset({ seed });
    for (let step = 0; step < 200; step++) {
      observation = pendulum.step(swingUpPendulum(observation)).observation;
    }
    const [cos, , velocity] = observation;
    assertEquals([cos > 0.999, Math.abs(velocity) < 0.01], [true, true], `seed ${seed}`);
    observation = cart.reset({ seed }).observation;
    for (let step = 0; step < 500; step++) {
      observation = cart.step(balanceCartPole(observation)).observation;
      assert(Math.abs(observation[0]) < 1, `seed ${seed}, step ${step}: at ${observation[0]} m`);
    }
  }
});

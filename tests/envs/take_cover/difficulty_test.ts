import { assert } from "@std/assert";
import { RandomStream } from "../../../core/random_stream.ts";
import { Dodger, TakeCover } from "../../../envs/take_cover/mod.ts";
import { PixelPlayer } from "./pixel_player.ts";

/** The mean steps of `episodes` episodes, at most 2,100 each. */
function meanSteps(episodes: number, policy: (env: TakeCover, random: RandomStream) => number): number {
  const env = new TakeCover();
  let steps = 0;
  for (let seed = 0; seed < episodes; seed++) {
    const random = new RandomStream(seed).fork("policy");
    env.reset({ seed });
    for (let step = 0, over = false; step < 2100 && !over; step++, steps++) {
      over = env.advance([policy(env, random)]).terminated;
    }
  }
  return steps / episodes;
}

Deno.test("a random policy lasts about 210 steps", () => {
  const mean = meanSteps(100, (env, random) => env.actionSpace.sample(random)[0]);
  assert(mean > 190 && mean < 235, `${mean} steps`);
});

Deno.test("who stands still or runs to and fro does not solve it", () => {
  const still = meanSteps(100, () => 0);
  assert(still > 100 && still < 220, `${still} steps standing still`);
  let way = 1;
  const running = meanSteps(100, ({ view }) => {
    if (Math.abs(view.agent.x) > 135) way = -Math.sign(view.agent.x);
    return way;
  });
  assert(running > 400 && running < 650, `${running} steps to and fro`);
});

Deno.test("a player that sees everything dodges for the whole minute", () => {
  const dodger = new Dodger();
  const mean = meanSteps(10, ({ view }) => dodger.act(view));
  assert(mean > 1800, `${mean} steps`);
});

Deno.test("a player that steps aside by the fireballs' places and ways solves it", () => {
  // A weighed sum over what flies, without plans: the kind of rule that a small controller can learn.
  const mean = meanSteps(60, ({ view: { agent, monsters } }) => {
    let pull = -0.6 * agent.x / 140 - 0.3 * agent.drift / 8;
    for (const { fireball: { x, depth, drift } } of monsters) {
      if (depth < -10) continue;
      const crossing = x + drift * Math.max(0, depth) / 8 - agent.x;
      pull -= 3 * Math.sign(crossing) * Math.exp(-Math.abs(crossing) / 40 - depth / 100);
    }
    return pull;
  });
  assert(mean > 750, `${mean} steps`);
});

Deno.test("pictures alone are enough to solve it", () => {
  const env = new TakeCover();
  const player = new PixelPlayer();
  let steps = 0;
  for (let seed = 0; seed < 10; seed++) {
    let { observation } = env.reset({ seed });
    player.reset();
    for (let step = 0, over = false; step < 2100 && !over; step++, steps++) {
      ({ observation, terminated: over } = env.step([player.act(observation)]));
    }
  }
  assert(steps / 10 > 750, `${steps / 10} steps`);
});

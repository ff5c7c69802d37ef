import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { ObservationNormaliser } from "../../../agents/perception/observation_normaliser.ts";
import { RewardScaler } from "../../../agents/ppo/reward_scaler.ts";
import { RandomStream } from "../../../core/random_stream.ts";

Deno.test("observations become standard, by what was seen when it was settled", () => {
  const normaliser = new ObservationNormaliser(2), random = new RandomStream(2);
  const seen = Float32Array.from(
    { length: 4000 },
    (_, i) => i % 2 ? 5 + 3 * random.normal() : -1 + random.normal(),
  );
  const before = normaliser.apply(Float32Array.of(3, 4));
  normaliser.see(seen);
  assertEquals(normaliser.apply(Float32Array.of(3, 4)), before, "not settled yet");
  normaliser.settle();
  const [a, b] = normaliser.apply(Float32Array.of(0, 8));
  assertAlmostEquals(a, 1, 0.1);
  assertAlmostEquals(b, 1, 0.1);
  assertEquals([...normaliser.apply(Float32Array.of(1e6, -1e6))], [10, -10]);
  const restored = new ObservationNormaliser(2, normaliser.save());
  assertEquals(restored.apply(seen), normaliser.apply(seen));
  assertThrows(() => new ObservationNormaliser(3, normaliser.save()), TypeError, "of 3 finite numbers");
});

Deno.test("scaled rewards make discounted returns of deviation 1, and keep their sign", () => {
  const scaler = new RewardScaler(4, 0.9), random = new RandomStream(5);
  const returns: number[] = [], running = [0, 0, 0, 0];
  for (let t = 0; t < 3000; t++) {
    const rewards = running.map(() => 50 * random.normal());
    const ended = running.map(() => t % 20 === 19);
    const scaled = scaler.scale(rewards, ended);
    scaled.forEach((reward, row) => {
      assertEquals(Math.sign(reward), Math.sign(rewards[row]));
      running[row] = 0.9 * running[row] + reward;
      if (t > 500) returns.push(running[row]);
      if (ended[row]) running[row] = 0;
    });
  }
  const variance = returns.reduce((sum, x) => sum + x * x, 0) / returns.length;
  assertAlmostEquals(variance, 1, 0.1);
});

Deno.test("a scaler goes on where it was saved, and forgets a return when its episode ends", () => {
  const scaler = new RewardScaler(2, 0.5);
  scaler.scale([1, 2], [false, true]);
  const restored = new RewardScaler(2, 0.5, scaler.save());
  assertEquals(restored.save().returns, [1, 0]);
  assertEquals(restored.scale([3, -4], [false, false]), scaler.scale([3, -4], [false, false]));
  assert(scaler.save().returns[0] === 3.5);
  assertThrows(() => new RewardScaler(3, 0.5, scaler.save()), TypeError, "expected 3 returns, got 2");
});

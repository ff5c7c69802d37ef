import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { RandomStream } from "../../../core/random_stream.ts";
import {
  NormalizeObservation,
  NormalizeReward,
  readStatistics,
  TimeLimit,
  TransformReward,
  writeStatistics,
} from "../../../envs/wrappers/mod.ts";
import { CounterEnv } from "../../support/counter_env.ts";

const frozen = { updateRunningMean: false };

Deno.test("NormalizeObservation counts each step once, however often it is looked at", () => {
  const [once, often] = [
    new NormalizeObservation(new CounterEnv()),
    new NormalizeObservation(new CounterEnv()),
  ];
  for (const env of [once, often]) env.reset({ seed: 1 });
  for (let i = 0; i < 5; i++) {
    once.advance([1, 0]);
    often.step([1, 0]);
    often.observe();
  }
  assertAlmostEquals(once.statistics().count, 6 + 1e-4, 1e-9);
  assertEquals(once.statistics(), often.statistics());
  assertEquals(once.observe(), often.observe());
});

Deno.test("statistics go through a file to another environment, bit by bit; wrong ones are refused", () => {
  const path = Deno.makeTempDirSync() + "/statistics.json";
  const trained = new NormalizeObservation(new CounterEnv());
  trained.reset({ seed: 8 });
  for (let i = 0; i < 4; i++) trained.step([1, 0]);
  writeStatistics(path, trained.statistics());
  const statistics = readStatistics(path);
  assertEquals(statistics, trained.statistics());
  const evaluated = new NormalizeObservation(new CounterEnv(), { ...frozen, statistics });
  trained.updateRunningMean = false;
  assertEquals(evaluated.reset({ seed: 3 }), trained.reset({ seed: 3 }));
  assertEquals(evaluated.statistics(), statistics);
  assertThrows(() => new NormalizeReward(new CounterEnv(), { statistics }), TypeError, "got 192 and 192");
  Deno.writeTextFileSync(path, "{");
  assertThrows(() => readStatistics(path), SyntaxError, "expected statistics as JSON");
  assertThrows(() => readStatistics(path + "?"), Error, "Cannot read");
  for (const options of [{ epsilon: 0 }, { gamma: 1.1 }, { gamma: NaN }]) {
    assertThrows(
      () => new NormalizeReward(new CounterEnv(), options),
      RangeError,
      "Cannot normalize rewards",
    );
  }
  assertThrows(() => new NormalizeObservation(new CounterEnv(), { epsilon: -1 }), RangeError, "epsilon > 0");
});

Deno.test("NormalizeReward brings discounted returns of any scale to a deviation of about 1", () => {
  for (const scale of [1e-3, 1, 1e4]) {
    const random = new RandomStream(1).fork("actions");
    const env = new NormalizeReward(
      new TransformReward(new TimeLimit(new CounterEnv(), 20), (reward) => reward * scale),
    );
    const returns: number[] = [];
    let sum = 0; // goes on over resets, unless an episode terminated
    for (let episode = 0; episode < 300; episode++) {
      env.reset({ seed: episode });
      for (let over = false; !over;) {
        const { reward, terminated, truncated } = env.advance(env.actionSpace.sample(random));
        over = terminated || truncated;
        sum = (terminated ? 0 : sum * 0.99) + reward;
        returns.push(sum);
      }
    }
    const late = returns.slice(1000);
    const mean = late.reduce((a, b) => a + b) / late.length;
    const deviation = Math.sqrt(late.reduce((sum, one) => sum + (one - mean) ** 2, 0) / late.length);
    assert(deviation > 0.5 && deviation < 2, `deviation ${deviation} at scale ${scale}`);
  }
});

import { assertEquals, assertThrows } from "@std/assert";
import { makeFromRecipe } from "../../../envs/recipe.ts";
import {
  FrameSkip,
  FrameStack,
  Grayscale,
  RecordEpisodeStatistics,
  TimeLimit,
  wrap,
  type WrapperRecipe,
} from "../../../envs/wrappers/mod.ts";
import { CounterEnv } from "../../support/counter_env.ts";

/** One of each, the first one innermost. */
const everything: WrapperRecipe[] = [
  ["TimeLimit", { maxSteps: 50 }],
  ["ClipAction"],
  ["FrameSkip", { skip: 2, maxPool: true }],
  ["CropResize"],
  ["Crop", { top: 4, height: 32 }],
  ["Resize", { height: 16, width: 12 }],
  ["Grayscale", { keepDim: true }],
  ["FrameStack", { count: 3, axis: "last", padding: "zero" }],
  ["NormalizeObservation", { epsilon: 1e-4 }],
  ["NormalizeReward", { gamma: 0.9, updateRunningMean: false }],
  ["RecordEpisodeStatistics", { bufferLength: 5, statsKey: "all" }],
];

Deno.test("wrap builds wrappers by name, the first one innermost, from values that survive a worker's mail", () => {
  const env = wrap<Float32Array>(new CounterEnv({ size: 96, limit: 1e9 }), structuredClone(everything));
  const { observationSpace } = env;
  assertEquals([observationSpace.shape, observationSpace.dtype], [[16, 12, 3], "float32"]);
  assertEquals(env.reset({ seed: 3 }).observation.length, 16 * 12 * 3);
  let last = env.step([2, 0]);
  while (!last.truncated) last = env.step([2, 0]);
  assertEquals((last.info.all as { l: number }).l, 25);
});

Deno.test("a recipe's wrappers go around frameSkip, with the same episodes as by hand", () => {
  const env = makeFromRecipe({
    id: "Counter-v0",
    options: { size: 96 },
    frameSkip: 2,
    wrappers: [["Grayscale"], ["FrameStack", { count: 2 }], ["RecordEpisodeStatistics"]],
  });
  const byHand = new RecordEpisodeStatistics(
    new FrameStack(new Grayscale(new FrameSkip(new TimeLimit(new CounterEnv({ size: 96 }), 30), 2)), 2),
  );
  assertEquals(env.reset({ seed: 1 }), byHand.reset({ seed: 1 }));
  for (let i = 0; i < 15; i++) assertEquals(env.step([0.1, 0]), byHand.step([0.1, 0]));
});

Deno.test("wrap refuses names and options that do not exist, and names those that do", () => {
  const wrong = (recipe: unknown) => () => wrap(new CounterEnv(), [recipe as WrapperRecipe]);
  assertThrows(wrong(["GrayScale"]), RangeError, 'did you mean "Grayscale"?');
  assertThrows(wrong(["toString"]), RangeError, "expected one of ClipAction, Crop");
  assertThrows(wrong(["FrameStack", { count: 4, axes: "last" }]), TypeError, 'did you mean "axis"?');
  assertThrows(
    wrong(["ClipAction", { low: 1 }]),
    TypeError,
    'expected no options (it takes none), got "low"',
  );
  assertThrows(wrong(["FrameStack"]), RangeError, "expected an integer > 0, got undefined");
});

import { assert, assertEquals, assertThrows } from "@std/assert";
import { RandomStream } from "../../core/random_stream.ts";
import { CarRace, ScriptedOpponent } from "../../envs/car_traffic/mod.ts";
import { checkEnv } from "../../envs/check_env.ts";
import type { EnvState } from "../../envs/env.ts";
import { make } from "../../envs/registry.ts";
import { type Opponent, SeatEnv } from "../../envs/seat_env.ts";
import { TagEnv } from "../support/tag_env.ts";

/** An opponent that walks at random, or after what it sees. */
class Walker implements Opponent<Float32Array> {
  steps = 0;
  seed = -1;

  constructor(readonly looks = false) {}

  reset(seed: number): void {
    this.seed = seed;
    this.steps = 0;
  }

  act(observe: () => Float32Array): number[] {
    this.steps++;
    if (this.looks) return [observe()[0] > 0 ? 0.5 : -0.5];
    return [new RandomStream(this.seed).fork(this.steps).uniform(-1, 1)];
  }

  getState(): EnvState {
    return { seed: this.seed, steps: this.steps };
  }

  setState({ seed, steps }: EnvState): void {
    [this.seed, this.steps] = [seed as number, steps as number];
  }
}

Deno.test("a seat keeps the contract of an ordinary environment", () => {
  checkEnv(make("CarRace-v0", { cars: 3, maxEpisodeSteps: 60 }), { steps: 30 });
  checkEnv(make("CarRace-v0", { cars: 2, drivers: "expert", cones: 12, maxEpisodeSteps: 60 }), { steps: 30 });
});

Deno.test("the opponents act as given, on what they see, until they are out", () => {
  const tag = new TagEnv();
  const walkers: Record<string, Walker> = { red: new Walker(), blue: new Walker(true) };
  const env = new SeatEnv(tag, { agent: "green", opponent: (agent) => walkers[agent] });
  assertEquals(env.id, "Tag-v0");
  env.reset({ seed: 1 });
  const blue = tag.places.blue;
  env.advance([0]);
  assertEquals(tag.places.blue, blue + (blue > 0 ? 0.5 : -0.5));
  for (let k = 0; k < 10; k++) env.advance([0]);
  // Blue always walks on, and is out by now: nobody asks it any more.
  assert(walkers.blue.steps < 8 && !tag.agents.includes("blue"));
  const { seed } = walkers.red;
  env.reset();
  assert(walkers.red.seed !== seed && walkers.red.steps === 0);
  env.reset({ seed: 1 });
  assertEquals(walkers.red.seed, seed);
});

Deno.test("the episode ends with the seat's agent", () => {
  const env = new SeatEnv(new TagEnv(), { opponent: () => new Walker() });
  env.reset({ seed: 1 });
  let last = env.step([1]);
  while (!last.terminated) last = env.step([1]);
  assertEquals(last.reward, -1);
  assertThrows(() => env.step([1]), TypeError, "a step after the end");
  env.reset();
  assertThrows(() => env.step([NaN]), TypeError, "expected an action of its space, got [NaN]");
  env.close();
  assertThrows(() => env.step([0]), TypeError, "got one that is closed");
  assertThrows(
    () => new SeatEnv(new TagEnv(), { agent: "white", opponent: () => new Walker() }),
    RangeError,
    'expected one of red, green, blue, got "white"',
  );
});

Deno.test("a saved seat goes on with the same future, its opponents' included", () => {
  const build = () => {
    const race = new CarRace({ cars: 4, cones: 12 });
    return new SeatEnv(race, { opponent: (agent) => new ScriptedOpponent(race, agent, "mixed") });
  };
  for (let seed = 0; seed < 3; seed++) {
    const env = build();
    env.reset({ seed });
    const random = new RandomStream(seed);
    const actions = Array.from({ length: 160 }, () => env.actionSpace.sample(random));
    for (const action of actions.slice(0, 100)) env.advance(action);
    const saved = structuredClone(env.getState());
    const future = (env: SeatEnv) => [
      actions.slice(100).map((action) => env.advance(action)),
      env.observe(),
      env.reset().observation,
      env.advance(actions[0]),
      env.getState(),
    ];
    const expected = future(env);
    const other = build();
    for (const again of [env, other]) {
      again.setState(saved);
      assertEquals(future(again), expected);
    }
  }
});

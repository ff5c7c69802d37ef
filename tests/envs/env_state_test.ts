import { assert, assertEquals, assertThrows } from "@std/assert";
import { RandomStream } from "../../core/random_stream.ts";
import { type Env, make, makeFromRecipe, type Observation, RecordInMemory } from "../../envs/mod.ts";
import { CounterEnv } from "../support/counter_env.ts";

/** A number that follows from every bit. */
function digest({ buffer, byteOffset, byteLength }: Observation): number {
  let sum = 7;
  for (const byte of new Uint8Array(buffer, byteOffset, byteLength)) sum = (Math.imul(sum, 31) + byte) | 0;
  return sum;
}

/** Everything that somebody outside sees of the coming steps, as text. */
function future(env: Env<Observation>, program: ArrayLike<number>[]): string[] {
  const seen: string[] = [];
  for (const action of program) {
    const { observation, ...transition } = env.step(action);
    seen.push(
      JSON.stringify([transition, digest(observation)]),
    );
    if (transition.terminated || transition.truncated) {
      // Also the next episode, without a seed, belongs to the future.
      const { observation, info } = env.reset();
      seen.push(JSON.stringify([info, digest(observation)]));
    }
  }
  return seen;
}

/** A program that drives at random, with long pushes, so that cars leave the road. */
function randomProgram(env: Env<Observation>, random: RandomStream, steps: number): ArrayLike<number>[] {
  let action = env.actionSpace.sample(random);
  return Array.from({ length: steps }, () => {
    if (random.uniform() < 0.1) action = env.actionSpace.sample(random);
    return action;
  });
}

const makers: Record<string, () => Env<Observation>> = {
  "Counter-v0": () => make("Counter-v0"),
  "CarRacing-v3": () => make("CarRacing-v3", { maxEpisodeSteps: 70 }),
  "CarRacing-v3 of random colours": () =>
    make("CarRacing-v3", { domainRandomize: true, maxEpisodeSteps: 70 }),
  "CarRacingLap-v0, discrete": () => make("CarRacingLap-v0", { continuous: false }),
  "CarRacingLap-v0 as vectors": () => make<Float32Array>("CarRacingLap-v0", { observation: "state" }),
  "CarRacing-v3 in wrappers": () => makeFromRecipe({ id: "CarRacing-v3", frameSkip: 3, agentView: true }),
};

for (const [name, build] of Object.entries(makers)) {
  Deno.test(`${name}: a saved state has the same future in the same and in another environment, bit by bit`, () => {
    for (let seed = 0; seed < 8; seed++) {
      const random = new RandomStream(seed).fork("program");
      const env = build();
      const before = randomProgram(env, random, random.integer(0, 60));
      const after = randomProgram(env, random, 60);
      env.reset({ seed });
      future(env, before);
      const state = env.getState();
      const sent = structuredClone(state);
      const expected = future(env, after);
      assertEquals(state, sent, "a state is a copy that the environment does not touch");

      env.setState(state);
      assertEquals(future(env, after), expected, `seed ${seed}, the same environment`);
      const other = build();
      other.setState(sent);
      assertEquals(other.getState(), state);
      assertEquals(future(other, after), expected, `seed ${seed}, a new environment`);
      other.reset({ seed: seed + 1 });
      future(other, before);
      other.setState(sent);
      assertEquals(other.observe(), (env.setState(state), env.observe()));
      assertEquals(future(other, after), expected, `seed ${seed}, one in another episode`);
    }
  });

  Deno.test(`${name}: the state before the first reset and after the end is restored as well`, () => {
    const env = build();
    const fresh = env.getState();
    const first = env.reset().observation;
    env.reset({ seed: 3 });
    env.setState(fresh);
    assertThrows(() => env.step(env.actionSpace.sample(new RandomStream(0))), TypeError, "Cannot step");
    assertEquals(env.reset().observation, first);

    const random = new RandomStream(5);
    while (true) {
      const { terminated, truncated } = env.advance(env.actionSpace.sample(random));
      if (terminated || truncated) break;
    }
    const over = structuredClone(env.getState());
    const other = build();
    other.setState(over);
    assertThrows(() => other.step(env.actionSpace.sample(random)), TypeError, "after the end");
    assertEquals(other.observe(), env.observe());
    assertEquals(other.reset().observation, env.reset().observation);
  });

  Deno.test(`${name}: a state of something else is refused by one sentence and changes nothing`, () => {
    const env = build();
    env.reset({ seed: 1 });
    const before = env.getState();
    const broken: Record<string, unknown>[] = [{}, { foreign: 1 }, {
      inner: {},
      steps: 1,
      status: "running",
    }];
    for (const key of Object.keys(before)) broken.push({ ...before, [key]: undefined });
    for (const state of broken) {
      const error = assertThrows(() => env.setState(state), TypeError, "Cannot set the state of");
      assert(!error.message.includes("\n"));
    }
    assertEquals(env.getState(), before);
    env.close();
    assertThrows(() => env.getState(), TypeError);
    assertThrows(() => env.setState(before), TypeError);
  });
}

Deno.test("CarRacing-v3: a part of a state of a wrong length is refused", () => {
  const env = make("CarRacing-v3", { maxEpisodeSteps: Infinity });
  env.reset({ seed: 1 });
  // deno-lint-ignore no-explicit-any
  const state = env.getState() as any;
  const { episode } = state;
  const { random, colors } = state;
  for (const wrong of [{ random: {} }, { random: { ...random, state: "x" } }, { colors: {} }]) {
    assertThrows(() => env.setState({ ...state, ...wrong }), TypeError, "Cannot ");
  }
  assertThrows(
    () => env.setState({ ...state, colors: { ...colors, road: [1] } }),
    TypeError,
    'in "road", got an array of 1',
  );
  for (
    const wrong of [
      { ...episode, car: episode.car.slice(1) },
      { ...episode, tiles: { ...episode.tiles, touched: new Uint8Array(3) } },
    ]
  ) {
    assertThrows(() => env.setState({ ...state, episode: wrong }), TypeError, "values in");
  }
});

Deno.test("RecordedEnv: setting a state in the middle of an episode ends the recording", () => {
  const recorder = new RecordInMemory(new CounterEnv());
  recorder.reset({ seed: 1 });
  recorder.advance([1, 0]);
  const state = recorder.getState();
  recorder.advance([1, 0]);
  recorder.setState(state);
  const ended = recorder.bytes();
  recorder.advance([1, 0]);
  assertEquals(recorder.bytes(), ended, "a step after the jump belongs to no recording");
  recorder.reset();
  assert(recorder.bytes().length > 0);
});

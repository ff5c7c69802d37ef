import { assert, assertEquals, assertThrows } from "@std/assert";
import { RandomStream } from "../../../core/random_stream.ts";
import { make, parseRecording, RecordInMemory, redrawRecording } from "../../../envs/mod.ts";
import { Dodger, TakeCover } from "../../../envs/take_cover/mod.ts";

/** Everything that an episode shows from here on, with a program of moves. */
function future(env: TakeCover, program: number[]): string[] {
  const seen: string[] = [];
  for (const move of program) {
    const transition = env.advance([move]);
    seen.push(JSON.stringify([transition, [...env.saveState()], env.getState()]));
    if (transition.terminated) seen.push(JSON.stringify(env.reset().info));
  }
  return seen;
}

/** Moves held for a while each. */
function randomProgram(random: RandomStream, steps: number): number[] {
  let move = 0;
  return Array.from({ length: steps }, () => {
    if (random.uniform() < 0.15) move = random.uniform(-1, 1);
    return move;
  });
}

Deno.test("a saved state has the same future in the same and in another environment, bit by bit", () => {
  const env = new TakeCover();
  const dodger = new Dodger();
  for (let seed = 0; seed < 40; seed++) {
    const random = new RandomStream(seed).fork("program");
    const fresh = new TakeCover();
    env.reset({ seed });
    // Some states come late, with many monsters that push each other.
    for (let step = random.integer(0, seed % 8 === 0 ? 1500 : 80); step > 0; step--) {
      if (env.advance([dodger.act(env.view)]).terminated) env.reset();
    }
    const program = randomProgram(random, 60);
    const state = env.getState();
    const sent = structuredClone(state);
    const picture = env.observe();
    const expected = future(env, program);
    assertEquals(state, sent, "a state is a copy that the environment does not touch");

    env.setState(sent);
    assertEquals(env.observe(), picture);
    assertEquals(future(env, program), expected, `seed ${seed}, the same environment`);
    fresh.setState(sent);
    assertEquals(fresh.getState(), state);
    assertEquals(fresh.observe(), picture);
    assertEquals(future(fresh, program), expected, `seed ${seed}, a new environment`);
  }
});

Deno.test("what an environment did before does not change an episode", () => {
  const used = new TakeCover();
  for (let seed = 0; seed < 20; seed++) {
    const program = randomProgram(new RandomStream(seed), 150);
    const fresh = new TakeCover();
    fresh.reset({ seed });
    used.reset({ seed });
    assertEquals(future(used, program), future(fresh, program), `seed ${seed}`);
  }
});

Deno.test("the state before the first reset and after the end is restored as well", () => {
  const env = new TakeCover();
  const fresh = env.getState();
  const { observation } = env.reset();
  env.setState(fresh);
  assertThrows(() => env.observe(), TypeError, "before its first reset");
  assertEquals(env.reset().observation, observation);

  while (!env.advance([0]).terminated);
  const last = env.observe();
  const over = env.getState();
  env.reset();
  env.setState(over);
  assertEquals(env.observe(), last);
  assertThrows(() => env.advance([0]), TypeError, "after the end of the episode");
});

Deno.test("a state that does not fit is refused", () => {
  const env = new TakeCover();
  env.reset({ seed: 0 });
  const { arena: _, ...rest } = env.getState();
  assertThrows(() => env.setState(rest), TypeError, 'in "arena"');
  assertThrows(
    () => env.setState({ ...rest, arena: new Float64Array(3) }),
    TypeError,
    "got a Float64Array of 3",
  );
  env.close();
  assertThrows(() => env.setState(rest), TypeError, "closed");
});

Deno.test("saved pictures are drawn again bit by bit, in any order", () => {
  for (const observation of ["rgb", "gray", "state"] as const) {
    const env = new TakeCover({ observation });
    const states: Float64Array[] = [];
    const pictures: Uint8Array[] = [];
    const random = new RandomStream(5);
    for (let seed = 0; seed < 4; seed++) {
      pictures.push(env.reset({ seed }).observation);
      states.push(env.saveState());
      for (let terminated = false; !terminated;) {
        const result = env.step(env.actionSpace.sample(random));
        terminated = result.terminated;
        pictures.push(result.observation);
        states.push(env.saveState());
      }
    }
    const other = new TakeCover({ observation });
    other.reset({ seed: 99 });
    const before = other.observe();
    for (let i = states.length - 1; i >= 0; i--) {
      assertEquals(other.redraw(states[i]), pictures[i], `${observation}, picture ${i}`);
    }
    assertEquals(other.observe(), before);
    assert(states.length > 300);
  }
});

Deno.test("a recording stores no pixels and draws the episode again", async () => {
  const env = new RecordInMemory(make("TakeCover-v0", { frameSize: 96 }));
  const random = new RandomStream(8);
  const pictures = [env.reset({ seed: 8 }).observation];
  for (let terminated = false; !terminated;) {
    const result = env.step(env.actionSpace.sample(random));
    terminated = result.terminated;
    pictures.push(result.observation);
  }
  const bytes = env.bytes();
  assert(bytes.length < 400 * pictures.length, `${bytes.length / pictures.length} bytes a step`);
  let i = 0;
  for await (const picture of redrawRecording(parseRecording(bytes))) assertEquals(picture, pictures[i++]);
  assertEquals(i, pictures.length);
});

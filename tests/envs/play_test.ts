import { assert, assertEquals } from "@std/assert";
import { RandomStream } from "../../core/mod.ts";
import { envSpec, type Hands, make, type Observation, registeredIds } from "../../envs/mod.ts";

const IDLE: Hands = { across: 0, up: 0, down: 0 };

for (const id of registeredIds()) {
  Deno.test(`a person can act in ${id}: whatever the hands do is one of its actions, and they make a difference`, () => {
    const { play, actions } = envSpec(id);
    assert(play);
    const env = make<Observation>(id);
    const random = new RandomStream(1);
    env.reset({ seed: 1 });
    let before: ArrayLike<number> | undefined;
    for (let step = 0; step < 40; step++) {
      const hands = { across: random.uniform(-1, 1), up: random.uniform(0, 1), down: random.uniform(0, 1) };
      before = play.action(step % 4 === 0 ? IDLE : hands, before);
      assertEquals(before.length, actions!({}).length);
      if (env.advance(before).terminated) env.reset();
    }
    env.close();
    const full = { across: 1, up: 1, down: 1 };
    for (const hand of ["across", "up", "down"] as const) {
      const [idle, active] = [IDLE, { ...IDLE, [hand]: full[hand] }].map((hands) =>
        Array.from(play.action(hands, play.action({ ...IDLE, across: 1 })))
      );
      const opposite = Array.from(play.action({ ...IDLE, [hand]: -full[hand] }));
      const differs = active.join() !== idle.join() || active.join() !== opposite.join();
      if (play.does[hand]) assert(differs, `${hand} does ${play.does[hand]}`);
    }
  });
}

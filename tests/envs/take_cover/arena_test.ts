import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { RandomStream } from "../../../core/random_stream.ts";
import { Arena } from "../../../envs/take_cover/arena.ts";
import { BEHIND, FIREBALL_SPEED, MONSTER_DEPTH, THROW_DEPTH } from "../../../envs/take_cover/constants.ts";
import { Dodger, TakeCover } from "../../../envs/take_cover/mod.ts";

/** Whether a fireball thrown straight ahead from `offset` beside the agent touches it. */
function touches(offset: number): boolean {
  const arena = new Arena();
  arena.launch(0, { x: offset, y: THROW_DEPTH }, { x: 0, y: -FIREBALL_SPEED });
  while (arena.flies(0)) if (arena.step()) return true;
  return false;
}

Deno.test("a fireball touches where its circle meets the agent's square, and nowhere else", () => {
  // Half the agent's side and the radius: 16 + 12 u; the fireball's polygon lies up to 0.1 u inside its circle.
  for (const offset of [0, 8, 16, 20, 24, 27.8]) {
    assert(touches(offset), `${offset} u to the right`);
    assert(touches(-offset), `${offset} u to the left`);
  }
  for (const offset of [28.1, 32, 60]) {
    assert(!touches(offset), `${offset} u to the right`);
    assert(!touches(-offset), `${offset} u to the left`);
  }
});

Deno.test("a fireball touches first when its edge reaches the agent's front", () => {
  const arena = new Arena();
  arena.launch(0, { x: 0, y: 100 }, { x: 0, y: -1 });
  while (!arena.step());
  assertAlmostEquals(arena.fireballs[0].position.y, 28, 1);
});

Deno.test("a fireball that misses flies on evenly and is gone behind the agent", () => {
  const arena = new Arena();
  arena.launch(2, { x: -100, y: THROW_DEPTH }, { x: 3, y: -7 });
  for (let step = 1; arena.flies(2); step++) {
    assertAlmostEquals(arena.fireballs[2].position.y, THROW_DEPTH - 7 * (step - 1), 1e-9);
    assertAlmostEquals(arena.fireballs[2].position.x, -100 + 3 * (step - 1), 1e-9);
    arena.step();
    assert(step < 100);
  }
  assert(arena.fireballs[2].position.y < BEHIND);
});

Deno.test("the agent gathers speed and glides as Doom's player does", () => {
  const arena = new Arena();
  let x = 0, speed = 0;
  for (let step = 0; step < 60; step++) {
    const thrust = step < 14 ? 0.75 : step < 20 ? -0.75 : 0;
    arena.pushAgent(thrust);
    arena.step();
    speed = speed * (0xe800 / 0x10000) + thrust;
    x += speed;
    assertAlmostEquals(arena.agent.position.x, x, 1e-9);
  }
});

Deno.test("walls stop the agent", () => {
  for (const side of [-1, 1]) {
    const arena = new Arena();
    for (let step = 0; step < 200; step++) {
      arena.pushAgent(0.75 * side);
      arena.step();
      // Matter.js lets bodies sink into each other by about a step's way before it pushes them out.
      assert(Math.abs(arena.agent.position.x) < 148, `${arena.agent.position.x}`);
      assertEquals(arena.agent.position.y, 0);
    }
    assertAlmostEquals(side * arena.agent.position.x, 140, 1);
  }
});

Deno.test("monsters keep their line, stay inside and do not walk through each other", () => {
  const env = new TakeCover();
  const dodger = new Dodger();
  const random = new RandomStream(0);
  for (let seed = 0; seed < 3; seed++) {
    env.reset({ seed });
    for (let step = 1; step <= 1600; step++) {
      if (env.advance([random.uniform() < 0.02 ? 0 : dodger.act(env.view)]).terminated) break;
      const { arena } = env.getState();
      const there = env.view.monsters.filter((_, i) => (arena as Float64Array)[4 * (1 + i) + 1] > 0);
      for (const [i, { x }] of there.entries()) {
        assertEquals((arena as Float64Array)[4 * (1 + i) + 1], MONSTER_DEPTH);
        assert(Math.abs(x) < 140, `monster ${i} at ${x}`);
      }
      // A new monster may come between others that then make room.
      if (step % 260 < 60) continue;
      const places = there.map(({ x }) => x).sort((a, b) => a - b);
      for (let i = 1; i < places.length; i++) {
        assert(places[i] - places[i - 1] > 37, `seed ${seed}, step ${step}: ${places}`);
      }
    }
  }
});

import { assertEquals } from "@std/assert";
import { MappedVectorEnv } from "../../agents/mod.ts";
import { Box } from "../../envs/spaces.ts";
import { CountingVectorEnv } from "./support/counting_vector_env.ts";

Deno.test("a mapped vector environment hands mapped actions on", async () => {
  const inner = new CountingVectorEnv({ count: 1, lengths: () => 5 });
  const twice = (actions: Float32Array) => actions.map((value) => 2 * value);
  const env = new MappedVectorEnv(inner, twice, new Box(-1, 1, { shape: [2] }));
  assertEquals(env.actionSpace.shape, [2]);
  await env.reset({ seeds: [1] });
  await env.step(Float32Array.of(0.5, -1));
  assertEquals([...inner.lastActions], [1, -2]);
  await env.close();
});

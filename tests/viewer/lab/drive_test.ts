import { assertAlmostEquals, assertEquals, assertNotEquals, assertRejects } from "@std/assert";
import { assembleEnvironments } from "../../../agents/train_world_model/assemble_environments.ts";
import { controllerActions } from "../../../agents/train_world_model/controller_actions.ts";
import { loadRun } from "../../../agents/train_world_model/load_run.ts";
import { make, parseRecording, register, TimeLimit, Wrapper } from "../../../envs/mod.ts";
import { drivenFrames } from "./driven_frames.ts";
import { nativeLab, randomRun } from "./random_run.ts";

// Sixteen decisions are enough to tell drives apart.
register("ShortCarRacing-v0", {
  create: () => new Named(new TimeLimit(make("CarRacing-v3"), 64)),
  options: {},
});

/** An environment under another id. */
class Named extends Wrapper {
  override get id(): string {
    return "ShortCarRacing-v0";
  }
}

const lab = nativeLab();
await lab.backend();

for (const controller of ["actor-critic", "cma-es"] as const) {
  const memorySeesRewards = controller === "actor-critic";
  const run = await randomRun({ controller, memorySeesRewards, environment: "ShortCarRacing-v0" });

  /** The drive of the run as it is evaluated: frames and the environment's actions. */
  const evaluated = async (seed: number) => {
    const loaded = loadRun(run.folder);
    const env = assembleEnvironments(loaded.config, 1);
    const agent = loaded.drive();
    const frames: Uint8Array[] = [], actions: number[][] = [], rewards = [0];
    let { observations } = await env.reset({ seeds: [seed] });
    agent.reset(1);
    for (let over = 0; over === 0;) {
      frames.push(observations.slice());
      const outputs = await agent.act({ observations, rewards: [rewards.at(-1)!] });
      actions.push([...controllerActions(loaded.config)(outputs)]);
      const step = await env.step(outputs);
      observations = step.observations;
      rewards.push(step.rewards[0]);
      over = step.terminated[0] + step.truncated[0];
    }
    agent.close();
    await env.close();
    loaded.dispose();
    return { frames, actions, rewards };
  };

  Deno.test(`a ${controller} run drives in the lab as it does when it is evaluated`, async () => {
    const { id } = await lab.open(run.files);
    const { header, steps, actions, truncated } = parseRecording(await lab.drive(id, { seed: 12 }));
    assertEquals([header.env, header.seed, header.content], ["ShortCarRacing-v0", 12, "states"]);
    assertEquals(header.metadata, { driver: "controller", run: "random" });
    assertEquals([steps, truncated[steps - 1]], [64, 1]);
    const wanted = (await evaluated(12)).actions;
    assertEquals(wanted.length, 16);
    for (let step = 0; step < steps; step++) {
      wanted[Math.floor(step / 4)].forEach((value, a) =>
        assertAlmostEquals(actions[step * 3 + a], value, 1e-6)
      );
    }
    await assertRejects(() => lab.drive(id, { seed: -1 }), RangeError, "got -1");
    await lab.close(id);
  });

  Deno.test(`a waking ${controller} agent decides as it does when it is evaluated`, async () => {
    const { id, world } = await lab.open(run.files);
    const { frames, actions, rewards } = await evaluated(12);
    const agent = await lab.startAgent(id);
    for (const [d, frame] of frames.entries()) {
      const { action, value } = await lab.decide(agent, { observation: frame, reward: rewards[d] });
      action.forEach((number, a) => assertAlmostEquals(number, actions[d][a], 1e-4));
      assertEquals(value !== undefined, world!.hasValue);
    }
    await lab.stopAgent(agent);
    await assertRejects(
      () => lab.decide(agent, { observation: frames[0], reward: 0 }),
      RangeError,
      `Cannot use agent ${agent}`,
    );
    await lab.close(id);
  });
}

Deno.test("the memory of a waking agent follows what somebody else did and earned", async () => {
  const run = await randomRun({ memorySeesRewards: true });
  const { id, world } = await lab.open(run.files);
  const { frames, actions } = drivenFrames(8);
  const rewards = Float32Array.from({ length: 8 }, (_, d) => 50 * Math.sin(d)); // large: real ones change little
  const { policy, values } = await lab.follow(id, {
    frames,
    actions: Float32Array.of(0, 0, 0, ...actions),
    rewards: Float32Array.of(0, ...rewards),
  });
  const [led, own] = [await lab.startAgent(id), await lab.startAgent(id)];
  let differed = 0;
  for (let d = 0; d <= 8; d++) {
    const frame = frames.slice(d * 12288, (d + 1) * 12288);
    const taken = d === 0 ? undefined : actions.slice((d - 1) * 3, d * 3);
    const reward = d === 0 ? 0 : rewards[d - 1];
    const { action, value } = await lab.decide(led, { observation: frame, reward, taken });
    action.forEach((number, a) => assertAlmostEquals(number, policy[d * 3 + a], 1e-4));
    assertAlmostEquals(value!, values[d], 1e-3);
    const alone = await lab.decide(own, { observation: frame, reward });
    differed = Math.max(differed, Math.abs(alone.value! - value!));
  }
  assertNotEquals(differed, 0);
  await assertRejects(
    () => lab.decide(led, { observation: frames, reward: 0 }),
    RangeError,
    "Cannot see a frame of [64,64,3]",
  );
  await assertRejects(
    () => lab.decide(led, { observation: frames.slice(0, 12288), reward: 0, taken: new Float32Array(2) }),
    RangeError,
    "Cannot remember an action of [3]: expected 3 numbers, got 2",
  );
  assertEquals(world!.actionSize, 3);
  await lab.close(id);
});

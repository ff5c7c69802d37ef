import { assert, assertEquals, assertRejects } from "@std/assert";
import type { TrainWorldModelConfig } from "../../../agents/train_world_model/config.ts";
import type { WorldModelEvent } from "../../../agents/train_world_model/events.ts";
import {
  trainWorldModel,
  type WorldModelResult,
} from "../../../agents/train_world_model/train_world_model.ts";
import { startBackend } from "../../../generative/runtime/mod.ts";
import { type Json, loadCheckpoint, saveCheckpoint } from "../../../generative/train/mod.ts";
import { longTest } from "../../support/long_tests.ts";
import { finalNumbers, tinyConfig } from "../../support/tiny_run.ts";

await startBackend();

class Broken extends Error {}

/** Drives of forty decisions at most: what they see is drawn rarely. */
const config = (changes: Partial<TrainWorldModelConfig> = {}) => tinyConfig({ frameSkip: 25, ...changes });

/** Runs again and again, breaking where `breaks` says so, until a run comes to its end. */
async function runBroken(
  config: TrainWorldModelConfig,
  folder: string,
  breaks: (event: WorldModelEvent, stage: string) => boolean,
): Promise<{ result: WorldModelResult; broken: number }> {
  for (let broken = 0;; broken++) {
    let stage = "";
    const onEvent = (event: WorldModelEvent) => {
      if (event.type === "stage") stage = `${event.index} ${event.stage.name}`;
      if (breaks(event, stage)) throw new Broken();
    };
    try {
      return { result: await trainWorldModel(config, folder, { onEvent }), broken };
    } catch (error) {
      if (!(error instanceof Broken)) throw error;
    }
  }
}

/** Breaks once at every kind of event in the midst of every kind of stage, in its last round. */
function everywhere(): (event: WorldModelEvent, stage: string) => boolean {
  const seen = new Set<string>();
  let last: string[] = [];
  return (event, stage) => {
    if (event.type === "plan") {
      const names = event.stages.map(({ name }, index) => `${index} ${name}`);
      last = names.filter((_, i) =>
        !event.stages.slice(i + 1).some(({ name }) => name === event.stages[i].name)
      );
    }
    if (!last.includes(stage) || !["work", "progress", "round", "test"].includes(event.type)) return false;
    // Also between two recordings: the first is there already when the stage begins anew.
    const recorded = event.type === "work" && event.name === "record" ? event.done : "";
    return seen.size < seen.add(`${stage} ${event.type} ${recorded}`).size;
  };
}

async function compare(
  changes: Partial<TrainWorldModelConfig>,
  breaks: (event: WorldModelEvent, stage: string) => boolean,
): Promise<number> {
  const root = Deno.makeTempDirSync();
  try {
    const tiny = config(changes);
    const whole = await trainWorldModel(tiny, `${root}/whole`);
    const { result, broken } = await runBroken(tiny, `${root}/broken`, breaks);
    assertEquals(result, whole);
    assertEquals(finalNumbers(`${root}/broken`), finalNumbers(`${root}/whole`));
    assertEquals(
      await trainWorldModel(tiny, `${root}/whole`),
      whole,
      "a finished run tells its results again",
    );
    return broken;
  } finally {
    Deno.removeSync(root, { recursive: true });
  }
}

Deno.test("an actor-critic run whose memory sees rewards, broken inside every kind of stage, ends with the numbers of an unbroken one", async () => {
  const broken = await compare({
    testEpisodes: 2,
    memorySeesRewards: true,
    chooseRounds: 2,
    chooseEpisodes: 1,
  }, everywhere());
  assert(broken >= 12, `broken ${broken} times`);
});

for (const encoder of ["joint", "frozen-vae"]) {
  longTest(
    `a run with an RSSM whose encoder is ${encoder}, broken inside every kind of stage, ends with the numbers of an unbroken one`,
    async () => {
      const broken = await compare({ world: "rssm", encoder, testEpisodes: 1 }, everywhere());
      assert(broken >= 11, `broken ${broken} times`);
    },
  );
}

longTest(
  "a run with a STORM and PPO in its dream, broken inside every kind of stage, ends with the numbers of an unbroken one",
  async () => {
    const broken = await compare({ world: "storm", controller: "ppo", testEpisodes: 1 }, everywhere());
    assert(broken >= 10, `broken ${broken} times`);
  },
);

longTest(
  "a run with a DIAMOND, broken inside every kind of stage, ends with the numbers of an unbroken one",
  async () => {
    const broken = await compare({ world: "diamond", testEpisodes: 1 }, everywhere());
    assert(broken >= 11, `broken ${broken} times`);
  },
);

longTest(
  "a run with an IRIS, broken inside every kind of stage, ends with the numbers of an unbroken one",
  async () => {
    const broken = await compare({ world: "iris", testEpisodes: 1 }, everywhere());
    assert(broken >= 11, `broken ${broken} times`);
  },
);

longTest(
  "a CMA-ES run, broken inside every kind of stage, ends with the numbers of an unbroken one",
  async () => {
    const broken = await compare(
      { controller: "cma-es", mixtures: 5, predictChange: false, testEpisodes: 1 },
      everywhere(),
    );
    assert(broken >= 12, `broken ${broken} times`);
  },
);

longTest("training of the memory goes on from the checkpoint inside its stage", async () => {
  let breaks = 1;
  const changes = { memorySteps: 540, rounds: 1, testEpisodes: 1, baselines: false, visionRefreshRounds: 0 };
  const broken = await compare(changes, (event) => {
    if (event.type === "start" && event.name === "memory" && breaks === 0) assertEquals(event.step, 500);
    return event.type === "progress" && event.name === "memory" && event.step === 520 && breaks-- > 0;
  });
  assertEquals(broken, 1);
});

longTest("evolution goes on from the checkpoint inside its stage", async () => {
  let breaks = 1;
  const changes = {
    controller: "cma-es",
    generations: 12,
    rounds: 1,
    testEpisodes: 1,
    baselines: false,
  } as const;
  const broken = await compare(changes, (event) => {
    if (event.type === "start" && event.name === "controller" && breaks === 0) assertEquals(event.step, 10);
    return event.type === "progress" && event.name === "controller" && event.step === 11 && breaks-- > 0;
  });
  assertEquals(broken, 1);
});

Deno.test("a finished run goes on with more rounds, from its last one, and is tested anew", async () => {
  const root = Deno.makeTempDirSync();
  const tiny = (rounds: number) => config({ rounds, baselines: false, testEpisodes: 1 });
  const before = await trainWorldModel(tiny(1), root);
  const stages: string[] = [];
  const after = await trainWorldModel(tiny(3), root, {
    onEvent: (event) => event.type === "stage" && stages.push(`${event.stage.name} ${event.stage.round}`),
  });
  assertEquals(stages.slice(0, 3), ["collect 1", "vision 2", "memory 2"]);
  assertEquals(stages.slice(-3), ["assess 3", "test 3", "pictures 3"]);
  assertEquals(after.rounds.map(({ round }) => round), [1, 2, 3]);
  assertEquals([after.rounds[0], after.tests.length], [before.rounds[0], 1]);
  assertEquals(await trainWorldModel(tiny(3), root), after);
  Deno.removeSync(root, { recursive: true });
});

Deno.test("a signal stops a run inside any stage", async () => {
  const root = Deno.makeTempDirSync();
  const controller = new AbortController();
  const reason = new Broken();
  const run = trainWorldModel(config(), root, {
    signal: controller.signal,
    onEvent: (event) => event.type === "work" && event.done === 2 && controller.abort(reason),
  });
  const error = await assertRejects(() => run);
  assert(error === reason);
  Deno.removeSync(root, { recursive: true });
});

Deno.test("a run whose rollout is gone or damaged, or whose checkpoint is not what it should be, says which file it is", async () => {
  const root = Deno.makeTempDirSync();
  const tiny = config({ rounds: 1, baselines: false });
  await trainWorldModel(tiny, root);
  const checkpoints = `${root}/checkpoints`;
  const { arrays, data } = loadCheckpoint<Record<string, Json>>(checkpoints);
  for (
    const damaged of [null, { ...data, stage: "3" }, { ...data, steps: { vision: -1 } }, {
      ...data,
      rounds: 5,
    }]
  ) {
    await saveCheckpoint(checkpoints, { tensors: arrays, data: damaged });
    await assertRejects(() => trainWorldModel(tiny, root), SyntaxError, "checkpoint.json");
  }

  await saveCheckpoint(checkpoints, { tensors: arrays, data });
  const path = `${root}/rollouts/0000.safetensors`;
  Deno.writeFileSync(path, Deno.readFileSync(path).subarray(0, 200));
  await assertRejects(() => trainWorldModel(tiny, root), Error, path);
  Deno.removeSync(path);
  await assertRejects(() => trainWorldModel(tiny, root), Error, path);
  Deno.removeSync(root, { recursive: true });
});

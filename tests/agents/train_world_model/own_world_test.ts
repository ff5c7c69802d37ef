import { assertEquals, assertThrows } from "@std/assert";
import { loadRun } from "../../../agents/train_world_model/load_run.ts";
import { trainWorldModel } from "../../../agents/train_world_model/train_world_model.ts";
import { startBackend } from "../../../generative/runtime/mod.ts";
import { loadCheckpoint, RunFolder } from "../../../generative/train/mod.ts";
import { registerWorldKind, type WorldKind, worldKind } from "../../../worlds/mod.ts";
import { COLORS } from "../../support/color_world.ts";
import { tinyConfig } from "../../support/tiny_run.ts";

await startBackend();

Deno.test("a kind of world model of one's own is one file: it is trained, kept by its components' names, and drives", async () => {
  registerWorldKind(COLORS as unknown as WorldKind);
  assertThrows(() => registerWorldKind(COLORS as unknown as WorldKind), RangeError, "got one that is taken");
  assertThrows(() => worldKind("colours"), RangeError, 'did you mean "colors"?');
  const root = Deno.makeTempDirSync();
  const config = tinyConfig({ world: "colors", frameSkip: 25, baselines: false, testEpisodes: 1 });
  using folder = RunFolder.open("own", { root, config });
  const names: string[] = [];
  const { rounds, tests } = await trainWorldModel(config, folder.path, {
    onEvent: (event) => event.type === "stage" && names.push(event.stage.name),
  });
  assertEquals([rounds.length, tests.length], [2, 1]);
  assertEquals(names.filter((name) => name === "colors").length, 2);
  const { arrays, data } = loadCheckpoint<{ steps: unknown }>(`${folder.path}/checkpoints`);
  assertEquals(Object.keys(arrays.colors), ["colors/next/kernel", "colors/next/bias"]);
  assertEquals(data.steps, { colors: 10, controller: 8 });
  const run = loadRun(folder.path);
  run.drive().close();
  run.dispose();
  Deno.removeSync(root, { recursive: true });
});

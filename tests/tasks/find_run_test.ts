import { assertEquals, assertThrows } from "@std/assert";
import { encodeRunConfig, type RunConfig } from "../../generative/train/run_config.ts";
import { chooseRun, newestRun } from "../../tasks/find_run.ts";
import { UsageError } from "../../tasks/run_task.ts";

/** Folders of runs, by path: what made each, and when it was trained. */
function makeRuns(runs: Record<string, { config?: unknown; at?: number }>): string {
  const root = Deno.makeTempDirSync();
  for (const [path, { config = { model: "vae-fashion" }, at }] of Object.entries(runs)) {
    Deno.mkdirSync(`${root}/${path}/checkpoints`, { recursive: true });
    Deno.writeTextFileSync(`${root}/${path}/config.json`, encodeRunConfig({ config } as RunConfig));
    if (at === undefined) continue; // nothing is trained yet
    Deno.writeTextFileSync(`${root}/${path}/checkpoints/checkpoint.json`, "{}");
    Deno.utimeSync(`${root}/${path}/checkpoints/checkpoint.json`, at, at);
  }
  return root;
}

Deno.test("without a run, a task takes the one that was trained last and fits", () => {
  const world = { vision: "small", memoryUnits: 256 };
  const root = makeRuns({
    "runs/old": { at: 100 },
    "runs/new": { at: 200 },
    "runs/begun": {},
    "runs/damaged": { config: "?", at: 400 },
    "runs/world": { config: world, at: 300 },
    "examples/car": { config: world, at: 500 },
  });
  const roots = [`${root}/runs`, `${root}/examples`];
  const folderOf = (wish: Parameters<typeof newestRun>[0]) =>
    newestRun(wish, roots).folder.slice(root.length + 1);
  assertEquals(folderOf({ task: "evaluate" }), "runs/world");
  assertEquals(folderOf({ task: "sample", kinds: ["model"] }), "runs/new");
  assertEquals(folderOf({ task: "sample", fits: (folder) => folder.endsWith("old") }), "runs/old");
  assertEquals(folderOf({ task: "watch", fits: (folder) => folder.includes("examples") }), "examples/car");
  assertThrows(
    () => newestRun({ task: "sample", kinds: ["model"] }, [`${root}/none`]),
    UsageError,
    "Cannot sample: expected a suitable run",
  );
  Deno.removeSync(root, { recursive: true });
});

Deno.test("a run is told by its folder, with or without a slash, or by its name; a wrong one names what fits", () => {
  const wish = { task: "evaluate" } as const;
  for (
    const meant of [
      "car-racing",
      "pretrained/car-racing",
      "./pretrained/car-racing/",
      "pretrained//car-racing",
    ]
  ) {
    assertEquals(chooseRun([meant], wish), { folder: "pretrained/car-racing", kind: "world model" });
  }
  assertThrows(() => chooseRun(["car-racer"], wish), UsageError, 'did you mean "car-racing"?');
  assertThrows(
    () => chooseRun(["car-racing"], { task: "sample", kinds: ["model"] }),
    UsageError,
    'Cannot sample "pretrained/car-racing": expected a model of deno task train, got a run of deno task train-world-model: use deno task watch',
  );
});

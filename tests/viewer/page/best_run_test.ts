import { assertEquals } from "@std/assert";
import type { EpisodeSummary, RunEntry } from "../../../viewer/library.ts";
import { bestRun } from "../../../viewer/page/state/best_run.ts";

/** A run with drives of some returns. */
function run(name: string, returns: number[], changes: Partial<RunEntry & EpisodeSummary> = {}): RunEntry {
  const { env = "CarRacing-v3", dream = false, problem, steps = 1000, example = false } = changes;
  const episodes = returns.map((total, seed) => ({
    path: `runs/${name}/${seed}.rec`,
    ...{ env, seed, steps, return: total, dream, problem },
    ending: "truncated" as const,
    driver: "controller",
  }));
  return { name, kind: "train-world-model", example, modified: 0, training: false, files: [], episodes };
}

const best = (...runs: RunEntry[]) => bestRun(runs)?.name;
const example = run("example", [870], { example: true });

Deno.test("the page opens with the run that drives best, not with the newest", () => {
  assertEquals(best(run("smoke", [-60, -50]), run("good", [900, 700]), run("fair", [790])), "good");
  assertEquals(best(run("newer", [500]), run("older", [500])), "newer");
});

Deno.test("an example comes first while no run of the reader's own drives better", () => {
  assertEquals(best(example), "example");
  assertEquals(best(run("smoke", [-60]), example), "example");
  assertEquals(best(run("own", [880]), example), "own");
  assertEquals(best(run("vae-fashion", []), example), "example");
});

Deno.test("returns of other environments are not compared", () => {
  assertEquals(best(run("pole", [200], { env: "CartPole-v1" }), example), "pole");
  assertEquals(best(run("pole", [200], { env: "CartPole-v1" }), run("car", [800]), example), "pole");
});

Deno.test("dreams and what cannot be read count for nothing; without any drive the newest run is the one", () => {
  assertEquals(best(run("dreamt", [2000], { dream: true }), run("real", [10])), "real");
  assertEquals(best(run("torn", [2000], { problem: "cut short" }), run("real", [10])), "real");
  assertEquals(best(run("empty", [0], { steps: 0 }), run("none", [])), "empty");
  assertEquals(best(), undefined);
});

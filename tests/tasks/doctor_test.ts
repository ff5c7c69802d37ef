import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { runTask } from "../support/run_task.ts";

/** Runs a task on whatever backend it chooses, or on the one in `env`. */
function run(task: string, args: string[], env: Record<string, string> = {}) {
  return runTask(task, args, { env: { SOMNIUM_BACKEND: "", ...env } });
}

Deno.test("doctor tells backend, speed and library, and finds nothing wrong with TensorFlow", async () => {
  const { code, stdout, stderr } = await run("doctor", ["--json"]);
  assertEquals(code, 0, stderr);
  const diagnosis = JSON.parse(stdout);
  assertEquals(diagnosis.environment.backend.name, "tensorflow");
  assert(diagnosis.gflops > 0);
  assert(diagnosis.working.includes("tensorflow") && diagnosis.working.includes("cpu"));
  assertStringIncludes(diagnosis.library.path, "libtensorflow");
  assertEquals(diagnosis.library.damaged, []);
  assert(!diagnosis.findings.some(({ fix }: { fix: string }) => fix === "deno task setup"));
});

Deno.test("doctor names the command that fixes a missing TensorFlow", async () => {
  const { code, stdout, stderr } = await run("doctor", [], { SOMNIUM_BACKEND: "cpu" });
  assertEquals(code, 0, stderr);
  assertStringIncludes(stdout, "Backend       cpu");
  assertStringIncludes(stdout, "SOMNIUM_BACKEND asks for it");
  assertStringIncludes(stdout, "Missing: TensorFlow's library");
  assertStringIncludes(stdout, "Fix: deno task setup");
});

Deno.test("setup finds what is there and starts it", async () => {
  const { code, stdout, stderr } = await run("setup", []);
  assertEquals(code, 0, stderr);
  assertStringIncludes(stdout, "Backend: tensorflow 2.");
});

Deno.test("setup refuses what it does not know", async () => {
  const unknown = await run("setup", ["--gpus"]);
  assertEquals(unknown.code, 2);
  assertStringIncludes(unknown.stderr, '"--gpu"');
  const nowhere = await run("setup", [], { SOMNIUM_LIBTENSORFLOW: "/nowhere" });
  assertEquals(nowhere.code, 1);
  assertStringIncludes(nowhere.stderr, "SOMNIUM_LIBTENSORFLOW: expected");
});

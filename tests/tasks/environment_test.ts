import { assertEquals, assertStringIncludes } from "@std/assert";
import { tinyFlags, writeTinyPictures } from "../generative/models/support.ts";
import { runTask } from "../support/run_task.ts";

Deno.test("a run goes on with its own number of threads, tells what differs, and a larger --epochs trains it on", async () => {
  const root = Deno.makeTempDirSync();
  writeTinyPictures(`${root}/pictures`);
  const flags = ["vae-fashion", ...tinyFlags(`${root}/pictures`), "--runs", root, "--run", "moved"];
  const path = `${root}/moved/environment.json`;
  const environment = () => JSON.parse(Deno.readTextFileSync(path));
  const first = await runTask("train", flags);
  assertEquals(first.code, 0, first.stderr);
  const begun = environment();
  assertEquals(begun.backend.threads.intraOp, navigator.hardwareConcurrency);
  begun.backend.threads.intraOp = 1;
  begun.versions.backend = "2.0.0";
  Deno.writeTextFileSync(path, JSON.stringify(begun));

  const onward = await runTask("train", [...flags, "--epochs", "3"]);
  assertEquals(onward.code, 0, onward.stderr);
  assertStringIncludes(
    onward.stderr,
    `This run was started with library 2.0.0 (now ${environment().versions.backend}): from here on its numbers differ`,
  );
  assertEquals(environment().backend.threads.intraOp, 1);
  assertEquals(environment().before, [begun]);
  assertStringIncludes(onward.stderr, "epoch 3/3");
  const less = await runTask("train", [...flags, "--epochs", "2"]);
  assertEquals(less.code, 1);
  assertStringIncludes(less.stderr, "epochs is 3 in its config.json, 2 now");
  const again = await runTask("train", [...flags, "--epochs", "3"]);
  assertEquals([again.code, again.stderr.includes("differ")], [0, false]);
  Deno.removeSync(root, { recursive: true });
});

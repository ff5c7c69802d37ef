import * as tf from "@tensorflow/tfjs";
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { loadRun } from "../../../agents/train_world_model/load_run.ts";
import { parseRecording } from "../../../envs/mod.ts";

await tf.setBackend("cpu");

const FOLDER = fileURLToPath(new URL("../../../pretrained", import.meta.url));
const names = existsSync(FOLDER) ? readdirSync(FOLDER).filter((name) => !name.startsWith(".")) : [];

for (const name of names) {
  Deno.test(`pretrained/${name} loads, is small, and its card tells its own score`, () => {
    const folder = join(FOLDER, name);
    const run = loadRun(folder);
    run.drive().close();
    run.dispose();

    const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).map((path) =>
      join(folder, path)
    );
    const bytes = files.map((path) => statSync(path)).reduce(
      (sum, stat) => sum + (stat.isFile() ? stat.size : 0),
      0,
    );
    assert(bytes <= 3e6, `expected at most 3 MB, got ${(bytes / 1e6).toFixed(2)} MB`);

    const recordings = files.filter((path) => path.endsWith(".rec"));
    assertEquals(recordings.length, 1);
    const { header, damage } = parseRecording(readFileSync(recordings[0]), { name });
    assertEquals([header.env, damage], [run.config.environment, undefined]);

    const { data } = JSON.parse(readFileSync(join(folder, "checkpoints", "checkpoint.json"), "utf8"));
    const { mean, deviation } = data.tests[0];
    const card = readFileSync(join(folder, "README.md"), "utf8");
    assertStringIncludes(card, `value: ${mean.toFixed(2)} +/- ${deviation.toFixed(2)}\n`);
  });
}

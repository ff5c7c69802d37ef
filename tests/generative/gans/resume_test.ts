import { assertEquals, assertRejects } from "@std/assert";
import { join } from "node:path";
import { CONDITIONAL_WGAN_GP } from "../../../generative/gans/conditional_wgan_gp_kind.ts";
import { loadModel } from "../../../generative/load_model.ts";
import type { ModelConfig } from "../../../generative/models/model_fields.ts";
import type { ModelKind } from "../../../generative/models/model.ts";
import { type ModelEvent, trainModel } from "../../../generative/models/train_model.ts";
import { startBackend } from "../../../generative/runtime/mod.ts";
import { RunFolder } from "../../../generative/train/mod.ts";
import { longTest } from "../../support/long_tests.ts";
import { writeTinyPictures } from "../models/support.ts";
import { TINY } from "./support.ts";

await startBackend();

/** Trains in one go, and once more with a kill at the first checkpoint. */
async function compareResumed<C extends ModelConfig>(
  kind: ModelKind<C>,
  changes: Partial<C>,
): Promise<void> {
  const root = Deno.makeTempDirSync({ prefix: "somnium-gans-" });
  const cache = Deno.env.get("XDG_CACHE_HOME");
  Deno.env.set("XDG_CACHE_HOME", join(root, "cache"));
  try {
    const data = join(root, "pictures");
    writeTinyPictures(data);
    const config: C = { ...kind.presets.default, ...TINY, ...changes, data, epochs: 2, batchSize: 16 };
    const run = async (name: string, killed = false) => {
      using runFolder = RunFolder.open(name, { root, config });
      const { path } = runFolder;
      const controller = new AbortController();
      const onEvent = ({ type }: ModelEvent) => {
        if (killed && type === "checkpoint") controller.abort(new Error("killed"));
      };
      const metrics = await trainModel(kind, config, path, { onEvent, signal: controller.signal });
      const { parameters, dispose } = loadModel(path);
      const numbers = Object.entries(parameters).map(([key, value]) => [key, [...value.dataSync()]]);
      dispose();
      return { metrics, numbers, samples: Deno.readFileSync(join(path, "samples", "epoch_2.png")) };
    };
    const whole = await run("whole");
    assertEquals(
      Object.keys(whole.metrics).some((name) => name.startsWith("FD-pictures-8x8-")),
      changes.distanceSamples !== 0,
    );
    await assertRejects(() => run("broken", true), Error, "killed");
    assertEquals(await run("broken"), whole);
  } finally {
    if (cache === undefined) Deno.env.delete("XDG_CACHE_HOME");
    else Deno.env.set("XDG_CACHE_HOME", cache);
    Deno.removeSync(root, { recursive: true });
  }
}

longTest("a conditional WGAN-GP measures distances after a kill as it would have without one", async () => {
  await compareResumed(CONDITIONAL_WGAN_GP, { attribute: "class", epochSteps: 4, distanceSamples: 20 });
});

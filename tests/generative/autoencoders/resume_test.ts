import { assertEquals, assertRejects } from "@std/assert";
import { join } from "node:path";
import { writePng } from "../../../core/pictures/png.ts";
import { VAE_FACES } from "../../../generative/autoencoders/vae_faces.ts";
import { loadModel } from "../../../generative/models/load_model.ts";
import { pictureOf } from "../../../generative/models/latents/exploration.ts";
import { type ModelEvent, trainModel } from "../../../generative/models/train_model.ts";
import { startBackend } from "../../../generative/runtime/mod.ts";
import { RunFolder } from "../../../generative/train/mod.ts";
import { squarePictures } from "./support.ts";

await startBackend();

Deno.test("the VAE on faces, killed and resumed, ends with the numbers of an unbroken run, statistics too", async () => {
  const root = Deno.makeTempDirSync({ prefix: "somnium-faces-" });
  const cache = Deno.env.get("XDG_CACHE_HOME");
  Deno.env.set("XDG_CACHE_HOME", join(root, "cache"));
  try {
    const data = join(root, "squares");
    Deno.mkdirSync(data);
    const squares = squarePictures(40, 16, 3);
    for (let n = 0; n < squares.count; n++) writePng(join(data, `${n}.png`), pictureOf(squares, n));
    const sizes = { size: 16, batchSize: 8, epochs: 2, filters: 8, latentSize: 4 };
    const config = { ...VAE_FACES.presets.book, data, ...sizes };
    const run = async (name: string, killed = false) => {
      using runFolder = RunFolder.open(name, { root, config });
      const { path } = runFolder;
      const controller = new AbortController();
      const onEvent = ({ type }: ModelEvent) => {
        if (killed && type === "checkpoint") controller.abort(new Error("killed"));
      };
      const metrics = await trainModel(VAE_FACES, config, path, { onEvent, signal: controller.signal });
      const { parameters, dispose } = loadModel(path);
      const numbers = Object.entries(parameters).map(([key, value]) => [key, [...value.dataSync()]]);
      dispose();
      return { metrics, numbers: Object.fromEntries(numbers) as Record<string, number[]> };
    };
    const whole = await run("whole");
    await assertRejects(() => run("broken", true), Error, "killed");
    const resumed = await run("broken");
    assertEquals(resumed, whole);
    assertEquals(whole.numbers["decoder/norm4/movingVariance"].includes(1), false, "moving averages move");
  } finally {
    if (cache === undefined) Deno.env.delete("XDG_CACHE_HOME");
    else Deno.env.set("XDG_CACHE_HOME", cache);
    Deno.removeSync(root, { recursive: true });
  }
});

import { assertEquals } from "@std/assert";
import { RandomStream } from "../../../core/random_stream.ts";
import { VAE_FASHION } from "../../../generative/autoencoders/vae_kind.ts";
import { type PictureData, shapeOf } from "../../../generative/data/dataset.ts";
import { saveModel } from "../../../generative/models/model_checkpoint.ts";
import type { ModelKind } from "../../../generative/models/model.ts";
import { startBackend } from "../../../generative/runtime/mod.ts";
import { disposeTrainState, RunFolder } from "../../../generative/train/mod.ts";
import { browserTest, openViewer, pixels } from "../support/browser.ts";

/** A variational autoencoder that was never trained, with its latents drawn far apart. */
async function garments(root: string): Promise<void> {
  await startBackend();
  const config = { ...VAE_FASHION.presets.book, size: 16 };
  const size = { height: 16, width: 16, channels: 1 };
  const data: PictureData = {
    kind: "pictures",
    name: "tiny",
    count: 1,
    ...size,
    pictures: new Uint8Array(16 * 16),
  };
  const shape = shapeOf(data);
  using runFolder = RunFolder.open("garments", { root, config });
  const { path } = runFolder;
  const state = await VAE_FASHION.create(config, shape).begin(data, new RandomStream(1));
  const kernel = state.parameters["decoder/dense/kernel"];
  state.parameters["decoder/dense/kernel"] = kernel.mul(40);
  kernel.dispose();
  await saveModel(VAE_FASHION as unknown as ModelKind, path, { state, step: 0, shape });
  disposeTrainState(state);
}

browserTest("a run of deno task train shows sliders and samples, computed in the page", async () => {
  const runs = Deno.makeTempDirSync({ prefix: "somnium-view-" });
  await garments(runs);
  const viewer = await openViewer({ runs, hash: "view=latents&run=garments" });
  const { page } = viewer;
  await page.getByRole("region", { name: "Samples" }).waitFor();
  await page.getByRole("region", { name: "Sliders" }).waitFor();
  const sliders = page.locator(".latents-slider input");
  assertEquals(await sliders.count(), 2);
  const decoded = page.getByRole("img", { name: "Decoded", exact: true });
  const bytes = async () => (await pixels(decoded)).data;
  const drawn = async (before?: Uint8Array) => {
    for (let tries = 0; tries < 400; tries++) {
      const now = await bytes();
      if (
        now.some((byte) => byte > 0 && byte < 255) && !(before && now.every((byte, i) => byte === before[i]))
      ) {
        return now;
      }
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error("Expected a picture that changes");
  };
  const before = await drawn();
  await sliders.nth(0).fill("3");
  await drawn(before);
  await viewer.close();
  Deno.removeSync(runs, { recursive: true });
});

import { assertEquals } from "@std/assert";
import { VAE_FASHION } from "../../../generative/autoencoders/vae_kind.ts";
import { startBackend } from "../../../generative/runtime/mod.ts";
import { browserTest, openViewer, pixels } from "../support/browser.ts";
import { blackPicture, writeOwnModels, writeUntrained } from "../support/model_runs.ts";

/** A variational autoencoder that was never trained, with its latents drawn far apart. */
async function garments(root: string): Promise<void> {
  await startBackend();
  await writeUntrained(VAE_FASHION, {
    root,
    name: "garments",
    config: { ...VAE_FASHION.presets.book, size: 16 },
    data: blackPicture(16),
    change(parameters) {
      const kernel = parameters["decoder/dense/kernel"];
      parameters["decoder/dense/kernel"] = kernel.mul(40);
      kernel.dispose();
    },
  });
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

browserTest("a model of the reader's own is computed by the server, as the page says", async () => {
  const runs = Deno.makeTempDirSync({ prefix: "somnium-view-" });
  await garments(runs);
  const module = writeOwnModels(runs);
  const [, mine] = (await import(`file://${module}`)).default;
  await writeUntrained(mine, {
    root: runs,
    name: "mine-1",
    config: mine.presets.default,
    data: blackPicture(8),
  });
  const viewer = await openViewer({ runs, module, hash: "view=latents&run=mine-1" });
  const { page } = viewer;
  await page.getByRole("region", { name: "Samples" }).getByRole("img").waitFor();
  const indicator = page.getByRole("button", { name: /^Where dreams are computed: .* on the server/ });
  await indicator.click();
  await page.getByText("it comes from a module of your own, whose code this page does not run").waitFor();
  assertEquals(await page.getByRole("radio", { name: "On the server" }).isChecked(), true);
  await page.goto(`${viewer.url}#view=latents&run=garments`);
  await page.getByRole("button", { name: /^Where dreams are computed: .* in this browser/ }).waitFor();
  await viewer.close();
  Deno.removeSync(runs, { recursive: true });
});

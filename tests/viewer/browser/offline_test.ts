import { assertEquals, assertGreater } from "@std/assert";
import { exportSite } from "../../../viewer/server/export_site.ts";
import { browserTest, openViewer, pixels, screenshot, tinyRunFolder } from "../support/browser.ts";
import { temporaryFolder } from "../support/fixtures.ts";
import { servePlainly } from "../support/plain_server.ts";

browserTest(
  "an export works below any path of a plain web server, in every view, and asks nobody else",
  async () => {
    const folder = `${temporaryFolder()}/site`;
    await exportSite(folder, { runs: await tinyRunFolder() });
    const site = servePlainly(folder, { below: "/papers/2026/somnium/" });
    const hash = "view=watch&run=tiny&ep=runs/tiny/recordings/test-seed-0.rec&t=40&dream=20";
    const { page, requests, close } = await openViewer({ address: site.url, hash });
    try {
      const dream = page.locator("figure[data-pane=dream]");
      await dream.locator(".watch-missing").waitFor({ state: "detached" });
      await page.waitForFunction(() => /steps\/s/.test(document.body.innerText)); // dreams were computed here
      const shown = await pixels(dream.locator("canvas"));
      assertGreater(new Set(new Uint32Array(shown.data.buffer)).size, 1, "the dream shows a picture");
      await screenshot(page, "export_watch");

      await page.getByRole("link", { name: "Drive" }).or(page.getByRole("tab", { name: "Drive" })).click();
      await page.locator("main canvas").first().waitFor();
      await page.getByRole("link", { name: "Model" }).or(page.getByRole("tab", { name: "Model" }))
        .click();
      await page.locator("main input[type=range]").first().waitFor();
      await page.getByRole("link", { name: "Runs" }).or(page.getByRole("tab", { name: "Runs" })).click();
      await page.locator(".chart-surface").first().waitFor();
      await page.getByRole("tab", { name: "Pictures" }).click();
      const sample = page.getByRole("img", { name: /reconstructions/i }).first();
      await sample.scrollIntoViewIfNeeded();
      await page.waitForFunction(
        (image) => (image as HTMLImageElement).naturalWidth > 0,
        await sample.elementHandle(),
      );
      await screenshot(page, "export_runs");

      const foreign = requests.filter((address) =>
        !/^(blob|data):/.test(address) && !address.startsWith(site.url)
      );
      assertEquals(foreign, []);
    } finally {
      await close();
      await site.close();
    }
  },
);

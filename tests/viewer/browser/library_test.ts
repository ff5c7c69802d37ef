import { assert, assertEquals } from "@std/assert";
import { join } from "node:path";
import { browserTest, openViewer, screenshot } from "../support/browser.ts";

browserTest(
  "the chosen run is in sight, however many there are, and among those that Runs compares",
  async () => {
    const runs = Deno.makeTempDirSync({ prefix: "somnium-many-" });
    for (let i = 0; i < 12; i++) {
      const folder = join(runs, `run-${i}`);
      Deno.mkdirSync(folder);
      Deno.writeTextFileSync(
        join(folder, "config.json"),
        JSON.stringify({ format: "somnium-run", version: 1 }),
      );
      Deno.utimeSync(join(folder, "config.json"), 1.7e9 + i, 1.7e9 + i);
    }
    const { page, close } = await openViewer({ runs, hash: "view=runs&run=run-0" });
    const inSight = async (list: string, row: string) => {
      const inner = page.locator(row);
      await inner.waitFor();
      const [outer, box] = [await page.locator(list).boundingBox(), await inner.boundingBox()];
      return box!.y >= outer!.y - 1 && box!.y + box!.height <= outer!.y + outer!.height + 1;
    };
    const ticked = page.locator(".runs-row:has(input:checked) .runs-name");
    await ticked.nth(3).waitFor();
    assertEquals(await ticked.allTextContents(), ["run-11", "run-10", "run-9", "run-0"]);
    assert(await inSight(".runs-list", ".runs-row:last-child label"), "in the list of the view");
    await screenshot(page, "library-runs");
    await page.getByRole("link", { name: "Watch" }).click();
    assert(await inSight(".shell-runs", ".shell-runs button[aria-current=true]"), "in the library");
    await screenshot(page, "library-chosen");
    await close();
    Deno.removeSync(runs, { recursive: true });
  },
);

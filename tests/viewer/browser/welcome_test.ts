import { assert, assertEquals, assertNotEquals, assertStringIncludes } from "@std/assert";
import axe from "axe-core";
import type { Page } from "playwright-core";
import { exportSite } from "../../../viewer/server/export_site.ts";
import {
  browserTest,
  demoRecording,
  openViewer,
  type OpenViewerOptions,
  pixels,
  screenshot,
  tinyRunFolder,
  until,
} from "../support/browser.ts";
import { temporaryFolder } from "../support/fixtures.ts";
import { servePlainly } from "../support/plain_server.ts";

/** A folder of examples: a tiny run with a drive that stays on the road. */
async function exampleFolder(): Promise<string> {
  const folder = await tinyRunFolder();
  const recordings = `${folder}/tiny/recordings`;
  for (const { name } of [...Deno.readDirSync(recordings)]) Deno.removeSync(`${recordings}/${name}`);
  Deno.writeFileSync(`${recordings}/test-seed-7.rec`, demoRecording());
  return folder;
}

const openExample = async (options: OpenViewerOptions = {}) =>
  await openViewer({ examples: await exampleFolder(), ...options });

const welcome = (page: Page) => page.getByRole("region", { name: /^A car that learns to drive/ });
const playhead = (page: Page) => page.getByRole("slider", { name: "Playhead" });
const line = (page: Page) => page.locator(".welcome-track");
/** How far the loop is, percent. */
const placeOf = (page: Page) =>
  page.locator(".welcome-head-mark").evaluate((mark) => parseFloat((mark as HTMLElement).style.left));
const gone = (page: Page) => welcome(page).waitFor({ state: "detached" });

/** Waits until the playhead moves by itself. */
async function moves(page: Page): Promise<void> {
  await line(page).waitFor();
  const first = await placeOf(page);
  await until(() => placeOf(page), (place) => place !== first, "a picture that moves");
}

browserTest(
  "a fresh clone with an example opens on it, moves by itself, and dreams beside reality",
  async () => {
    const { page, close } = await openExample();
    await welcome(page).waitFor();
    await moves(page);
    let before = await placeOf(page);
    const wraps = (place: number) => {
      const wrapped = place < before;
      before = place;
      return wrapped;
    };
    await until(() => placeOf(page), wraps, "a corner in a loop");
    await page.waitForFunction(() =>
      document.querySelector("[data-pane=dream]")?.getAttribute("data-phase") === "inside"
    );
    const [real, dream] = await Promise.all(
      ["real", "dream"].map((id) => pixels(page.locator(`figure[data-pane=${id}] canvas`))),
    );
    assert(new Set(new Uint32Array(dream.data.buffer)).size > 1, "the dream shows a picture");
    assertNotEquals(dream.data, real.data);
    await page.getByText("Left, what the car saw. Right, what its memory dreams").waitFor();
    assertEquals(await page.locator(".shell-runs").getByText("tiny").count(), 1);
    await page.getByRole("heading", { name: "Examples" }).waitFor();
    assertEquals(new URL(page.url()).hash, "", "opened again, the page welcomes again");
    await screenshot(page, "welcome");
    await close();
  },
);

browserTest(
  "playing and pausing is no reason to leave; whatever else a visitor does ends the welcome",
  async () => {
    const { page, close } = await openExample();
    await moves(page);
    await page.getByRole("button", { name: "Pause", exact: true }).click();
    const stopped = await placeOf(page);
    await page.waitForTimeout(200);
    assertEquals(await placeOf(page), stopped);
    await page.getByRole("button", { name: "Play", exact: true }).click();
    await moves(page);
    assertEquals(await welcome(page).count(), 1);
    await page.keyboard.press("End");
    await gone(page);
    assertEquals(await page.locator(".shell-range-text").count(), 0, "the loop goes with it");
    await page.locator("figure[data-pane=difference]").waitFor();
    await page.waitForFunction(() => location.hash.includes("run=tiny"));
    await page.reload();
    await playhead(page).waitFor();
    assertEquals(await welcome(page).count(), 0, "a link brings the view back, not the welcome");
    await close();
  },
);

browserTest("the three doors: drive in the dream, turn its knobs, train your own", async () => {
  const { page, close } = await openExample();
  await moves(page);
  await page.getByRole("button", { name: "Train your own" }).click();
  assertStringIncludes(await welcome(page).innerText(), "npx -y deno task train-world-model");
  await page.getByRole("button", { name: "Drive in the dream" }).click();
  await gone(page);
  await page.getByRole("button", { name: "Inside the dream", pressed: true }).waitFor();
  await page.locator(".drive-dream").waitFor();
  await page.getByRole("link", { name: "Watch" }).click();
  await page.locator("figure[data-pane=real]").waitFor();
  assertEquals(await welcome(page).count(), 0);

  await close();
  const again = await openExample();
  await moves(again.page);
  await again.page.getByRole("button", { name: "Edit its latents" }).click();
  await again.page.locator("main input[type=range]").first().waitFor();
  await again.close();
});

browserTest(
  "a run of one's own that drives better, or that a link names, opens without the welcome",
  async () => {
    const runs = await exampleFolder();
    const better = await openViewer({ runs, examples: await tinyRunFolder() });
    await playhead(better.page).waitFor();
    await better.page.locator("figure[data-pane=reconstruction]").waitFor();
    assertEquals(await welcome(better.page).count(), 0);
    assertEquals(await better.page.locator(".shell-runs [aria-current=true]").count(), 1);
    await better.close();

    const linked = await openExample({ hash: "run=tiny" });
    await playhead(linked.page).waitFor();
    await linked.page.locator("figure[data-pane=reconstruction]").waitFor();
    assertEquals(await welcome(linked.page).count(), 0);
    await linked.close();
  },
);

browserTest("where the system asks for less motion, the corner stands still until it is played", async () => {
  const { page, close } = await openExample({ reducedMotion: true });
  await line(page).waitFor();
  const still = await placeOf(page);
  await page.waitForTimeout(300);
  assertEquals(await placeOf(page), still);
  assert(20 < still && still < 100, `expected a moment of the dream, got ${still} %`);
  await page.getByRole("button", { name: "Play", exact: true }).click();
  await moves(page);
  assertEquals(await welcome(page).count(), 1);
  await close();
});

browserTest("an export with an example welcomes, too", async () => {
  const folder = `${temporaryFolder()}/site`;
  await exportSite(folder, { runs: temporaryFolder(), examples: await exampleFolder() });
  const site = servePlainly(folder, { below: "/somnium/" });
  const { page, close } = await openViewer({ address: site.url });
  try {
    await welcome(page).waitFor();
    await moves(page);
    await page.waitForFunction(() =>
      document.querySelector("[data-pane=dream]")?.getAttribute("data-phase") === "inside"
    );
  } finally {
    await close();
    await site.close();
  }
});

browserTest("the welcome fits a phone and a desk, dark and light, and axe finds nothing", async () => {
  const places: OpenViewerOptions[] = [
    { viewport: { width: 1280, height: 800 }, theme: "dark" },
    { viewport: { width: 390, height: 844 }, touch: true, theme: "light" },
  ];
  for (const options of places) {
    const { page, close } = await openExample(options);
    await moves(page);
    await page.getByRole("button", { name: "Train your own" }).click();
    await page.evaluate(axe.source);
    const found = await page.evaluate(async () => {
      const { axe } = globalThis as unknown as { axe: typeof import("axe-core") };
      const { violations } = await axe.run(document, {
        runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
      });
      return violations.map(({ help, nodes }) => `${help}: ${nodes[0].html.slice(0, 160)}`);
    });
    assertEquals(found, []);
    assertEquals(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth), 0);
    await screenshot(page, `welcome_${options.theme}_${options.viewport!.width}`);
    await close();
  }
});

import { assertEquals } from "@std/assert";
import type { Page } from "playwright-core";
import { browserTest, openViewer, tinyRunFolder, until } from "../support/browser.ts";

const EPISODE = "runs/tiny/recordings/test-seed-0.rec";

const button = (page: Page, name: string) => page.getByRole("button", { name, exact: true });
const playhead = (page: Page) => page.getByRole("slider", { name: "Playhead" });
const steering = async (page: Page) =>
  Number((await page.locator('[data-gauge="steer"] b').textContent())!.replace("−", "-"));

/** Plays by the space bar, and pauses again. */
async function spacePlays(page: Page, after: string): Promise<void> {
  for (const label of ["Pause (Space)", "Play (Space)"]) {
    await page.keyboard.press("Space");
    await until(
      () => page.locator(".shell-play").getAttribute("aria-label"),
      (now) => now === label,
      `"${label}" after ${after}`,
    );
  }
}

browserTest("whatever was clicked in Watch and Latents, the next key is the page's", async () => {
  const { page, close } = await openViewer({
    runs: await tinyRunFolder(),
    hash: `view=watch&run=tiny&ep=${EPISODE}&t=20`,
  });
  await page.locator(".watch-dream-controls").waitFor();
  const panes = page.getByRole("group", { name: "Panes" });
  await panes.getByRole("button", { name: "Compare" }).click();
  await spacePlays(page, "Compare");
  await page.locator('[data-pane="compare"]').waitFor();
  await page.getByRole("checkbox", { name: "Dream" }).click();
  await spacePlays(page, "the checkbox");
  assertEquals(await page.getByRole("checkbox", { name: "Dream" }).isChecked(), false);
  await page.locator(".watch-dream-controls label.toggle").click();
  await page.getByRole("slider", { name: "Temperature" }).click();
  await spacePlays(page, "the slider");
  await page.keyboard.press("d");
  await until(
    () => page.getByRole("checkbox", { name: "Dream" }).isChecked(),
    (on) => !on,
    "D after the slider",
  );
  await button(page, "Loop (L)").click();
  await spacePlays(page, "Loop");
  await page.locator(".shell-table tbody button").first().click();
  await spacePlays(page, "an episode");
  const before = await playhead(page).getAttribute("aria-valuenow");
  await page.locator('[data-chart="return"] .chart-surface').click();
  const at = Number(
    await until(
      () => playhead(page).getAttribute("aria-valuenow"),
      (now) => now !== before,
      "the playhead to follow a click on a curve",
    ),
  );
  await page.keyboard.press("ArrowRight");
  await until(
    () => playhead(page).getAttribute("aria-valuenow"),
    (now) => Number(now) === at + 1,
    "the next frame after a click on a curve",
  );
  await page.getByRole("spinbutton", { name: "Seed", exact: true }).last().fill("3");
  await page.keyboard.press("Enter");
  await spacePlays(page, "a number that was typed");

  await page.getByRole("link", { name: "Model" }).click();
  await page.locator(".latents-slider input").first().click();
  await spacePlays(page, "a latent's slider");
  await close();
});

browserTest("Enter starts the drive whatever was clicked before, and hands stay on the wheel", async () => {
  const { page, close } = await openViewer({
    runs: await tinyRunFolder(),
    hash: `view=watch&run=tiny&ep=${EPISODE}`,
  });
  await page.getByRole("link", { name: "Drive" }).click();
  await button(page, "Start driving").waitFor();
  await page.keyboard.press("Enter");
  await button(page, "Start driving").waitFor({ state: "detached" });

  await button(page, "Inside the dream").click();
  await button(page, "Start driving").waitFor();
  await page.getByRole("slider", { name: "Starts at" }).click();
  await page.keyboard.press("Enter");
  await button(page, "Start driving").waitFor({ state: "detached" });

  await button(page, "Reality").click();
  await button(page, "Resume").first().click();
  await page.keyboard.down("a");
  await until(() => steering(page), (now) => now < -0.1, "the wheel turned to the left");
  await page.getByRole("checkbox", { name: "Assist" }).click();
  await page.waitForTimeout(300);
  await until(() => steering(page), (now) => now < -0.1, "a held key held while something is clicked");
  await page.keyboard.up("a");
  await until(() => steering(page), (now) => now === 0, "the wheel let go");
  await page.keyboard.down("ArrowRight");
  await until(() => steering(page), (now) => now > 0.1, "arrows that drive after a click");
  await page.keyboard.up("ArrowRight");
  await close();
});

browserTest("in the dream, keys steer after its temperature was set", async () => {
  const { page, close } = await openViewer({
    runs: await tinyRunFolder(),
    hash: `view=drive&run=tiny&ep=${EPISODE}`,
  });
  await button(page, "Inside the dream").click();
  await button(page, "Start driving").click();
  const slider = page.getByRole("slider", { name: "Temperature" });
  await slider.click();
  const temperature = await slider.inputValue();
  await until(
    async () => {
      await page.keyboard.down("ArrowLeft"); // a held key repeats
      // a model that hardly learned sees ends everywhere
      const on = button(page, "Continue the dream");
      if (await on.count() > 0) await on.evaluate((one) => (one as HTMLElement).click());
      return steering(page);
    },
    (now) => now < -0.1,
    "the dream steered to the left",
  );
  assertEquals(await slider.inputValue(), temperature);
  await page.keyboard.up("ArrowLeft");
  await close();
});

browserTest(
  "who moves the focus by keys keeps it: sliders their arrows, buttons their space bar",
  async () => {
    const { page, close } = await openViewer({
      runs: await tinyRunFolder(),
      hash: `view=watch&run=tiny&ep=${EPISODE}&t=20`,
    });
    const slider = page.getByRole("slider", { name: "Temperature" });
    await slider.focus();
    await page.keyboard.press("ArrowLeft");
    assertEquals(await slider.inputValue(), "0.95");
    await page.keyboard.press("ArrowLeft");
    assertEquals(await slider.inputValue(), "0.9");
    assertEquals(await playhead(page).getAttribute("aria-valuenow"), "20");
    const loop = button(page, "Loop (L)");
    await loop.focus();
    await page.keyboard.press("Space");
    await page.keyboard.press("Space");
    assertEquals(await loop.getAttribute("aria-pressed"), "false");
    assertEquals(await page.locator(".shell-play").getAttribute("aria-label"), "Play (Space)");
    await close();
  },
);

import { assertEquals } from "@std/assert";
import type { Page } from "playwright-core";
import { browserTest, openViewer, screenshot, tinyRunFolder, until } from "../support/browser.ts";

const EPISODE = "runs/tiny/recordings/test-seed-0.rec";

const button = (page: Page, name: string) => page.getByRole("button", { name, exact: true });
const slider = (page: Page, name: string) => page.getByRole("slider", { name });
const frameOf = async (page: Page) => Number(await slider(page, "Playhead").getAttribute("aria-valuenow"));
const hashOf = (page: Page) => page.evaluate(() => location.hash);

/** Waits until the address says something. */
const addressSays = (page: Page, part: string) =>
  until(() => hashOf(page), (hash) => hash.includes(part), `"${part}" in the address`);

browserTest("a run, the next episode and a dropped one open inside the drive, never on frame 0", async () => {
  const { page, close } = await openViewer({ runs: await tinyRunFolder(), hash: "run=tiny" });
  const opens = async (what: string) => {
    await until(() => frameOf(page), (frame) => frame === 100, `frame 100 of ${what}`);
    await page.locator('[data-pane="dream"] figcaption').filter({ hasText: "Open loop from 60" }).waitFor();
  };
  await opens("the run that was named");
  await page.keyboard.press("Home");
  await page.keyboard.press("n");
  await opens("the next episode");
  await addressSays(page, "t=100");
  assertEquals(
    (await hashOf(page)).includes("dream="),
    false,
    "where dreams start at first goes without saying",
  );
  await page.goto("about:blank");
  await close();
});

browserTest("a link into Drive brings back its dream, its frame, who drives and how warm", async () => {
  const runs = await tinyRunFolder();
  const hash =
    `view=drive&run=tiny&ep=${EPISODE}&t=140&camera=follow&drive=place:dream,wheel:agent,temp:0.6,seed:4`;
  const { page, url, close } = await openViewer({ runs, hash });
  await slider(page, "Starts at").waitFor();
  await page.getByText("frame 140", { exact: true }).waitFor();
  assertEquals(await slider(page, "Temperature").inputValue(), "0.6");
  assertEquals(await page.getByRole("spinbutton", { name: "Seed", exact: true }).last().inputValue(), "4");
  await page.getByText("The agent of tiny drives").waitFor();
  await screenshot(page, "links-drive-dream");
  await addressSays(page, hash);

  await slider(page, "Starts at").fill("160");
  await page.keyboard.press("m");
  await addressSays(page, "t=160&camera=follow&drive=place:dream,temp:0.6,seed:4");
  const link = await hashOf(page);
  await page.goto("about:blank");
  await page.goto(`${url}${link}`);
  await page.getByText("frame 160", { exact: true }).waitFor();
  await page.getByText("You drive").waitFor();
  await page.keyboard.press("t");
  await button(page, "Above").waitFor();
  assertEquals(await button(page, "Above").getAttribute("aria-pressed"), "true");
  await page.getByRole("link", { name: "Watch" }).click();
  assertEquals(await frameOf(page), 160, "Watch and Drive share the playhead");
  await close();
});

browserTest("the frame of a link into Drive holds although its dream is chosen later", async () => {
  const { page, close } = await openViewer({
    runs: await tinyRunFolder(),
    hash: `view=drive&run=tiny&ep=${EPISODE}&t=152`,
  });
  await until(
    async () => { // a key that comes before the link is applied is undone by it
      const chosen = page.getByRole("button", { name: "Inside the dream", pressed: true });
      if (await chosen.count() === 0) await page.keyboard.press("t");
      return chosen.count();
    },
    (count) => count === 1,
    "the dream to be chosen",
  );
  await page.getByText("frame 152", { exact: true }).waitFor();
  await page.getByRole("link", { name: "Watch" }).click();
  await page.keyboard.press("Home");
  await page.getByRole("link", { name: "Drive" }).click();
  await page.getByText("frame 60", { exact: true }).waitFor(); // and not the black of frame 0
  await close();
});

browserTest("a link into Latents brings back edits, dimension, A and B", async () => {
  const { page, close } = await openViewer({
    runs: await tinyRunFolder(),
    hash: `view=latents&run=tiny&ep=${EPISODE}&t=80&latents=z:3,hold:3:2.5/5:-1,a:10,b:30,along:arc`,
  });
  const edited = (dimension: number) => page.locator(`#latents-z${dimension}`).inputValue();
  await page.locator("#latents-z3").waitFor();
  assertEquals([await edited(3), await edited(5)], ["2.5", "-1"]);
  await page.getByRole("region", { name: "From A (frame 40) to B (frame 120)" }).waitFor();
  await page.getByRole("region", { name: "Traversal of z3" }).waitFor();
  await button(page, "Set A here").click();
  await page.locator("#latents-z5").dblclick();
  await addressSays(page, "latents=z:5,hold:3:2.5,a:20,b:30,along:arc");
  await page.evaluate((hash) => location.hash = hash, `view=latents&run=tiny&ep=${EPISODE}&t=80`);
  await page.getByRole("region", { name: /^From A \(frame/ }).waitFor();
  await until(() => edited(3), (value) => value !== "2.5", "a whole link to reset what it leaves out");
  await close();
});

browserTest("a link to a file that was dropped elsewhere says so, and shows what there is", async () => {
  const { page, close } = await openViewer({
    runs: await tinyRunFolder(),
    hash: "view=watch&ep=file:drive.rec&t=30",
  });
  await page.getByText('Cannot show "drive.rec": it was open in another page only; drop its file here')
    .waitFor();
  await slider(page, "Playhead").waitFor();
  assertEquals(await page.getByText("No episode is shown.").count(), 0);
  await addressSays(page, "run=tiny");
  await close();
});

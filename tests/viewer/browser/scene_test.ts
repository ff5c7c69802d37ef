import { assertEquals } from "@std/assert";
import { browserTest, openViewer, screenshot, until } from "../support/browser.ts";

browserTest("the wheel over the scene scrolls the page; Ctrl or a click makes it zoom", async () => {
  const { page, close } = await openViewer({ hash: "view=watch&ep=scripted:0&panes=scene" });
  await page.locator('[data-pane="scene"] canvas').waitFor();
  await page.getByRole("button", { name: "Chase" }).waitFor();
  const { x, y, width, height } = (await page.locator(".scene-pane").boundingBox())!;
  const scrolled = () => page.locator("main").evaluate((main) => main.scrollTop + scrollY);
  const zoomed = () => page.getByRole("button", { name: "Reset view" }).count().then(Boolean);
  const hint = page.getByText("Ctrl and the wheel zoom");
  await page.mouse.move(x + width / 2, y + height / 2);
  await page.waitForTimeout(500); // its control comes with Pixi
  await page.mouse.wheel(0, 120);
  await until(scrolled, (top) => top > 50, "a page that scrolls");
  await hint.waitFor();
  await screenshot(page, "scene-hint");
  assertEquals(await zoomed(), false);
  await page.mouse.wheel(0, -120);
  await until(scrolled, (top) => top === 0, "a page that scrolls back");
  assertEquals(await zoomed(), false);
  await hint.waitFor({ state: "detached" });

  await page.keyboard.down("Control");
  await page.mouse.wheel(0, -120);
  await page.keyboard.up("Control");
  await until(zoomed, Boolean, "a zoom by Ctrl and the wheel");
  assertEquals([await scrolled(), await hint.count()], [0, 0]);
  await page.mouse.dblclick(x + width / 2, y + height / 2);
  await until(zoomed, (on) => !on, "the view as it was");

  await page.mouse.wheel(0, -120); // it was clicked
  await until(zoomed, Boolean, "a zoom after a click");
  assertEquals(await scrolled(), 0);
  await page.mouse.move(x + width / 2, y - 20); // left, and come back
  await page.mouse.move(x + width / 2, y + height / 2);
  await page.mouse.wheel(0, 120);
  await until(scrolled, (top) => top > 50, "a page that scrolls again");
  assertEquals(await hint.count(), 0, "once is enough");
  await close();
});

import { assert, assertEquals } from "@std/assert";
import { decode as decodePng } from "fast-png";
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
  const wheelDown = async () => {
    await page.mouse.wheel(0, 120);
    return await hint.count();
  };
  await until(wheelDown, Boolean, "a hint, once the scene's control has come with Pixi");
  await until(scrolled, (top) => top > 50, "a page that scrolls");
  await screenshot(page, "scene-hint");
  assertEquals(await zoomed(), false);
  const wheelUp = async () => {
    await page.mouse.wheel(0, -120);
    return await scrolled();
  };
  await until(wheelUp, (top) => top === 0, "a page that scrolls back");
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

browserTest(
  "without WebGL the scene is drawn on a plain canvas, in Watch and in Drive, and says so",
  async () => {
    const args = ["--disable-3d-apis"];
    const { page, close } = await openViewer({ hash: "view=watch&ep=scripted:0&t=60&panes=scene", args });
    await page.getByText("This browser has no WebGL: the scene is drawn without tyre marks").waitFor();
    assertEquals(await page.getByText("Cannot draw").count(), 0);
    const colors = async () => {
      const shown = await page.locator(".scene-canvas").screenshot();
      const { width, height, data } = decodePng(shown);
      const channels = data.length / width / height;
      const found = { grass: 0, road: 0, car: 0 };
      for (let i = 0; i < width * height; i++) {
        const [r, g, b] = data.subarray(i * channels, i * channels + 3);
        if (g > r + 20 && g > b + 20) found.grass++;
        else if (Math.abs(r - g) < 8 && Math.abs(g - b) < 8 && r > 60 && r < 150) found.road++;
        else if (r > 150 && g < 80 && b < 80) found.car++;
      }
      return found;
    };
    await until(
      colors,
      ({ grass, road, car }) => grass > 5000 && road > 2000 && car > 30,
      "grass, road and a car",
    );
    await screenshot(page, "scene-plain");
    await page.keyboard.press("?");
    await page.keyboard.press("Escape");
    await page.evaluate(() => location.hash = "view=drive&ep=scripted:0");
    await page.locator(".drive-stage .scene-canvas").waitFor();
    await until(
      colors,
      ({ grass, road, car }) => grass > 5000 && road > 2000 && car > 30,
      "the same in Drive",
    );
    await screenshot(page, "scene-plain-drive");
    await close();
  },
);

browserTest("with nothing to draw a scene with, Drive shows what the agent sees in its place", async () => {
  const before = `
    const get = HTMLCanvasElement.prototype.getContext;
    HTMLCanvasElement.prototype.getContext = function (kind, ...rest) {
      return /webgl|webgpu/.test(kind) || this.className === "scene-canvas" ? null : get.call(this, kind, ...rest);
    };`;
  const { page, close } = await openViewer({ hash: "view=drive&ep=scripted:0", before });
  const alert = page.locator(".scene-problem");
  await alert.waitFor();
  assertEquals(
    await alert.textContent(),
    "Cannot draw the scene: this browser has neither WebGL nor a canvas; turn on graphics acceleration, or use " +
      "another browser. Everything else works without it.",
  );
  const sight = (await page.locator('.drive-sight [aria-label="What the agent sees"]').boundingBox())!;
  const stage = (await page.locator(".drive-stage").boundingBox())!;
  assert(sight.height > 0.6 * stage.height, `${sight.height} of ${stage.height}`);
  await screenshot(page, "drive-without-scene");
  await close();
});

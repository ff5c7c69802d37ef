import { join } from "node:path";
import type { Locator, Page } from "playwright-core";

/** What a canvas shows. */
export interface CanvasPixels {
  width: number;
  height: number;
  /** `[height, width, 4]`, RGBA bytes, not premultiplied. */
  data: Uint8Array;
}

/**
 * Reads what a canvas (2D, or WebGL by its last frame) holds, at its own size, after the page's next frame: what the
 * page was told before is drawn with that one.
 */
export async function pixels(canvas: Locator): Promise<CanvasPixels> {
  const { width, height, data } = await canvas.evaluate(async (element) => {
    await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
    const shown = element as HTMLCanvasElement;
    const copy = new OffscreenCanvas(shown.width, shown.height).getContext("2d")!;
    copy.drawImage(shown, 0, 0);
    const { data } = copy.getImageData(0, 0, shown.width, shown.height);
    let text = "";
    for (let at = 0; at < data.length; at += 8192) {
      text += String.fromCharCode(...data.subarray(at, at + 8192));
    }
    return { width: shown.width, height: shown.height, data: btoa(text) };
  });
  return { width, height, data: Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0)) };
}

const folder = Deno.env.get("SOMNIUM_SCREENSHOTS");

/** Saves what the page shows as `<name>.png`, for people to look at, where `SOMNIUM_SCREENSHOTS` names a folder. */
export async function screenshot(page: Page, name: string): Promise<void> {
  if (folder === undefined) return;
  Deno.mkdirSync(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `${name}.png`) });
}

// deno-lint-ignore-file no-console -- a benchmark prints
/**
 * `deno task bench viewer [--runs=DIR] [--run=NAME] [--examples=DIR]`: how fast the viewer comes up, scrubs and dreams in
 * Chromium, and what it holds in memory, beside the limits that it keeps to. Without a run: the scripted driver alone, no
 * dreams. With an example (default: those of pretrained/) also how soon a fresh clone's page moves by itself.
 *
 * @module
 */
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { startViewer } from "../viewer/server/mod.ts";
import { launchChromium } from "../tests/viewer/support/chromium.ts";
import type { Given } from "../tasks/cli.ts";
import { projectPath } from "../tasks/paths.ts";
import { benchmark } from "../tasks/benchmarks.ts";

/** Times that a page is opened afresh; medians count. */
const LOADS = 5;
/** How long the playhead is dragged to and fro, seconds. */
const DRAG_SECONDS = 5;
/** Panes with and without the scene: software draws WebGL where there is no graphics card. */
const PANES = { "all panes": "", "without the scene": "&panes=real,reconstruction,dream,difference" };

/** Notes in the page when the first picture of an episode stands on the canvas of reality. */
const NOTE_FIRST_FRAME = `requestAnimationFrame(function look(now) {
  const canvas = document.querySelector("figure[data-pane=real] canvas");
  const drawn = canvas && canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data.some(Boolean);
  if (drawn) globalThis.firstFrame = now; else requestAnimationFrame(look);
})`;

/** Notes in the page when the picture of reality moves for the first time, and when the dream beside it does. */
const NOTE_MOTION = `requestAnimationFrame(function look(now) {
  const canvas = document.querySelector("figure[data-pane=real] canvas");
  const pixels = canvas?.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
  const shown = pixels?.some(Boolean) ? pixels.join() : undefined;
  globalThis.firstShown ??= shown;
  if (globalThis.firstShown !== shown) globalThis.firstMotion ??= now;
  if (document.querySelector("figure[data-pane=dream][data-phase=inside]")) globalThis.firstDream ??= now;
  if (!globalThis.firstMotion || !globalThis.firstDream) requestAnimationFrame(look);
})`;

/** The middle of some numbers. */
function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1];
}

/** Opens an address in a profile of its own, as a first visit. */
async function open(browser: Browser, address: string, options: BrowserContextOptions = {}): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
  await context.addInitScript(NOTE_FIRST_FRAME);
  const page = await context.newPage();
  await page.goto(address);
  await page.waitForFunction(() => "firstFrame" in globalThis);
  return page;
}

async function measureLoading(browser: Browser, address: string): Promise<{ paint: number; frame: number }> {
  const paints: number[] = [], frames: number[] = [];
  for (let load = 0; load < LOADS; load++) {
    const page = await open(browser, address);
    const [paint, frame] = await page.evaluate(() => [
      performance.getEntriesByName("first-contentful-paint")[0].startTime,
      (globalThis as unknown as { firstFrame: number }).firstFrame,
    ]);
    paints.push(paint);
    frames.push(frame);
    await page.context().close();
  }
  return { paint: median(paints), frame: median(frames) };
}

/** A first visit to a clone without runs: milliseconds until the page moves by itself, and until it dreams. */
async function measureWelcome(browser: Browser, address: string): Promise<{ motion: number; dream: number }> {
  const motions: number[] = [], dreams: number[] = [];
  for (let load = 0; load < LOADS; load++) {
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
    await context.addInitScript(NOTE_MOTION);
    const page = await context.newPage();
    await page.goto(address);
    await page.waitForFunction(() => "firstMotion" in globalThis && "firstDream" in globalThis);
    const [motion, dream] = await page.evaluate(() => {
      const { firstMotion, firstDream } = globalThis as unknown as Record<
        "firstMotion" | "firstDream",
        number
      >;
      return [firstMotion, firstDream];
    });
    motions.push(motion);
    dreams.push(dream);
    await context.close();
  }
  return { motion: median(motions), dream: median(dreams) };
}

/** Drags the playhead from end to end and back; milliseconds between the frames that the browser drew meanwhile. */
async function measureScrubbing(page: Page): Promise<number[]> {
  const box = (await page.getByRole("slider", { name: "Playhead" }).locator("..").boundingBox())!;
  const y = box.y + box.height / 2;
  await page.mouse.move(box.x + 5, y);
  await page.mouse.down();
  await page.evaluate(() => {
    const intervals: number[] = [];
    let last = performance.now();
    const note = (now: number) => {
      intervals.push(now - last);
      last = now;
      requestAnimationFrame(note);
    };
    requestAnimationFrame(note);
    Object.assign(globalThis, { intervals });
  });
  const end = performance.now() + DRAG_SECONDS * 1000;
  for (let turn = 0; performance.now() < end; turn++) {
    const part = Math.abs((turn / 120) % 2 - 1);
    await page.mouse.move(box.x + 5 + part * (box.width - 10), y);
  }
  const intervals = await page.evaluate(() =>
    (globalThis as unknown as { intervals: number[] }).intervals.slice(5)
  );
  await page.mouse.up();
  return intervals;
}

/** Steps a second as the page itself tells, when no dream is being computed any more. */
async function measureDreams(page: Page): Promise<number> {
  const rate = page.getByText(/[\d,]+ steps\/s/).first();
  await rate.waitFor({ timeout: 60_000 });
  await page.waitForTimeout(3000);
  return Number((await rate.innerText()).match(/([\d,]+) steps\/s/)![1].replaceAll(",", ""));
}

/** Bytes of live objects and of what typed arrays hold; the page's workers have heaps of their own. */
async function measureHeap(page: Page): Promise<number> {
  const session = await page.context().newCDPSession(page);
  await session.send("HeapProfiler.collectGarbage");
  const { usedSize, backingStorageSize } = await session.send("Runtime.getHeapUsage");
  return usedSize + backingStorageSize;
}

const TASK = benchmark("viewer");

if (import.meta.main) await TASK.run(main);

async function main({ flags }: Given<typeof TASK.options.flags>): Promise<void> {
  const examples = flags.examples ?? projectPath("pretrained");
  const viewer = await startViewer({ runs: flags.runs ?? projectPath("runs"), examples });
  const browser = await launchChromium();
  const library = await (await fetch(`${viewer.url}library.json`)).json();
  const run = flags.run ?? library.runs[0]?.name;
  const episode = library.runs.find(({ name }: { name: string }) => name === run)?.episodes[0]?.path;
  const address = `${viewer.url}#view=watch${run ? `&run=${run}` : ""}&ep=${episode ?? "scripted:0"}`;
  const row = (what: string, value: string, limit = "") => console.log(`${what} | ${value} | ${limit}`);

  console.log(`The viewer in Chromium ${browser.version()}, ${run ?? "the scripted driver"}, 1280 x 800`);
  console.log("what | measured | limit");
  const { paint, frame } = await measureLoading(browser, address);
  row("first contentful paint", `${paint.toFixed(0)} ms`, "1000 ms");
  row("first picture of the episode", `${frame.toFixed(0)} ms`);
  if (library.runs.some(({ example }: { example: boolean }) => example)) {
    const clone = await startViewer({ examples });
    const { motion, dream } = await measureWelcome(browser, clone.url);
    row("a fresh clone's page moves by itself", `${motion.toFixed(0)} ms`, "3000 ms");
    row("and dreams beside it", `${dream.toFixed(0)} ms`);
    await clone.close();
  }
  for (const [name, panes] of Object.entries(PANES)) {
    const page = await open(browser, address + panes);
    await page.waitForFunction(() => !document.querySelector("[aria-busy=true]"));
    await page.waitForTimeout(5000); // what the model sees, and the first dream
    const intervals = await measureScrubbing(page);
    const rate = 1000 / (intervals.reduce((sum, each) => sum + each, 0) / intervals.length);
    const inTime = intervals.filter((each) => each < 17.5).length / intervals.length;
    row(
      `scrubbing, ${name}`,
      `${rate.toFixed(1)} frames/s, ${(100 * inTime).toFixed(0)} % in time, worst ${
        Math.max(...intervals).toFixed(0)
      } ms`,
      "60 frames/s",
    );
    row(`heap after it, ${name}`, `${(await measureHeap(page) / 1e6).toFixed(1)} MB`);
    await page.context().close();
  }
  if (run) {
    for (const count of [1, 16]) {
      const page = await open(browser, `${address}&n=${count}&horizon=50`);
      row(`dream steps, ${count} side by side`, `${await measureDreams(page)} steps/s`);
      await page.context().close();
    }
  }
  await browser.close();
  await viewer.close();
}

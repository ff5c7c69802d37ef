// deno-lint-ignore-file no-console -- tells what was measured
import { assertEquals } from "@std/assert";
import type { CDPSession, Page } from "playwright-core";
import { browserTest, openViewer, tinyRunFolder } from "../support/browser.ts";

/**
 * How often the page is used before anything is measured, and before each measurement; counted in turns, because a
 * slow machine does in a minute what a fast one does in seconds, and would measure while caches still fill.
 */
const TURNS = { before: 16, each: 5 };
/** Measurements: the median of the first half is compared with that of the second. */
const SAMPLES = 8;

/** What must not grow. */
interface Usage {
  /** Bytes of live objects in the page, and of its typed arrays. */
  heap: number;
  /** DOM nodes, those that are held but shown nowhere too. */
  nodes: number;
  /** Event listeners. */
  listeners: number;
  /** Bytes that the browser's page processes hold, workers and their tensors included; 0 where unknown. */
  process: number;
}

/** How much more the second half may hold than the first: what an allocator and caches of the browser's take. */
const SLACK: Usage = { heap: 2e6, nodes: 100, listeners: 40, process: 48e6 };

/** Uses the page as a reader in a hurry would. */
async function use(page: Page, turns: number): Promise<void> {
  await page.getByRole("combobox", { name: "Speed" }).selectOption("8");
  if (await page.getByRole("button", { name: /^Loop/ }).getAttribute("aria-pressed") !== "true") {
    await page.keyboard.press("l");
  }
  for (let turn = 0; turn < turns; turn++) {
    await page.locator("body").click({ position: { x: 640, y: 4 } }); // no control has the focus
    if (await page.getByRole("button", { name: /^Play \(/ }).isVisible()) await page.keyboard.press(" ");
    await page.getByRole("slider", { name: "Temperature" }).fill(String((turn % 15) / 10));
    await page.keyboard.press("r");
    await scrub(page);
    if (turn % 3 === 0) await page.keyboard.press("n");
    if (turn % 4 === 1) {
      for (const view of ["Model", "Drive", "Runs", "Watch"]) {
        await page.getByRole("navigation").getByText(view, { exact: true }).click();
        await page.waitForTimeout(300);
      }
      await page.locator("figure[data-pane=real]").waitFor();
    }
    await page.waitForTimeout(400);
  }
}

/** Drags the playhead from end to end and back. */
async function scrub(page: Page): Promise<void> {
  const box = await page.getByRole("slider", { name: "Playhead" }).locator("..").boundingBox();
  if (!box) return; // the next episode is still being drawn
  const y = box.y + box.height / 2;
  await page.mouse.move(box.x + 5, y);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width - 5, y, { steps: 8 });
  await page.mouse.move(box.x + box.width / 3, y, { steps: 8 });
  await page.mouse.up();
}

/** Comes to rest where all measurements are taken: the first episode, paused at its start, one dream. */
async function rest(page: Page, hash: string): Promise<void> {
  if (await page.getByRole("button", { name: /^Pause \(/ }).isVisible()) await page.keyboard.press(" ");
  await page.evaluate((hash) => location.hash = hash, hash);
  await page.locator("figure[data-pane=dream] .watch-missing").waitFor({ state: "detached" });
  await page.waitForFunction(() => !document.querySelector("[aria-busy=true]"));
  await page.waitForTimeout(1000);
}

async function measure(session: CDPSession, browser: CDPSession): Promise<Usage> {
  for (let i = 0; i < 3; i++) await session.send("HeapProfiler.collectGarbage");
  const { usedSize, backingStorageSize } = await session.send("Runtime.getHeapUsage");
  const { nodes, jsEventListeners } = await session.send("Memory.getDOMCounters");
  const { processInfo } = await browser.send("SystemInfo.getProcessInfo");
  const renderers = processInfo.filter(({ type }) => type === "renderer"); // the page's, and a spare one
  return {
    heap: usedSize + backingStorageSize,
    nodes,
    listeners: jsEventListeners,
    process: renderers.reduce((sum, { id }) => sum + residentBytes(id), 0),
  };
}

/** Memory of a process that no file stands behind, where the system tells (Linux). */
function residentBytes(pid: number): number {
  try {
    const [, kilobytes] = Deno.readTextFileSync(`/proc/${pid}/status`).match(/^RssAnon:\s+(\d+) kB/m)!;
    return Number(kilobytes) * 1024;
  } catch {
    return 0;
  }
}

function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1];
}

browserTest(
  "minutes of play, new dreams, scrubbing, other episodes and views leave memory flat",
  async () => {
    const hash = "view=watch&run=tiny&ep=runs/tiny/recordings/test-seed-0.rec&t=0&dream=0&n=2&temp=1&seed=0";
    const viewer = await openViewer({ runs: await tinyRunFolder(), hash, args: ["--js-flags=--expose-gc"] });
    const { page, context } = viewer;
    const session = await context.newCDPSession(page);
    const browser = await context.browser()!.newBrowserCDPSession();

    await use(page, TURNS.before);
    const usages: Usage[] = [];
    for (let i = 0; i < SAMPLES; i++) {
      await use(page, TURNS.each);
      await rest(page, hash);
      usages.push(await measure(session, browser));
    }
    const grown = (Object.keys(SLACK) as (keyof Usage)[]).filter((key) => {
      const values = usages.map((usage) => usage[key]);
      return median(values.slice(SAMPLES / 2)) > median(values.slice(0, SAMPLES / 2)) + SLACK[key];
    });
    const table = usages.map(({ heap, nodes, listeners, process }) =>
      `${(heap / 1e6).toFixed(1)} MB, ${nodes} nodes, ${listeners} listeners, ${
        (process / 1e6).toFixed(0)
      } MB in all`
    );
    console.error(table.join("\n"));
    assertEquals(grown, [], "these grow");
    await viewer.close();
  },
  { long: true },
);

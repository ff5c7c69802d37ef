/**
 * `deno task screenshots`: pictures of the viewer for the READMEs, taken from a run. `--help` tells the rest.
 *
 * @module
 */
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { writeFileAtomic } from "../core/atomic_file.ts";
import { nearestName } from "../core/nearest_name.ts";
import { launchChromium } from "../tests/viewer/support/chromium.ts";
import type { Library } from "../viewer/library.ts";
import { startViewer } from "../viewer/server/mod.ts";
import { type Given, Task } from "./cli.ts";
import { path, RUNS_FLAG, text } from "./flags.ts";
import { projectPath, shownPath } from "./paths.ts";
import { print, UsageError } from "./run_task.ts";

/** `deno task screenshots`. */
export const TASK = new Task({
  name: "screenshots",
  help: "Takes screenshots of the viewer in Chromium and writes them as small JPEG files, viewer_*.jpg.",
  flags: {
    runs: RUNS_FLAG,
    run: text("NAME", "the run to show", { unset: "the newest; without runs, the scripted driver" }),
    out: path("DIR", "output folder", "the project's docs"),
  },
  writes: "out",
  examples: ["screenshots --run default-1"],
});

/** A picture to take. */
interface Shot {
  /** The file is `viewer_<name>.jpg`. */
  name: string;
  /** What the page is asked for beside run and episode. */
  hash: string;
  theme?: "dark" | "light";
  width?: number;
  height?: number;
  /** Pressed when all is there. */
  keys?: string[];
}

const SHOTS: Shot[] = [
  { name: "watch", hash: "view=watch&t=344&dream=300", height: 1080 },
  { name: "drive", hash: "view=drive", keys: ["m", "Enter"] }, // the agent drives
  { name: "model", hash: "view=model&t=344" },
  { name: "runs", hash: "view=runs", theme: "light" },
  { name: "phone", hash: "view=watch&t=344&dream=300", width: 390, height: 844 },
];

if (import.meta.main) await TASK.run(main);

async function main({ flags }: Given<typeof TASK.options.flags>): Promise<void> {
  const viewer = await startViewer({ runs: flags.runs ?? projectPath("runs") });
  let browser: Browser | undefined;
  try {
    const library: Library = await (await fetch(`${viewer.url}library.json`)).json();
    const run = flags.run ?? library.runs[0]?.name;
    const names = library.runs.map(({ name }) => name);
    if (run !== undefined && !names.includes(run)) {
      const near = nearestName(run, names);
      throw new UsageError(`Cannot show run "${run}": no such run${near ? `; did you mean "${near}"?` : ""}`);
    }
    browser = await launchChromium();
    const episode = library.runs.find(({ name }) => name === run)?.episodes[0]?.path ?? "scripted:0";
    const subject = `${run === undefined ? "" : `run=${run}&`}ep=${episode}`;
    for (const shot of SHOTS) {
      const picture = await take(browser, { ...shot, hash: `${subject}&${shot.hash}` }, viewer.url);
      const path = join(flags.out ?? projectPath("docs"), `viewer_${shot.name}.jpg`);
      writeFileAtomic(path, picture);
      print(`${shownPath(path)}: ${Math.round(picture.length / 1000)} kB`);
    }
  } finally {
    await browser?.close();
    await viewer.close();
  }
}

async function take(browser: Browser, shot: Shot, url: string): Promise<Uint8Array> {
  const { hash, theme = "dark", width = 1280, height = 800, keys = [] } = shot;
  const context = await browser.newContext({
    viewport: { width, height },
    colorScheme: theme,
    hasTouch: width < 640,
    isMobile: width < 640,
  });
  const page = await context.newPage();
  await page.goto(`${url}#${hash}`);
  await page.locator("main").waitFor();
  await page.waitForTimeout(3000); // until the episode is drawn, the model opened and all that follows asked for
  await page.waitForFunction(() => !document.querySelector("[aria-busy=true]"));
  await page.waitForTimeout(7000); // dreams, and what the scene loads
  for (const key of keys) await page.keyboard.press(key);
  if (keys.length > 0) await page.waitForTimeout(10_000);
  const bytes = await page.screenshot({ type: "jpeg", quality: 88 });
  await context.close();
  return bytes;
}

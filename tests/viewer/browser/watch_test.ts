import { assert, assertEquals } from "@std/assert";
import { join } from "node:path";
import type { Locator, Page } from "playwright-core";
import { RandomStream } from "../../../core/random_stream.ts";
import { make, type Observation, RecordInMemory } from "../../../envs/mod.ts";
import type { Episode } from "../../../viewer/page/episodes/episode.ts";
import { decodeSafetensors, encodeSafetensors } from "../../../generative/train/safetensors.ts";
import { openEpisode } from "../../../viewer/page/episodes/open_episode.ts";
import { HEAT } from "../../../viewer/page/watch/heat.ts";
import { browserTest, openViewer, pixels, screenshot, tinyRunFolder, until } from "../support/browser.ts";

const EPISODE = "runs/tiny/recordings/test-seed-0.rec";
const FIRST = [...HEAT.subarray(0, 3)];

/**
 * The tiny run with a vision whose pictures tell frames apart: three training steps alone leave all of them grey.
 */
async function vividRunFolder(): Promise<string> {
  const runs = await tinyRunFolder();
  const folder = join(runs, "tiny/checkpoints");
  const { files } = JSON.parse(Deno.readTextFileSync(join(folder, "checkpoint.json")));
  const path = join(folder, files.vision.path);
  const { arrays, metadata } = decodeSafetensors(Deno.readFileSync(path));
  for (const { shape, data } of Object.values(arrays)) {
    if (shape.length > 1) data.forEach((weight, i) => data[i] = weight * 2.5);
  }
  Deno.writeFileSync(path, encodeSafetensors(arrays, metadata));
  return runs;
}

/** Opens the tiny run's first drive. */
async function open(hash = "", options: { viewport?: { width: number; height: number } } = {}) {
  const runs = await vividRunFolder();
  const viewer = await openViewer({ runs, hash: `view=watch&run=tiny&ep=${EPISODE}&${hash}`, ...options });
  const bytes = Deno.readFileSync(join(runs, "tiny/recordings/test-seed-0.rec"));
  const episode = await openEpisode(bytes, "tiny");
  await shows(viewer.page, "real", /^Ground truth/);
  return { ...viewer, episode };
}

const pane = (page: Page, id: string): Locator => page.locator(`[data-pane="${id}"]`);
const canvas = (page: Page, id: string): Locator => pane(page, id).locator(".watch-picture canvas");

/** Waits until a pane's caption says something. */
async function shows(page: Page, id: string, caption: RegExp): Promise<void> {
  await pane(page, id).locator("figcaption").filter({ hasText: caption }).waitFor();
}

/** The colours of a pane's pixels, as they are and not as they are enlarged. */
async function rgb(locator: Locator): Promise<number[]> {
  const { data } = await pixels(locator);
  return [...data].filter((_, i) => i % 4 !== 3);
}

const same = (a: number[], b: number[]): boolean =>
  a.length === b.length && a.every((value, i) => value === b[i]);

/** Pictures are compared in a word: a list of 12,288 numbers helps nobody. */
function assertSame(a: number[], b: number[], what = "the same picture"): void {
  assert(same(a, b), `expected ${what}: ${a.filter((value, i) => value !== b[i]).length} numbers differ`);
}

/** Waits until a canvas shows a picture. */
async function becomes(locator: Locator, picture: number[], what = "the same picture"): Promise<void> {
  await until(() => rgb(locator), (shown) => same(shown, picture), what);
}

/** Whether all of it is in sight, without scrolling. */
async function inSight(page: Page, locator: Locator): Promise<boolean> {
  const [main, box] = [await page.locator("main").boundingBox(), await locator.boundingBox()];
  return box!.y >= main!.y && box!.y + box!.height <= main!.y + main!.height;
}

function assertOther(a: number[], b: number[], what = "another picture"): void {
  assert(!same(a, b), `expected ${what}`);
}

/** Waits until the playhead stands at a step. */
async function playheadAt(page: Page, step: number): Promise<void> {
  await page.locator(`.shell-playhead[aria-valuenow="${step}"]`).waitFor();
}

/** Moves the playhead by the page's address, as a link does. */
async function go(page: Page, step: number): Promise<void> {
  await page.evaluate((step) => location.hash = `t=${step}`, step); // what a link leaves out stays
  await playheadAt(page, step);
}

/** Waits until the dream's first decisions are there: those after its start can be looked at. */
async function dreamt(page: Page): Promise<void> {
  await page.waitForFunction(() => {
    const phase = document.querySelector<HTMLElement>('[data-pane="dream"]')?.dataset.phase;
    return phase === "inside" || phase === "after";
  });
  await page.locator(".watch-progress:empty").waitFor({ state: "attached" });
}

function realFrame({ agentFrames }: Episode, step: number): number[] {
  return [...agentFrames.subarray(step * 64 * 64 * 3, (step + 1) * 64 * 64 * 3)];
}

browserTest(
  "all panes show the same moment, that of the decision in force; reality alone each frame",
  async () => {
    const { page, episode, close } = await open("t=40&dream=20");
    await dreamt(page);
    const at = async () => ({
      real: await rgb(canvas(page, "real")),
      reconstruction: await rgb(canvas(page, "reconstruction")),
      dream: await rgb(canvas(page, "dream")),
    });
    const shown = await at();
    assertSame(shown.real, realFrame(episode, 40));
    await shows(page, "reconstruction", /of frame 40,/);
    await shows(page, "dream", /^Open loop from 20, \+5 decisions, recorded actions/);
    await page.keyboard.press("ArrowRight");
    await playheadAt(page, 41);
    const next = await at();
    assertSame(next.real, realFrame(episode, 40), "the frame that was decided by");
    assertSame(next.reconstruction, shown.reconstruction, "the same decision, the same reconstruction");
    assertSame(next.dream, shown.dream);
    const others = page.getByRole("group", { name: "Panes" });
    for (const name of ["Reconstruction", "Dream", "Difference"]) {
      await others.getByRole("button", { name }).click();
    }
    await shows(page, "real", /frame 41$/);
    await becomes(canvas(page, "real"), realFrame(episode, 41));
    for (const name of ["Reconstruction", "Dream", "Difference"]) {
      await others.getByRole("button", { name }).click();
    }
    await go(page, 160);
    const later = await at();
    assertEquals(later.real, realFrame(episode, 160));
    assertOther(later.reconstruction, shown.reconstruction);
    assertOther(later.dream, shown.dream);
    await screenshot(page, "watch");
    await close();
  },
);

browserTest("a dream begins as the reconstruction of its first frame: there they do not differ", async () => {
  const { page, close } = await open("t=24&dream=20&temp=0");
  await dreamt(page);
  await page.getByLabel("Difference of").selectOption("dream-reconstruction");
  assert(
    (await rgb(canvas(page, "difference"))).some((value, i) => value !== FIRST[i % 3]),
    "they part later",
  );
  await go(page, 20);
  await becomes(canvas(page, "dream"), await rgb(canvas(page, "reconstruction")));
  await shows(page, "difference", /^Mean 0\.0 grey levels/);
  assert((await rgb(canvas(page, "difference"))).every((value, i) => value === FIRST[i % 3]));
  await shows(page, "dream", /^Starts here/);
  await go(page, 8);
  await shows(page, "dream", /^Starts at frame 20/);
  await becomes(canvas(page, "dream"), await rgb(canvas(page, "reconstruction")));
  await close();
});

browserTest("reality is compared with a dream of the same moment, or with none", async () => {
  const { page, close } = await open("t=24&dream=20&horizon=5&panes=real,dream,difference,compare");
  await dreamt(page);
  await shows(page, "difference", /^Mean \d/);
  const says = (text: RegExp) =>
    Promise.all(["difference", "compare"].map((id) => pane(page, id).getByText(text).waitFor()));
  await go(page, 60);
  await says(/^Nothing to compare: the dream ended at frame 40\.$/);
  await shows(page, "dream", /^Ended at frame 40 /);
  assertEquals(await pane(page, "difference").locator("figcaption > span").first().textContent(), "");
  await screenshot(page, "watch-ended");
  await go(page, 8);
  await says(/^Nothing to compare: the dream starts at frame 20\.$/);
  await page.getByLabel("Difference of").selectOption("reconstruction-real");
  await shows(page, "difference", /^Mean \d/);
  await go(page, 40);
  await pane(page, "compare").locator(".watch-missing").waitFor({ state: "detached" });
  await close();
});

browserTest(
  "without noise all dreams are one; at temperature 1 each seed has its own, the same each time",
  async () => {
    const { page, close } = await open("t=60&dream=20&temp=0&n=2&horizon=10");
    await dreamt(page);
    const tiles = page.locator(".watch-tile canvas");
    assertEquals(await tiles.count(), 2);
    const cold = await rgb(tiles.nth(0));
    await becomes(tiles.nth(1), cold);
    await page.keyboard.press("r");
    await page.getByRole("button", { name: "Dream of seed 2" }).waitFor();
    await dreamt(page);
    await becomes(tiles.nth(0), cold, "the same dream: other seeds, no noise");
    const slider = page.getByLabel("Temperature");
    const setTemperature = async (value: string) => {
      await slider.fill(value);
      await page.locator(".watch-progress", { hasText: "Dreaming" }).waitFor();
      await page.locator(".watch-progress:empty").waitFor({ state: "attached" });
    };
    await setTemperature("1");
    const [one, other] = [await rgb(tiles.nth(0)), await rgb(tiles.nth(1))];
    assertOther(one, other);
    assertOther(one, cold);
    await setTemperature("0");
    await becomes(tiles.nth(0), cold);
    await setTemperature("1");
    await becomes(tiles.nth(0), one, "the same dream of the same seed");
    await page.getByRole("button", { name: "Seed 3" }).click();
    await becomes(canvas(page, "dream"), other, "the chosen dream beside reality");
    await until(() => inSight(page, tiles.nth(0)), Boolean, "dreams side by side in sight");
    await screenshot(page, "watch-samples");
    await close();
  },
);

browserTest(
  "a dream starts anew at the present frame, is driven by the agent, and can be switched off",
  async () => {
    const { page, close } = await open("t=60&dream=20&temp=0");
    await dreamt(page);
    const recorded = await rgb(canvas(page, "dream"));
    await page.keyboard.press("b");
    await shows(page, "dream", /^Starts here/);
    await go(page, 68);
    await shows(page, "dream", /^Open loop from 60, \+2 decisions/);
    await page.getByRole("spinbutton", { name: "From" }).fill("20");
    await page.getByRole("spinbutton", { name: "From" }).blur(); // keys belong to what has the focus
    await page.getByLabel("Driven by").selectOption("agent");
    await go(page, 60);
    await shows(page, "dream", /^Open loop from 20, \+10 decisions, agent drives/);
    await dreamt(page);
    assertOther(await rgb(canvas(page, "dream")), recorded);
    await page.locator('[data-chart="action-0"]').getByText("Steering, dream").waitFor();
    await page.keyboard.press("d");
    await pane(page, "dream").getByText("Dreams are off").waitFor();
    await pane(page, "difference").getByText("Dreams are off").waitFor();
    await page.keyboard.press("d");
    await shows(page, "dream", /^Open loop from 20/);
    await close();
  },
);

browserTest("the divider shows one picture left and the other right of it, moved by keys", async () => {
  const { page, close } = await open("t=60&dream=20&panes=real,reconstruction,compare");
  await shows(page, "reconstruction", /off by/);
  await page.getByLabel("Right", { exact: true }).selectOption("reconstruction");
  const [left, right] = [await rgb(canvas(page, "real")), await rgb(canvas(page, "reconstruction"))];
  const divider = page.getByLabel("Divider");
  const half = left.map((value, i) => Math.floor(i / 3) % 64 < 32 ? value : right[i]);
  await becomes(canvas(page, "compare"), half, "half of each picture");
  await divider.press("End");
  await becomes(canvas(page, "compare"), left);
  await divider.press("Home");
  await becomes(canvas(page, "compare"), right);
  await shows(page, "real", /frame 60$/); // its keys did not move the playhead
  await page.getByLabel("How to compare").selectOption("onion");
  await page.getByLabel("How much of Reconstruction shows").fill("50");
  const isMixed = (value: number, i: number) => Math.abs(value - (left[i] + right[i]) / 2) <= 1;
  await until(() => rgb(canvas(page, "compare")), (shown) => shown.every(isMixed), "the mean of both");
  await screenshot(page, "watch-compare");
  await close();
});

browserTest("a click on a curve seeks, and panes come and go by their buttons and keys", async () => {
  const { page, episode, close } = await open("t=0&panes=real", { viewport: { width: 1280, height: 1000 } });
  const surface = page.locator('[data-chart="return"] .chart-surface');
  const { width } = (await surface.boundingBox())!;
  await surface.click({ position: { x: width / 2, y: 20 } });
  const middle = Math.round(episode.steps / 2);
  await shows(page, "real", new RegExp(`frame (${middle - 1}|${middle}|${middle + 1})$`));
  await page.getByRole("group", { name: "Panes" }).getByRole("button", { name: "Reconstruction" }).click();
  await shows(page, "reconstruction", /off by/);
  await page.keyboard.press("3");
  await pane(page, "reconstruction").waitFor({ state: "detached" });
  await page.getByRole("region", { name: "Curves" }).getByRole("button", { name: "Feature distance" })
    .click();
  await page.locator('[data-chart="features"]').waitFor();
  await close();
});

browserTest("reality can be seen whole, in step with the others", async () => {
  const { page, episode, close } = await open("t=32&panes=real,reconstruction");
  await page.getByLabel("As the agent sees it, or whole").selectOption("environment");
  const { width, height, data } = await pixels(canvas(page, "real"));
  assertEquals([width, height], [96, 96]);
  const size = 96 * 96 * 3;
  assertEquals(
    [...data].filter((_, i) => i % 4 !== 3),
    [...episode.frames.subarray(32 * size, 33 * size)],
  );
  const sizes = await page.locator(".watch-picture").evaluateAll((pictures) =>
    pictures.map((picture) => picture.getBoundingClientRect().width)
  );
  assertEquals(new Set(sizes).size, 1);
  assertEquals(sizes[0] % 192, 0, "whole screen pixels for those of 64 and of 96");
  await close();
});

browserTest("without a run the scripted driver is there, and one line says what a dream needs", async () => {
  const { page, close } = await openViewer({ hash: "view=watch" });
  await shows(page, "real", /^Ground truth, frame 100/);
  await page.locator(".watch-hint", { hasText: "deno task train-world-model" }).waitFor();
  assertEquals(await pane(page, "dream").count(), 0);
  await page.locator('[data-pane="scene"] canvas').waitFor();
  await page.locator('[data-chart="return"]').waitFor();
  await screenshot(page, "watch-fresh");
  await close();
});

browserTest(
  "on a phone nothing is wider than the screen, and the pictures come before the settings",
  async () => {
    const { page, close } = await open("t=40&dream=20&n=4", { viewport: { width: 390, height: 844 } });
    await dreamt(page);
    const [wide, inner] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
    assert(wide <= inner, `${wide} px in ${inner}`);
    const top = async (locator: Locator) => (await locator.boundingBox())!.y;
    assert(await top(page.locator(".watch-stage")) < await top(page.locator(".watch-dream-controls")));
    await screenshot(page, "watch-390");
    await close();
  },
);

browserTest("the first curve is in sight beneath the panes where the screen is large", async () => {
  for (const viewport of [{ width: 1920, height: 1080 }, { width: 2560, height: 1440 }]) {
    const { page, close } = await open("t=40&dream=20", { viewport });
    const curve = page.locator(".watch-curve").first();
    await curve.waitFor();
    await until(
      () => inSight(page, curve),
      Boolean,
      `a curve in sight, ${viewport.width} x ${viewport.height}`,
    );
    await close();
  }
});

browserTest("an episode that the model cannot see is shown large and alone, and says why once", async () => {
  const file = join(Deno.makeTempDirSync({ prefix: "somnium-cart-" }), "cart.rec");
  const env = new RecordInMemory<Observation>(make<Observation>("CartPole-v1"));
  env.reset({ seed: 3 });
  for (let step = 0; step < 8; step++) env.advance(env.actionSpace.sample(new RandomStream(step)));
  env.close();
  Deno.writeFileSync(file, env.bytes());
  const { page, close } = await openViewer({
    runs: await tinyRunFolder(),
    files: [file],
    hash: "view=watch&run=tiny&ep=recordings/cart.rec",
  });
  const why = page.getByText(
    "tiny cannot see this episode: choose a world model trained on CartPole-v1.",
  );
  await why.waitFor();
  assertEquals([await why.count(), await page.locator(".watch-pane").count()], [1, 1]);
  const column = await page.getByRole("columnheader", { name: "Environment" }).boundingBox();
  const list = await page.locator(".shell-library").boundingBox();
  assert(column!.x + column!.width <= list!.x + list!.width, "the column of environments is not cut off");
  assertEquals(await page.getByRole("slider", { name: "The dream starts here" }).count(), 0);
  await until(() => canvas(page, "real").boundingBox(), (box) => box!.width >= 480, "a large picture");
  await screenshot(page, "watch-cart-pole");
  await close();
});

import { assert, assertEquals } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import type { Locator, Page } from "playwright-core";
import { disposeTensors } from "../../../generative/nn/mod.ts";
import { WORLD_KINDS } from "../../../worlds/kinds.ts";
import { temporaryFolder } from "../support/fixtures.ts";
import { browserTest, openViewer, pixels, screenshot, until } from "../support/browser.ts";
import { writeUntrainedWorld } from "../support/world_runs.ts";

const KINDS = WORLD_KINDS.map(({ name }) => name);

let folder: Promise<string> | undefined;
/** A folder with an untrained run of each kind of world model, and one of another environment. */
function runsOfAllKinds(): Promise<string> {
  return folder ??= (async () => {
    await tf.setBackend("cpu"); // nothing is computed here
    const root = temporaryFolder();
    const write = async (name: string, changes: Parameters<typeof writeUntrainedWorld>[0]["changes"]) => {
      const { world, weights } = await writeUntrainedWorld({ root, name, changes });
      disposeTensors(world);
      disposeTensors(weights);
    };
    for (const world of KINDS) await write(world, { world });
    await write("elsewhere", { world: "rssm", environment: "TakeCover-v0" });
    return root;
  })();
}

async function open(hash: string) {
  return await openViewer({ runs: await runsOfAllKinds(), hash: `ep=scripted:1&${hash}` });
}

const pane = (page: Page, id: string): Locator => page.locator(`[data-pane="${id}"]`);
const tile = (page: Page, name: string): Locator => page.locator(`[data-world="${name}"]`);
const button = (page: Page, name: string) => page.getByRole("button", { name, exact: true });
const says = (place: Locator, text: RegExp) =>
  place.locator("figcaption").filter({ hasText: text }).waitFor();
const bytes = async (canvas: Locator) => (await pixels(canvas)).data.join();

for (const kind of KINDS) {
  browserTest(
    `a world of kind ${kind} reconstructs and dreams beside reality, and is driven in`,
    async () => {
      const { page, close } = await open(`view=watch&run=${kind}&t=60&dream=20&horizon=12`);
      await says(pane(page, "reconstruction"), /of frame 60, off by \d/);
      await says(pane(page, "dream"), /^Open loop from 20, \+10 decisions, recorded actions/);
      await says(pane(page, "difference"), /^Mean \d/);
      const chart = page.locator('[data-chart="error"]');
      for (const line of ["Reconstruction", "Dream"]) await chart.getByText(line, { exact: true }).waitFor();
      await page.getByRole("button", { name: "Reward", exact: true }).click();
      await page.locator('[data-chart="reward"]').getByText("Expected").waitFor();
      await screenshot(page, `worlds-${kind}`);

      await page.getByRole("link", { name: "Drive" }).click();
      await button(page, "Inside the dream").click();
      const frame = page.getByLabel("The dream", { exact: true });
      await frame.waitFor();
      const first = await bytes(frame);
      await button(page, "Start driving").click();
      await page.waitForFunction(() => {
        const decisions = Number(document.querySelector(".drive-progress b")?.textContent);
        // an untrained world may expect the end at once
        [...document.querySelectorAll("button")].find(({ textContent }) =>
          textContent === "Continue the dream"
        )
          ?.click();
        return decisions >= 5;
      });
      assert(await bytes(frame) !== first, "the dream moves");
      await button(page, "Hand over to the agent").click();
      await page.locator(".drive-badge").getByText(/agent/i).waitFor();
      assertEquals(await page.locator(".notice.error").count(), 0);
      await screenshot(page, `worlds-drive-${kind}`);
      await close();
    },
  );
}

browserTest(
  "a world that makes its pictures in turns shows them, from noise to the dream's own picture",
  async () => {
    const { page, close } = await open(
      "view=watch&run=diamond&t=60&dream=20&horizon=12&panes=real,dream,making",
    );
    await says(pane(page, "dream"), /\+10 decisions/);
    const moments = page.getByRole("list", { name: "Moments of the picture" });
    const last = moments.getByRole("img", { name: "The dream's picture" });
    await last.waitFor();
    const dream = await pixels(pane(page, "dream").locator(".watch-picture canvas"));
    const drawn = await pixels(last);
    assertEquals([drawn.width, drawn.height], [dream.width, dream.height]);
    const apart = (one: Uint8Array, other: Uint8Array) =>
      Math.max(...one.map((level, i) => Math.abs(level - other[i])));
    assert(apart(drawn.data, dream.data) <= 1, "it ends as the dream's picture"); // two computations, rounded
    const noise = await pixels(moments.getByRole("img", { name: "Noise" }));
    assert(apart(noise.data, dream.data) > 50, "it begins with noise");
    const turns = await moments.getByText("Foreseen").count();
    assertEquals(await moments.getByRole("listitem").count(), turns + 1);
    await screenshot(page, "worlds-making");
    await page.evaluate(() => location.hash = "t=20");
    await page.getByText("The dream has made no picture here.").waitFor();
    await last.waitFor({ state: "hidden" });
    await button(page, "In the making").click();
    await moments.waitFor({ state: "detached" });
    await close();
  },
);

for (const [kind, parts] of [["storm", 1], ["iris", 16]] as const) {
  browserTest(
    `the frames that a world of kind ${kind} looks at are shown, by head, and a link keeps that`,
    async () => {
      const { page, close } = await open(
        `view=watch&run=${kind}&t=60&dream=20&horizon=12&panes=real,dream,attention`,
      );
      const frames = page.getByRole("list", { name: "Frames that were looked at" }).getByRole("listitem");
      await frames.first().waitFor();
      const shares = async () => {
        const words = await frames.locator("figcaption").allTextContents();
        return words.map((text) => Number(text.replace("%", "")));
      };
      const mean = await shares();
      const sum = (numbers: number[]) => numbers.reduce((sum, number) => sum + number, 0);
      assert(Math.abs(sum(mean) - 100) < 0.6 * mean.length, `${mean}`); // each is rounded
      assertEquals(await frames.first().locator(".watch-past-parts div").count(), parts);
      await frames.last().getByRole("img", { name: /^Frame 56,/ }).waitFor();
      const opacities = () =>
        frames.locator(".watch-past-parts div").evaluateAll((all) =>
          all.map((part) => Number(getComputedStyle(part).opacity))
        );
      const together = await opacities();
      assertEquals(Math.min(...together), 0, "the part that was looked at most is bright");
      await screenshot(page, `worlds-attention-${kind}`);
      const heads = page.getByLabel("Head", { exact: true });
      if (await heads.locator("option").count() > 2) {
        await heads.selectOption("0");
        await until(
          opacities,
          (now) => now.join() !== together.join(),
          "one head looks elsewhere than all do",
        );
      }
      // At an earlier moment there are fewer frames to look at.
      const count = await frames.count();
      await page.evaluate(() => location.hash = "t=24");
      await page.getByRole("img", { name: /^Frame 20,/ }).waitFor();
      await until(() => frames.count(), (now) => now <= Math.min(count, 6), "the episode's frames alone");
      await page.keyboard.press("7"); // "In the making", which this world cannot show: nothing changes
      await button(page, "Attention").click();
      await until(
        () => page.evaluate(() => location.hash),
        (hash) => hash.includes("panes=real,dream&") || hash.endsWith("panes=real,dream"),
        "a link without it",
      );
      await close();
    },
  );
}

browserTest("dreams of several worlds stand in a row, of one moment; a link keeps them", async () => {
  const { page, url, close } = await open("view=watch&run=mdn-rnn&t=60&dream=20&horizon=12&temp=0");
  const choice = page.getByLabel("Another run's dream beside it");
  await choice.waitFor();
  const offered = await choice.locator("option").allTextContents();
  assertEquals(offered.slice(1).toSorted(), KINDS.filter((kind) => kind !== "mdn-rnn").toSorted());
  await choice.selectOption("rssm");
  await choice.selectOption("storm");
  const worlds = ["mdn-rnn", "rssm", "storm"];
  for (const name of worlds) await says(tile(page, name), /^Off by \d+\.\d, mean \d+\.\d$/);
  const look = (name: string) => bytes(tile(page, name).locator("canvas"));
  assertEquals(await look("mdn-rnn"), await bytes(pane(page, "dream").locator(".watch-picture canvas")));
  assertEquals(await look("Reality"), await bytes(pane(page, "real").locator(".watch-picture canvas")));
  const [one, other] = [await look("rssm"), await look("storm")];
  assert(one !== other, "each world dreams its own dream");
  for (const name of ["rssm", "storm"]) {
    await page.locator('[data-chart="error"]').getByText(name, { exact: true }).waitFor();
  }
  await screenshot(page, "worlds-row");
  await page.evaluate(() => location.hash = "t=20");
  for (const name of worlds) await says(tile(page, name), /^Starts here$/);
  await page.evaluate(() => location.hash = "t=100");
  for (const name of worlds) await says(tile(page, name), /^Ended, mean \d/);
  await page.evaluate(() => location.hash = "t=60");
  const link = await until(
    () => page.evaluate(() => location.hash),
    (hash) => hash.includes("with=rssm,storm") && hash.includes("t=60"),
    "a link that names them",
  );

  // The same link shows the same.
  await page.goto("about:blank");
  await page.goto(`${url}${link}`);
  for (const name of worlds) await says(tile(page, name), /^Off by \d/);
  await until(() => look("rssm"), (shown) => shown === one, "the same dream");
  await button(page, "Remove storm").click();
  await tile(page, "storm").waitFor({ state: "detached" });
  await button(page, "Remove rssm").click();
  await page.getByRole("region", { name: "Worlds side by side" }).waitFor({ state: "detached" });
  await close();
});

browserTest("a run that is not there or does not fit says so in its place in the row", async () => {
  const { page, close } = await open("view=watch&run=rssm&t=60&dream=20&with=nobody,storm");
  await tile(page, "nobody").getByText('Cannot find the run "nobody"').waitFor();
  await says(tile(page, "storm"), /^Off by \d/);
  await page.keyboard.press("d");
  await tile(page, "storm").getByText("Dreams are off").waitFor();
  await close();
});

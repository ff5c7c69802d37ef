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

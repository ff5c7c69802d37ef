import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { encode } from "fast-png";
import { browserTest, openViewer, screenshot } from "../support/browser.ts";

interface RunOptions {
  seed?: number;
  /** Lines of metrics.jsonl. */
  lines?: string;
  config?: string;
  samples?: Record<string, Uint8Array | string>;
}

const STEPS = 30;
const START = 1_700_000_000;
const lossAt = (step: number, seed: number) => 1000 / step + 10 * seed;

function metricsLine(step: number, seed: number): string {
  const values = { loss: lossAt(step, seed), kl: step / 10, rate: null };
  return JSON.stringify({ name: "vision", step, time: START + step * 2, values }) + "\n";
}

function metrics(seed: number): string {
  const test = { name: "test controller", step: 1, time: START + 90, values: { mean: 800 + seed } };
  return Array.from({ length: STEPS }, (_, i) => metricsLine(i + 1, seed)).join("") + JSON.stringify(test) +
    "\n";
}

function makeRun(root: string, name: string, options: RunOptions = {}): string {
  const { seed = 1, lines = metrics(seed), samples = {} } = options;
  const config = { seed, vision: "small", nested: { batch: 32 * seed } };
  const folder = join(root, name);
  Deno.mkdirSync(join(folder, "samples"), { recursive: true });
  Deno.writeTextFileSync(
    join(folder, "config.json"),
    options.config ?? JSON.stringify({ format: "somnium-run", version: 1, config }),
  );
  const environment = { versions: { somnium: "0.1.0", deno: `2.9.${seed}` } };
  Deno.writeTextFileSync(join(folder, "environment.json"), JSON.stringify(environment));
  Deno.writeTextFileSync(join(folder, "metrics.jsonl"), lines);
  for (const [path, content] of Object.entries(samples)) {
    const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
    Deno.writeFileSync(join(folder, "samples", path), bytes);
  }
  return folder;
}

function picture(shade: number): Uint8Array {
  return encode({ width: 8, height: 8, channels: 3, data: new Uint8Array(8 * 8 * 3).fill(shade) });
}

/** A folder of runs that goes when the test is over. */
async function withRuns(test: (root: string) => Promise<void>): Promise<void> {
  const root = Deno.makeTempDirSync({ prefix: "somnium-runs-" });
  try {
    await test(root);
  } finally {
    Deno.removeSync(root, { recursive: true });
  }
}

const card = (page: Page, id: string) => page.getByRole("group", { name: id, exact: true });
const paths = (page: Page, id: string, kind = "chart-line") =>
  card(page, id).locator(`path.${kind}`).evaluateAll((all) => all.map((path) => path.getAttribute("d")!));
const picked = (page: Page, id: string) => card(page, id).getByRole("img");

browserTest(
  "curves of two runs lie in one chart, may be smoothed, and have a logarithmic axis",
  () =>
    withRuns(async (root) => {
      makeRun(root, "first", { seed: 1 });
      makeRun(root, "second", { seed: 2 });
      const viewer = await openViewer({ runs: root, hash: "view=runs" });
      const { page } = viewer;
      await card(page, "vision/loss").locator("path.chart-line").nth(1).waitFor();
      const plain = await paths(page, "vision/loss");
      assertEquals(plain.length, 2);
      assert(plain[0] !== plain[1] && plain.every((path) => path.length > 50 && !path.includes("NaN")));
      assertStringIncludes(
        await picked(page, "vision/loss").getAttribute("aria-label") ?? "",
        "first: 30 values",
      );
      assertEquals(await paths(page, "vision/loss", "chart-raw"), []);

      await page.getByLabel("Smoothing").fill("0.9");
      await card(page, "vision/loss").locator("path.chart-raw").nth(1).waitFor({ state: "attached" });
      assertEquals(await paths(page, "vision/loss", "chart-raw"), plain); // what was measured stays, faintly
      assert((await paths(page, "vision/loss")).every((path, i) => path !== plain[i]));
      await page.getByLabel("Smoothing").fill("0");

      await page.getByLabel("Log scale").check();
      await card(page, "vision/loss").locator("path.chart-raw").first().waitFor({ state: "detached" });
      assert(
        (await paths(page, "vision/loss")).every((path, i) => path !== plain[i] && !path.includes("NaN")),
      );
      await page.getByLabel("Log scale").uncheck();

      await page.getByLabel("Filter metrics").fill("vision kl");
      await card(page, "vision/loss").waitFor({ state: "detached" });
      assertEquals(await page.locator(".runs-card").count(), 1);
      await page.getByLabel("Filter metrics").fill("");

      await page.getByRole("checkbox", { name: "second" }).uncheck();
      await card(page, "vision/loss").locator("path.chart-line").nth(1).waitFor({ state: "detached" });
      assertEquals((await paths(page, "vision/loss")).length, 1);
      await screenshot(page, "runs-curves");
      await viewer.close();
    }),
);

browserTest(
  "a chart zooms by dragging, and shows all again by double-click and by its button",
  () =>
    withRuns(async (root) => {
      makeRun(root, "first");
      const viewer = await openViewer({ runs: root, hash: "view=runs" });
      const { page } = viewer;
      const surface = page.getByRole("slider", { name: "Crosshair of loss" });
      const drag = async () => {
        const { x, y, width } = (await surface.boundingBox())!;
        await page.mouse.move(x + width / 2, y + 20);
        await page.mouse.down();
        await page.mouse.move(x + width, y + 30, { steps: 3 });
        await page.mouse.up();
      };
      const all = page.getByRole("button", { name: "Show all of loss" });
      await surface.waitFor();
      const range = async () =>
        [await surface.getAttribute("aria-valuemin"), await surface.getAttribute("aria-valuemax")].map(
          Number,
        );
      assertEquals(await range(), [1, STEPS]);
      await drag();
      await all.waitFor();
      const [from, to] = await range();
      assert(from > 14 && from < 17 && to === STEPS, `${from} to ${to}`);
      await all.click();
      assertEquals(await range(), [1, STEPS]);
      await drag();
      await all.waitFor();
      await surface.dblclick();
      await all.waitFor({ state: "detached" });
      assertEquals(await range(), [1, STEPS]);
      await viewer.close();
    }),
);

browserTest(
  "the crosshair reads values out, by mouse and by keys; the legend hides lines",
  () =>
    withRuns(async (root) => {
      makeRun(root, "first", { seed: 1 });
      makeRun(root, "second", { seed: 2 });
      const viewer = await openViewer({ runs: root, hash: "view=runs" });
      const { page } = viewer;
      const surface = page.getByRole("slider", { name: "Crosshair of loss" });
      const reads = (run: string, value: string) =>
        card(page, "vision/loss").getByRole("button", { name: run }).locator(".chart-value")
          .getByText(value, { exact: true }).waitFor();
      const stands = (where: string) => surface.and(page.locator(`[aria-valuetext*="${where}"]`)).waitFor();
      await surface.focus();
      await page.keyboard.press("Home");
      await reads("first", "1010");
      await page.keyboard.press("ArrowRight");
      await stands("step 2");
      await reads("first", "510");
      await reads("second", "520");
      await page.keyboard.press("Shift+ArrowRight");
      await stands("step 12");
      await page.keyboard.press("Escape");
      await reads("first", "43.33"); // the last
      await surface.hover({ position: { x: 1, y: 20 } });
      await reads("first", "1010");

      await card(page, "vision/loss").getByRole("button", { name: "first" }).click();
      await card(page, "vision/loss").locator("path.chart-line").nth(1).waitFor({ state: "detached" });
      assertEquals((await paths(page, "vision/loss")).length, 1);
      await viewer.close();
    }),
);

browserTest("charts and last values can be saved", () =>
  withRuns(async (root) => {
    makeRun(root, "first", { seed: 1 });
    makeRun(root, "second", { seed: 2 });
    const viewer = await openViewer({ runs: root, hash: "view=runs" });
    const { page } = viewer;
    const save = async (kind: string) => {
      await page.getByLabel("Save loss").click();
      const waiting = page.waitForEvent("download");
      await card(page, "vision/loss").getByRole("button", { name: `Save ${kind}` }).click();
      const download = await waiting;
      const path = await download.path();
      return { name: download.suggestedFilename(), bytes: Deno.readFileSync(path) };
    };
    const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
    await card(page, "vision/loss").locator("path.chart-line").nth(1).waitFor();
    const csv = await save("CSV");
    assertEquals(csv.name, "vision-loss.csv");
    const rows = text(csv.bytes).trim().split("\n").map((row) => row.split(","));
    assertEquals(rows[0][0], "step");
    assertEquals(rows[0].slice(1).toSorted(), ["first", "second"]);
    assertEquals(rows.length, STEPS + 1);
    assertEquals(Number(rows[4][rows[0].indexOf("first")]), lossAt(4, 1));

    const svg = text((await save("SVG")).bytes);
    assert(!svg.includes("var(--") && !svg.includes("class="), "the file must stand by itself");
    for (const part of ["<svg", ">loss<", ">first<", ">second<", 'stroke="rgb(']) {
      assertStringIncludes(svg, part);
    }
    const png = await save("PNG");
    assertEquals(png.name, "vision-loss.png");
    assertEquals(
      [...png.bytes.subarray(1, 4)],
      [..."PNG"].map((letter) => letter.charCodeAt(0)),
    );

    await page.getByRole("tab", { name: "Last values" }).click();
    const row = page.getByRole("row", { name: /^mean/ });
    assertEquals((await row.getByRole("cell").allTextContents()).toSorted(), ["801", "802"]);
    const waiting = page.waitForEvent("download");
    await page.getByRole("button", { name: "Save CSV" }).click();
    assertStringIncludes(Deno.readTextFileSync(await (await waiting).path()), "test controller,mean,80");
    await viewer.close();
  }));

browserTest(
  "a run that trains grows without losing the zoom, and a new run appears",
  () =>
    withRuns(async (root) => {
      const folder = makeRun(root, "growing");
      const viewer = await openViewer({ runs: root, hash: "view=runs" });
      const { page } = viewer;
      const chart = picked(page, "vision/loss");
      const surface = page.getByRole("slider", { name: "Crosshair of loss" });
      await page.getByRole("main").getByText("training", { exact: true }).waitFor();
      await surface.focus();
      await page.keyboard.press("End");
      await page.keyboard.press("+");
      const zoomed = await surface.getAttribute("aria-valuemin");
      assert(Number(zoomed) > 1);

      const half = metricsLine(STEPS + 2, 1);
      const write = (content: string) =>
        Deno.writeTextFileSync(join(folder, "metrics.jsonl"), content, { append: true });
      write(metricsLine(STEPS + 1, 1) + half.slice(0, 20));
      await page.locator('[aria-label*="growing: 31 values"]').first().waitFor();
      assertEquals(await surface.getAttribute("aria-valuemin"), zoomed);
      write(half.slice(20));
      await page.locator('[aria-label*="growing: 32 values"]').first().waitFor();
      assertStringIncludes(await chart.getAttribute("aria-label") ?? "", "32 values");

      makeRun(root, "newcomer", { seed: 2 });
      await page.getByRole("checkbox", { name: "newcomer" }).waitFor();
      await viewer.close();
    }),
);

browserTest("a link brings a comparison back", () =>
  withRuns(async (root) => {
    makeRun(root, "first", { seed: 1 });
    makeRun(root, "second", { seed: 2 });
    const viewer = await openViewer({
      runs: root,
      hash: "view=runs&compare=runs:second,find:loss,smooth:0.6,x:elapsed",
    });
    const { page } = viewer;
    await card(page, "vision/loss").locator("path.chart-line").first().waitFor();
    assertEquals(await page.locator(".runs-card").count(), 1);
    assertEquals(await page.getByRole("checkbox", { name: "first" }).isChecked(), false);
    assertEquals(await page.getByLabel("Smoothing").inputValue(), "0.6");
    await page.getByText("time since start", { exact: true }).waitFor();
    await page.getByRole("tab", { name: "Last values" }).click();
    await page.waitForURL(/compare=part:values,runs:second,find:loss,smooth:0\.6,x:elapsed$/);
    await viewer.close();
  }));

browserTest("settings that differ are listed, and all of them on demand", () =>
  withRuns(async (root) => {
    makeRun(root, "first", { seed: 1 });
    makeRun(root, "second", { seed: 2 });
    const viewer = await openViewer({ runs: root, hash: "view=runs" });
    const { page } = viewer;
    await page.getByRole("tab", { name: "Settings" }).click();
    const settings = page.getByRole("region", { name: "Settings", exact: true }).getByRole("table");
    const names = () => settings.locator("tbody th").allTextContents();
    await settings.waitFor();
    assertEquals(await names(), ["seed", "nested.batch"]);
    const cells = await settings.getByRole("row", { name: /^nested/ }).getByRole("cell").allTextContents();
    assertEquals(cells.toSorted(), ["32", "64"]);
    assertStringIncludes(
      await page.getByRole("region", { name: "Versions and machine" }).first().innerText(),
      "2.9.2",
    );
    await page.getByLabel("Show equal settings").check();
    assertEquals(await names(), ["seed", "vision", "nested.batch"]);
    await screenshot(page, "runs-settings");
    await viewer.close();
  }));

browserTest(
  "settings say what they mean, one text for each kind where kinds do not agree",
  () =>
    withRuns(async (root) => {
      const config = (config: object) => JSON.stringify({ format: "somnium-run", version: 1, config });
      makeRun(root, "first", {
        config: config({ model: "vae-fashion", latentSize: 2, reconstructionWeight: 9 }),
      });
      makeRun(root, "second", {
        config: config({ model: "vae-faces", latentSize: 3, reconstructionWeight: 9 }),
      });
      const viewer = await openViewer({
        runs: root,
        hash: "view=runs&compare=part:settings,runs:first/second",
      });
      const { page } = viewer;
      const settings = page.getByRole("region", { name: "Settings", exact: true }).getByRole("table");
      await page.getByLabel("Show equal settings").check();
      const meaning = (key: string) =>
        settings.getByRole("row", { name: new RegExp(`^${key}`) }).locator(".runs-meaning").innerText();
      await settings.getByRole("columnheader", { name: "Meaning" }).waitFor();
      assertEquals(await meaning("model"), "", "it is no option");
      assertEquals((await meaning("latentSize")).split(/\n+/).toSorted(), [
        "vae-faces Numbers in a latent vector. 1 or more; default: 200, smoke: 16",
        "vae-fashion Numbers in a latent vector. 1 or more; default: 2",
      ]);
      assertStringIncludes(await meaning("reconstructionWeight"), "(the book's beta)");
      await screenshot(page, "runs-settings-meaning");
      await viewer.close();
    }),
);

browserTest(
  "pictures stand side by side; a broken one says so and the others are enlarged",
  () =>
    withRuns(async (root) => {
      makeRun(root, "first", { samples: { "drive_1.png": picture(200), "notes.txt": "It drove." } });
      makeRun(root, "second", { samples: { "drive_1.png": "no picture" } });
      const viewer = await openViewer({ runs: root, hash: "view=runs" });
      const { page } = viewer;
      await page.getByRole("tab", { name: "Pictures" }).click();
      const panel = page.getByRole("region", { name: "samples/drive_1.png" });
      await panel.getByRole("alert").waitFor();
      assertStringIncludes(
        await panel.getByRole("alert").innerText(),
        'Cannot show "samples/drive_1.png" of second',
      );
      await page.getByText("It drove.").waitFor();
      const image = panel.getByRole("img", { name: "Drive 1 of first" });
      assertEquals(await image.evaluate((element) => (element as HTMLImageElement).naturalWidth), 8);
      await image.click();
      const dialog = page.getByRole("dialog", { name: "samples/drive_1.png of first" });
      await dialog.waitFor();
      await screenshot(page, "runs-picture");
      await page.keyboard.press("Escape");
      await dialog.waitFor({ state: "detached" });
      await viewer.close();
    }),
);

browserTest(
  "a moving picture waits to be asked for where less motion is wanted",
  () =>
    withRuns(async (root) => {
      const gif = Uint8Array.from(
        atob("R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw=="),
        (letter) => letter.charCodeAt(0),
      );
      makeRun(root, "first", { samples: { "drive.gif": gif } });
      const viewer = await openViewer({ runs: root, hash: "view=runs", reducedMotion: true });
      const { page } = viewer;
      await page.getByRole("tab", { name: "Pictures" }).click();
      const show = page.getByRole("button", { name: "Show the moving picture" });
      await show.waitFor();
      assertEquals(await page.getByRole("img", { name: "Drive of first" }).count(), 0);
      await show.click();
      await page.getByRole("img", { name: "Drive of first" }).waitFor();
      await viewer.close();
    }),
);

browserTest(
  "a run with broken files says what is broken, and the other run goes on",
  () =>
    withRuns(async (root) => {
      makeRun(root, "whole", { seed: 2 });
      makeRun(root, "broken", { config: "{", lines: metricsLine(1, 1) + "no json\n" + metricsLine(2, 1) });
      const viewer = await openViewer({ runs: root, hash: "view=runs" });
      const { page } = viewer;
      await page.getByText("Skipped a line of metrics.jsonl: line 2 is not JSON").waitFor();
      await card(page, "vision/loss").locator("path.chart-line").nth(1).waitFor();
      const label = await picked(page, "vision/loss").getAttribute("aria-label") ?? "";
      assertStringIncludes(label, "broken: 2 values");
      assertStringIncludes(label, "whole: 30 values");
      await page.getByRole("tab", { name: "Settings" }).click();
      await page.getByRole("alert").filter({ hasText: 'Cannot read "config.json" of broken: expected JSON' })
        .waitFor();
      await page.getByLabel("Show equal settings").check();
      await page.getByRole("cell", { name: "small" }).first().waitFor();
      await viewer.close();
    }),
);

browserTest("without runs the view says how to make one", () =>
  withRuns(async (root) => {
    const viewer = await openViewer({ runs: root, hash: "view=runs" });
    const advice = viewer.page.getByRole("region", { name: "No runs yet" });
    assertStringIncludes(await advice.innerText(), "deno task train-world-model");
    await screenshot(viewer.page, "runs-none");
    await viewer.close();
  }));

browserTest(
  "on a phone the list is folded, charts fill the width and nothing scrolls sideways",
  () =>
    withRuns(async (root) => {
      for (const seed of [1, 2, 3]) makeRun(root, `run-with-a-rather-long-name-${seed}`, { seed });
      const viewer = await openViewer({
        runs: root,
        hash: "view=runs",
        viewport: { width: 390, height: 844 },
        touch: true,
      });
      const { page } = viewer;
      await card(page, "vision/loss").locator("path.chart-line").first().waitFor();
      assertEquals(await page.getByRole("checkbox", { name: "run-with-a-rather-long-name-1" }).count(), 0);
      for (const part of ["Last values", "Settings", "Pictures", "Curves"]) {
        await page.getByRole("tab", { name: part }).click();
        const wide = await page.evaluate("document.documentElement.scrollWidth - innerWidth");
        assert(wide as number <= 0, `${part} is too wide by ${wide}`);
      }
      await page.locator(".runs-list summary").click();
      await page.getByRole("checkbox", { name: "run-with-a-rather-long-name-1" }).uncheck();
      await screenshot(page, "runs-phone");
      await viewer.close();
    }),
);

browserTest(
  "values that are not finite are marked, and the last one is told as NaN",
  () =>
    withRuns(async (runs) => {
      const lines = Array.from({ length: 50 }, (_, i) => {
        const values = { loss: i % 5 ? null : 1 + i, grows: i > 25 ? null : i, never: null };
        return JSON.stringify({ name: "loss", step: i * 10, time: START + i, values }) + "\n";
      }).join("");
      makeRun(runs, "nan", { lines });
      const { page, close } = await openViewer({ runs, hash: "view=runs&run=nan" });
      const card = (name: string) => page.getByRole("group", { name: `loss/${name}`, exact: true });
      const last = (name: string) => card(name).locator(".chart-value");
      await card("grows").getByText("× NaN or infinite: 24 values").waitFor();
      await card("loss").getByText("× NaN or infinite: 40 values").waitFor();
      await card("never").getByText("All values were NaN or infinite").waitFor();
      for (const name of ["loss", "grows", "never"]) assertEquals(await last(name).textContent(), "NaN");
      assert(await card("grows").locator(".chart-lost").count() === 1);

      // The crosshair is the group's: each chart tells its place and its value there.
      await card("grows").getByRole("slider").focus();
      await page.keyboard.press("Home");
      for (const name of ["loss", "grows"]) {
        await card(name).locator(".chart-readout", { hasText: "step 0" }).waitFor();
      }
      assertEquals([await last("loss").textContent(), await last("grows").textContent()], ["1", "0"]);
      await screenshot(page, "runs-nan");
      await close();
    }),
);

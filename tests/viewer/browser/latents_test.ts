import { assert, assertEquals, assertNotEquals } from "@std/assert";
import * as v from "valibot";
import { count, describeFields, field, fields } from "../../../core/mod.ts";
import type { Page } from "playwright-core";
import { browserTest, openViewer, pixels, screenshot, tinyRunFolder, until } from "../support/browser.ts";

const HASH = "view=latents&run=tiny&ep=runs%2Ftiny%2Frecordings%2Ftest-seed-0.rec&t=8";

async function openLatents(options: Parameters<typeof openViewer>[0] = {}) {
  const viewer = await openViewer({ runs: await tinyRunFolder(), hash: HASH, ...options });
  await viewer.page.getByRole("region", { name: "Pictures" }).waitFor();
  return viewer;
}

const figure = (page: Page, name: string) => page.getByRole("img", { name, exact: true });
const bytes = async (page: Page, name: string) => (await pixels(figure(page, name))).data;
const panel = (page: Page, name: string | RegExp) => page.getByRole("region", { name });
const slider = (page: Page, index = 0) => page.locator(".latents-slider input").nth(index);
const stepOf = (page: Page) =>
  page.getByRole("slider", { name: /frame|playhead|time/i }).first().getAttribute("aria-valuenow").then(
    Number,
  );

const same = (a: Uint8Array, b: Uint8Array) => a.length === b.length && a.every((byte, i) => byte === b[i]);
const drawn = (data: Uint8Array) => data.some((byte) => byte > 0 && byte < 255);

browserTest("a slider changes the edited picture alone, and letting it go restores it", async () => {
  const viewer = await openLatents();
  const { page } = viewer;
  const before = await until(() => bytes(page, "Edited"), drawn, "a picture");
  assert(same(before, await bytes(page, "Reconstruction")));
  const value = await slider(page).inputValue();

  await slider(page).fill("4");
  await until(() => bytes(page, "Edited"), (data) => !same(data, before), "another picture");
  assert(same(before, await bytes(page, "Reconstruction")));

  await slider(page).dblclick();
  await until(() => bytes(page, "Edited"), (data) => same(data, before), "the first picture again");
  assertEquals(await slider(page).inputValue(), value);

  for (const index of [0, 1, 2]) await slider(page, index).fill("-4");
  await until(() => bytes(page, "Edited"), (data) => !same(data, before), "another picture");
  await page.getByRole("button", { name: "Reset all" }).click();
  await until(() => bytes(page, "Edited"), (data) => same(data, before), "the first picture again");
  assertEquals(await slider(page).inputValue(), value);
  await screenshot(page, "latents");
  await viewer.close();
});

browserTest("sliders set from a frame keep its values while the playhead moves on", async () => {
  const viewer = await openLatents();
  const { page } = viewer;
  const values = () =>
    page.locator(".latents-slider input").evaluateAll((all) =>
      all.map((one) => (one as HTMLInputElement).value)
    );
  const there = await values();
  await page.keyboard.press("Home");
  const first = await until(values, (now) => now.join() !== there.join(), "the first frame's values");
  await page.getByRole("button", { name: "Set from frame" }).click();
  const picture = await bytes(page, "Original");
  await page.keyboard.press("End");
  await until(() => bytes(page, "Original"), (data) => !same(data, picture), "the last frame");
  assertEquals(await values(), first);
  await page.getByRole("button", { name: "Reset all" }).click();
  await until(values, (now) => now.join() !== first.join(), "the last frame's values");
  await viewer.close();
});

browserTest("the traversal's middle is the edited picture, and its pictures set the slider", async () => {
  const viewer = await openLatents();
  const { page } = viewer;
  const strip = panel(page, /^Traversal of/).locator("canvas");
  assertEquals(await strip.count(), 11);
  await strip.first().scrollIntoViewIfNeeded(); // what is off the screen waits
  const edited = await until(() => bytes(page, "Edited"), drawn, "a picture");
  await until(
    () => pixels(strip.nth(5)),
    ({ data }) => same(data, edited),
    "the edited picture in the middle",
  );
  const end = (await pixels(strip.nth(10))).data;
  const before = await slider(page).evaluate((one) => (one as HTMLInputElement).valueAsNumber);

  await strip.nth(10).click();
  await until(() => bytes(page, "Edited"), (data) => same(data, end), "the picture that was clicked");
  const after = await slider(page).evaluate((one) => (one as HTMLInputElement).valueAsNumber);
  assert(Math.abs(after - before - 3) < 0.02, `${before} to ${after}`);

  await panel(page, /^Traversal of/).getByLabel("Of").selectOption("grid");
  const grid = panel(page, /^z\d+ by z\d+/).locator("canvas");
  assertEquals(await grid.count(), 49);
  const middle = await bytes(page, "Edited");
  await until(
    () => pixels(grid.nth(24)),
    ({ data }) => same(data, middle),
    "the edited picture in the middle",
  );
  await viewer.close();
});

browserTest(
  "a click on the map goes to the frame there; the nearest frame to a frame is itself",
  async () => {
    const viewer = await openLatents();
    const { page } = viewer;
    const map = panel(page, "Map of the episode").getByRole("img", { name: /^Latents of/ });
    const nearest = panel(page, "Nearest real frames").getByRole("button");
    const original = () => bytes(page, "Original");
    for (const x of [0.1, 0.9]) {
      const box = (await map.boundingBox())!;
      await map.hover({ position: { x: box.width * x, y: box.height / 2 } });
      const name = (await page.locator(".latents-thumbnail span").textContent())!;
      const thumbnail = await pixels(page.locator(".latents-thumbnail canvas"));
      await map.click({ position: { x: box.width * x, y: box.height / 2 } });
      await until(original, (data) => same(data, thumbnail.data), `the thumbnail's frame, ${name}`);
      await nearest.first().scrollIntoViewIfNeeded(); // what is off the screen waits
      await nearest.and(page.getByTitle(`Go to ${name}`, { exact: true })).first().waitFor();
      assertEquals(await nearest.first().getAttribute("title"), `Go to ${name}`);
      assert((await nearest.first().textContent())!.endsWith("0.00"));
    }
    const other = await nearest.nth(1).getAttribute("title");
    await nearest.nth(1).click();
    await until(
      () => nearest.first().getAttribute("title"),
      (label) => label === other,
      `${other} to be the frame`,
    );
    await viewer.close();
  },
);

browserTest(
  "dimensions are chosen by click and by arrows, and ordered by what they say or by index",
  async () => {
    const viewer = await openLatents();
    const { page } = viewer;
    const bars = panel(page, "Latent of this frame").getByRole("radio");
    const chosen = () => bars.and(page.locator("[aria-checked=true]")).getAttribute("data-dimension");
    const first = await chosen();
    assertEquals(first, await bars.first().getAttribute("data-dimension"));
    await bars.nth(3).click();
    const third = await chosen();
    assertNotEquals(third, first);
    await panel(page, `Traversal of z${third}`).waitFor();

    const step = await stepOf(page);
    await page.keyboard.press("ArrowLeft");
    assertEquals(await chosen(), await bars.nth(2).getAttribute("data-dimension"));
    assertEquals(await stepOf(page), step); // the arrow was the bars'
    await page.getByRole("button", { name: "Next dimension" }).click();
    assertEquals(await chosen(), third);

    await panel(page, "Latent of this frame").getByLabel("Order").selectOption("index");
    const order = await bars.evaluateAll((all) =>
      all.map((bar) => Number((bar as HTMLElement).dataset.dimension))
    );
    assertEquals(order, order.toSorted((a, b) => a - b));
    assertEquals(await chosen(), third);
    await slider(page, 5).focus();
    assertEquals(await chosen(), "5");
    await viewer.close();
  },
);

browserTest("the memory shows what it expects, and its hidden state leads to a frame", async () => {
  const viewer = await openLatents();
  const { page } = viewer;
  const memory = panel(page, "Memory");
  const curve = memory.locator(".latents-density .whole");
  const before = await until(() => curve.getAttribute("d"), (path) => path !== null, "a curve");
  await page.keyboard.press("Home");
  await until(() => curve.getAttribute("d"), (path) => path !== before, "another decision's curve");

  const heat = memory.getByRole("img", { name: /^Hidden state of/ });
  const clustered = await pixels(heat);
  await memory.getByLabel("Order").selectOption("index");
  const indexed = await until(() => pixels(heat), ({ data }) => !same(data, clustered.data), "another order");
  assertEquals([indexed.width, indexed.height], [clustered.width, clustered.height]);
  const box = (await heat.boundingBox())!;
  await heat.click({ position: { x: box.width - 2, y: 20 } });
  await until(() => stepOf(page), (step) => step === (indexed.width - 1) * 4, "the last decision's frame");
  await viewer.close();
});

browserTest("samples are the same for the same seed, and others for another", async () => {
  const viewer = await openLatents();
  const { page } = viewer;
  const samples = panel(page, "Samples");
  const sheet = async () => (await pixels(samples.getByRole("img"))).data;
  const first = await until(sheet, (data) => data.length > 64 * 64 * 4, "a sheet of samples");
  await samples.getByRole("button", { name: "New seed" }).click();
  const second = await until(sheet, (data) => !same(data, first), "other samples");
  assertEquals(second.length, first.length);
  await samples.getByRole("spinbutton", { name: "Seed" }).fill("0");
  await samples.getByRole("spinbutton", { name: "Seed" }).press("Enter");
  await until(sheet, (data) => same(data, first), "the first samples again");

  const download = page.waitForEvent("download");
  await samples.getByRole("button", { name: "Save PNG" }).click();
  assertEquals((await download).suggestedFilename(), "tiny_samples_seed-0.png");
  await viewer.close();
});

/**
 * A lab whose model is easily foretold: three latents are a picture's three channels, and a frame's latents are its
 * mean colour.
 */
const PLAIN_OPTIONS = fields({
  count: field(count(), "Count.", 4),
  seed: field(count(0), "Seed.", 0),
  label: field(v.picklist(["in-turn", "cat", "dog"]), "Label.", "in-turn"),
  brightness: field(v.pipe(v.number(), v.minValue(0), v.maxValue(10)), "Brightness.", 0),
  steps: field(count(0), "Steps.", 0),
  prompt: field(v.string(), "Prompt.", ""),
  dark: field(v.boolean(), "Dark.", false),
});
const PLAIN_LAB = `
const SIDE = ENCODES ? 64 : 8; // episodes have frames of 64
const pictures = { help: "", shape: { type: "pictures", size: [SIDE, SIDE] } };
const latents = { help: "", shape: { type: "vectors", size: 3 } };
const encode = { id: "encode", title: "Encode", inputs: { frames: pictures }, outputs: ["matrix"] };
const card = { id: 1, kind: "plain", name: "plain", parameters: {}, picture: [SIDE, SIDE, 3],
  latentSize: 3,
  abilities: [
    ...ENCODES ? [encode] : [],
    { id: "decode", title: "Decode", inputs: { latents }, outputs: ["pictures"] },
    { id: "sample", title: "Samples", inputs: ${
  JSON.stringify(describeFields(PLAIN_OPTIONS))
}, outputs: ["pictures"] },
  ],
  world: ENCODES ? { frameSkip: 4, actionSize: 3, context: 0, expects: false } : undefined };
const fill = (count, channel) => {
  const length = SIDE * SIDE * 3;
  const data = Uint8Array.from({ length: count * length }, (_, i) => channel(Math.floor(i / length), i % 3));
  return [{ kind: "pictures", name: "pictures", size: [SIDE, SIDE], data }];
};
const abilities = {
  encode({ frames }) {
    const mu = new Float32Array(frames.length / 4096);
    const rows = mu.length / 3;
    frames.forEach((byte, i) => mu[Math.floor(i / 12288) * 3 + i % 3] += byte / 4096 / 64);
    const matrix = { kind: "matrix", rows };
    return [{ ...matrix, name: "mu", values: mu }, { ...matrix, name: "logVar", values: new Float32Array(mu.length) }];
  },
  decode: ({ latents }) => fill(latents.length / 3, (n, c) => 128 + 25 * latents[n * 3 + c]),
  sample: ({ count = 4, seed = 0, label, brightness = 0, steps = 0, prompt = "", dark }) =>
    fill(count, () => dark ? 0 : 10 * seed + (label === "dog" ? 100 : 0) + brightness + steps + prompt.length),
};
const methods = {
  backend: () => ({ place: "browser", name: "cpu", reason: "a test" }),
  open: () => card,
  close: () => {},
  follow(_, { frames, rewards }) {
    const [{ values: latents }] = abilities.encode({ frames });
    const [{ data: pictures }] = abilities.decode({ latents });
    const [each, none] = [new Float32Array(rewards.length), new Float32Array(0)];
    return { to: {}, pictures, features: latents, policy: new Float32Array(3 * rewards.length), rewards: each,
      done: each, values: none, weights: none, means: none, deviations: none };
  },
};
const streams = new Map();
addEventListener("message", ({ data: { call, method, args, of } }) => {
  if (method === "ask") streams.set(call, abilities[args[1]](args[2]).values());
  const result = of !== undefined ? streams.get(of).next() : methods[method]?.(...args);
  postMessage({ answer: call, result });
});
`;

async function openPlainLab({ encodes }: { encodes: boolean }) {
  const viewer = await openViewer({ runs: await tinyRunFolder() });
  const body = PLAIN_LAB.replaceAll("ENCODES", String(encodes));
  await viewer.page.route(
    "**/lab_worker.js*",
    (route) => route.fulfill({ body, contentType: "text/javascript" }),
  );
  await viewer.page.goto(`${viewer.url}?again#${HASH}`);
  await panel(viewer.page, "Pictures").waitFor();
  return viewer;
}

browserTest("a model that only draws has sliders from a seed, traversals and samples by class", async () => {
  const viewer = await openPlainLab({ encodes: false });
  const { page } = viewer;
  assertEquals(await figure(page, "Original").count(), 0);
  const red = async () => (await bytes(page, "Decoded"))[0];

  await slider(page).fill("2");
  await until(red, (value) => value === 178, "the slider's value as red");
  await page.getByRole("button", { name: "Reset all" }).click();
  await until(red, (value) => value === 128, "the middle of all latents at first");
  const strip = panel(page, "Traversal of z0").locator("canvas");
  await strip.first().scrollIntoViewIfNeeded();
  const ends = async () => [(await pixels(strip.first())).data[0], (await pixels(strip.last())).data[0]];
  await until(ends, ([low, high]) => low === 128 - 75 && high === 128 + 75, "three deviations to both sides");
  await page.getByLabel("Seed of the latent").fill("5");
  await page.getByLabel("Seed of the latent").press("Enter");
  await until(red, (value) => value !== 128, "the seed's value as red");
  await until(ends, ([low, high]) => low === 128 - 75 && high === 128 + 75, "the same range for any seed");
  await panel(page, "Traversal of z0").getByLabel("About").selectOption("frame");
  const middle = strip.nth(5);
  await middle.scrollIntoViewIfNeeded();
  const present = await red();
  await until(async () => (await pixels(middle)).data[0], (value) => value === present, "it in the middle");

  const samples = panel(page, "Samples");
  const grey = async () => (await pixels(samples.getByRole("img"))).data[0];
  await samples.getByRole("spinbutton", { name: "Seed" }).fill("2");
  await samples.getByRole("spinbutton", { name: "Seed" }).press("Enter");
  await until(grey, (value) => value === 20, "the seed's samples");
  await samples.getByLabel("Label").selectOption("dog");
  await until(grey, (value) => value === 120, "the label's samples");
  await samples.getByRole("slider", { name: "Brightness" }).fill("5");
  await until(grey, (value) => value === 125, "brighter samples");
  await samples.getByRole("spinbutton", { name: "Steps" }).fill("2");
  await samples.getByRole("spinbutton", { name: "Steps" }).press("Enter");
  await until(grey, (value) => value === 127, "samples of two steps");
  await samples.getByRole("textbox", { name: "Prompt" }).fill("dog");
  await samples.getByRole("textbox", { name: "Prompt" }).press("Enter");
  await until(grey, (value) => value === 130, "samples of a prompt");
  await samples.getByLabel("Dark").check();
  await until(grey, (value) => value === 0, "dark samples");
  await viewer.close();
});

browserTest("the way from A to B begins and ends with their reconstructions", async () => {
  const viewer = await openPlainLab({ encodes: true });
  const { page } = viewer;
  await page.keyboard.press("Home");
  const a = await bytes(page, "Reconstruction");
  await page.getByRole("button", { name: "Set A here" }).click();
  await page.keyboard.press("End");
  const b = await until(() => bytes(page, "Reconstruction"), (data) => !same(data, a), "the last frame");
  await page.getByRole("button", { name: "Set B here" }).click();
  const strip = panel(page, /^From A \(frame 0\) to B/).locator("canvas");
  await until(() => pixels(strip.first()), ({ data }) => same(data, a), "A first");
  await until(() => pixels(strip.last()), ({ data }) => same(data, b), "B last");
  await panel(page, /^From A/).getByLabel("Along").selectOption("spherical");
  await until(() => pixels(strip.last()), ({ data }) => same(data, b), "B last on the arc too");

  await strip.first().click();
  await until(() => bytes(page, "Edited"), (data) => same(data, a), "A in the sliders");
  await viewer.close();
});

browserTest("a phone shows all of it in one column, the pictures in sight as sliders move", async () => {
  const viewer = await openLatents({ viewport: { width: 390, height: 844 }, touch: true, theme: "light" });
  const { page } = viewer;
  const widths = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
  assertEquals(widths[0], widths[1]);
  await slider(page, 20).scrollIntoViewIfNeeded();
  await slider(page, 20).fill("1");
  const picture = (await figure(page, "Edited").boundingBox())!;
  assert(picture.y >= 0 && picture.y + picture.height < 844);
  await screenshot(page, "latents_phone");
  await viewer.close();
});

browserTest("without a model the view says what to do", async () => {
  const viewer = await openViewer({ hash: "view=latents" });
  await viewer.page.getByText("deno task train-world-model").first().waitFor();
  await viewer.close();
});

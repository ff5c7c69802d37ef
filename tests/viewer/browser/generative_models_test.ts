import { assertEquals } from "@std/assert";
import { VAE_FASHION } from "../../../generative/autoencoders/vae_kind.ts";
import { WORD_LSTM } from "../../../generative/autoregressive/word_lstm_kind.ts";
import { MLP_CLASSIFIER } from "../../../generative/classifiers/mlp_classifier_kind.ts";
import type { PointData } from "../../../generative/data/dataset.ts";
import { REAL_NVP } from "../../../generative/flows/real_nvp_kind.ts";
import { keepExamples } from "../../../generative/models/held_out_examples.ts";
import { startBackend } from "../../../generative/runtime/mod.ts";
import { GPT_TEXT } from "../../../generative/transformers/gpt_kind.ts";
import { browserTest, openViewer, pixels, screenshot, until } from "../support/browser.ts";
import { blackPicture, tinyTexts, writeOwnModels, writeUntrained } from "../support/model_runs.ts";

/** A variational autoencoder that was never trained, with its latents drawn far apart. */
async function garments(root: string): Promise<void> {
  await startBackend();
  await writeUntrained(VAE_FASHION, {
    root,
    name: "garments",
    config: { ...VAE_FASHION.presets.book, size: 16 },
    data: blackPicture(16),
    change(parameters) {
      const kernel = parameters["decoder/dense/kernel"];
      parameters["decoder/dense/kernel"] = kernel.mul(40);
      kernel.dispose();
    },
  });
}

browserTest("a run of deno task train shows sliders and samples, computed in the page", async () => {
  const runs = Deno.makeTempDirSync({ prefix: "somnium-view-" });
  await garments(runs);
  const viewer = await openViewer({ runs, hash: "view=latents&run=garments" });
  const { page } = viewer;
  await page.getByRole("region", { name: "Samples" }).waitFor();
  await page.getByRole("region", { name: "Sliders" }).waitFor();
  const sliders = page.locator(".latents-slider input");
  assertEquals(await sliders.count(), 2);
  const decoded = page.getByRole("img", { name: "Decoded", exact: true });
  const bytes = async () => (await pixels(decoded)).data;
  const drawn = async (before?: Uint8Array) => {
    for (let tries = 0; tries < 400; tries++) {
      const now = await bytes();
      if (
        now.some((byte) => byte > 0 && byte < 255) && !(before && now.every((byte, i) => byte === before[i]))
      ) {
        return now;
      }
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error("Expected a picture that changes");
  };
  const before = await drawn();
  await sliders.nth(0).fill("3");
  await drawn(before);
  await viewer.close();
  Deno.removeSync(runs, { recursive: true });
});

browserTest(
  "a text model writes, tells what it expected, and has no timeline; an old link finds it",
  async () => {
    const runs = Deno.makeTempDirSync({ prefix: "somnium-view-" });
    await startBackend();
    const config = { ...WORD_LSTM.presets.smoke, embeddingSize: 3, units: 4 };
    await writeUntrained(WORD_LSTM, { root: runs, name: "words", config, data: tinyTexts() });
    const viewer = await openViewer({ runs, hash: "view=latents&run=words" });
    const { page } = viewer;
    const samples = page.getByRole("region", { name: "Samples" });
    const texts = samples.locator(".channel-text");
    const written = async () => (await texts.allTextContents()).join("|");
    const all = () => samples.locator('.channels[aria-busy="false"] .channel-text').first().waitFor();
    await all();
    const first = await written();
    assertEquals(await texts.count(), 2);
    assertEquals(new URL(page.url()).hash.includes("view=model"), true, page.url());
    assertEquals(await page.getByRole("slider", { name: /frame|playhead|time/i }).count(), 0);
    assertEquals(await page.getByRole("table").count(), 0, "no episodes either");
    await texts.first().locator(".token").last().hover();
    await samples.getByRole("list", { name: "Alternatives" }).getByRole("listitem").nth(4).waitFor();
    const prompt = samples.getByRole("textbox", { name: "Prompt" });
    await prompt.fill("sea is wide");
    await samples.getByRole("button", { name: "New seed" }).evaluate((button: HTMLElement) => button.click());
    await until(written, (text) => text !== first, "other texts");
    assertEquals(await prompt.inputValue(), "sea is wide", "what is being typed stays as texts arrive");
    await prompt.press("Enter");
    await until(written, (text) => text.startsWith("sea is wide"), "another text");
    await prompt.fill("nothing known");
    await prompt.press("Enter");
    await samples.getByRole("alert").getByText("expected words of the training data").waitFor();
    await viewer.close();
    Deno.removeSync(runs, { recursive: true });
  },
);

browserTest(
  "a transformer shows what it looked at, by layer and head; a click on a word goes on from there",
  async () => {
    const runs = Deno.makeTempDirSync({ prefix: "somnium-view-" });
    await startBackend();
    const config = { ...GPT_TEXT.presets.smoke, layers: 2, heads: 2, prompt: "the sea is" };
    await writeUntrained(GPT_TEXT, { root: runs, name: "letters", config, data: tinyTexts() });
    const viewer = await openViewer({ runs, hash: "view=model&run=letters" });
    const { page } = viewer;
    const samples = page.getByRole("region", { name: "Samples" });
    const [first, second] = [samples.getByLabel("Text 1"), samples.getByLabel("Text 2")];
    const words = first.locator(".token");
    const weights = (): Promise<[string, string][]> =>
      first.locator(".looked-at").evaluateAll((spans) =>
        spans.map((span) => [span.textContent, (span as HTMLElement).style.getPropertyValue("--attention")])
      );
    await until(() => words.count(), (count) => count === 3 + 5, "prompt and five written words");

    // what was looked at before the newest word, of the five that this model sees; then before another one
    await until(weights, (seen) => seen.length === 5, "the five words before the newest");
    await words.nth(4).hover();
    const seen = await until(weights, (seen) => seen.length === 4, "the four words before the fifth");
    assertEquals(seen.slice(0, 3).map(([text]) => text), ["the", " sea", " is"]);
    assertEquals(Math.max(...seen.map(([, share]) => Number(share))), 1);
    await samples.getByLabel("Layer").selectOption("1 of 2");
    await samples.getByLabel("Head").selectOption("2 of 2");
    await until(
      weights,
      (one) => one.some(([, share], i) => share !== seen[i][1]),
      "another head's attention",
    );
    await screenshot(page, "attention");
    const alternatives = samples.getByRole("list", { name: "Alternatives" });
    assertEquals(await alternatives.getByRole("listitem").count(), 6, "all but what is never written");

    const kept = (await words.allTextContents()).slice(0, 5).map((word) => word.trim()).join(" ");
    const prompt = samples.getByRole("textbox", { name: "Prompt" });
    const seed = samples.getByLabel("Seed");
    assertEquals(await seed.inputValue(), "0");
    await words.nth(4).click();
    await until(() => prompt.inputValue(), (text) => text === kept, "the text up to the word as the prompt");
    assertEquals(await seed.inputValue(), "1");
    await until(
      () => second.textContent(),
      (text) => text!.startsWith(`${kept} `),
      "the other text goes on as well",
    );

    // what else was expected can be written in its place; keys do it all as well
    await until(() => words.count(), (count) => count === 5 + 5, "the rest");
    await first.focus();
    for (let at = 9; at > 2; at--) {
      await page.keyboard.press("ArrowLeft");
    }
    await samples.getByText("“is”").waitFor();
    await until(weights, (seen) => seen.length === 2, "the two words before the third");
    await alternatives.getByRole("button", { name: "whale" }).click();
    await until(() => first.textContent(), (text) => text!.startsWith("the sea whale "), "the other word");
    await until(() => words.count(), (count) => count === 3 + 5, "the rest behind it");
    await first.focus();
    for (let at = 7; at > 1; at--) await page.keyboard.press("ArrowLeft");
    await page.keyboard.press("Enter");
    await until(() => prompt.inputValue(), (text) => text === "the sea", "the first two words as the prompt");
    await viewer.close();
    Deno.removeSync(runs, { recursive: true });
  },
);

browserTest("a model of points shows its samples step by step, and its density", async () => {
  const runs = Deno.makeTempDirSync({ prefix: "somnium-view-" });
  await startBackend();
  const points = Float32Array.of(0, 1, 2, -1, -2, 0.5);
  const data: PointData = { kind: "points", name: "moons", count: 3, dimensions: 2, points };
  const config = { ...REAL_NVP.presets.smoke, couplings: 2 };
  keepExamples(await writeUntrained(REAL_NVP, { root: runs, name: "flow", config, data }), data);
  const viewer = await openViewer({ runs, hash: "view=model&run=flow" });
  const { page } = viewer;
  const samples = page.getByRole("region", { name: "Samples" });
  await samples.getByText("■ density").waitFor();
  await samples.getByText("● 3 held-out points").first().waitFor();
  const places = samples.getByRole("img", { name: "Points" });
  const last = (await pixels(places.first())).data;
  await samples.getByRole("slider", { name: "Moment" }).fill("0");
  await samples.getByText("step 0").waitFor();
  const begun = await until(
    async () => (await pixels(places.first())).data,
    (data) => data.some((byte, i) => byte !== last[i]),
    "other places",
  );
  assertEquals(begun.length, last.length);
  await samples.getByLabel("Film").uncheck();
  await until(() => places.count(), (count) => count === 1, "the samples alone");
  await viewer.close();
  Deno.removeSync(runs, { recursive: true });
});

browserTest("a classifier says what it takes a held-out picture for", async () => {
  const runs = Deno.makeTempDirSync({ prefix: "somnium-view-" });
  await startBackend();
  const data = { ...blackPicture(8), classes: ["cat", "dog", "owl"], labels: new Int32Array(1) };
  const { presets: { smoke: config } } = MLP_CLASSIFIER;
  keepExamples(await writeUntrained(MLP_CLASSIFIER, { root: runs, name: "classes", config, data }), data);
  const viewer = await openViewer({ runs, hash: "view=model&run=classes" });
  const panel = viewer.page.getByRole("region", { name: "Classify" });
  await panel.getByRole("button", { name: "Held-out picture 1" }).click();
  const bars = panel.getByRole("list", { name: "Classes" }).getByRole("listitem");
  await bars.nth(2).waitFor();
  const shares = (await bars.allTextContents()).map((text) => Number(/[\d.]+/.exec(text)![0]));
  assertEquals(shares, shares.toSorted((a, b) => b - a));
  await viewer.close();
  Deno.removeSync(runs, { recursive: true });
});

browserTest("a model of the reader's own is computed by the server, as the page says", async () => {
  const runs = Deno.makeTempDirSync({ prefix: "somnium-view-" });
  await garments(runs);
  const module = writeOwnModels(runs);
  const [, mine] = (await import(`file://${module}`)).default;
  await writeUntrained(mine, {
    root: runs,
    name: "mine-1",
    config: mine.presets.default,
    data: blackPicture(8),
  });
  const viewer = await openViewer({ runs, module, hash: "view=latents&run=mine-1" });
  const { page } = viewer;
  await page.getByRole("region", { name: "Samples" }).getByRole("img").waitFor();
  const indicator = page.getByRole("button", { name: /^Where dreams are computed: .* on the server/ });
  await indicator.click();
  await page.getByText("it comes from a module of your own, whose code this page does not run").waitFor();
  assertEquals(await page.getByRole("radio", { name: "On the server" }).isChecked(), true);
  await page.goto(`${viewer.url}#view=latents&run=garments`);
  await page.getByRole("button", { name: /^Where dreams are computed: .* in this browser/ }).waitFor();
  await viewer.close();
  Deno.removeSync(runs, { recursive: true });
});

import { assert, assertEquals, assertGreater, assertMatch, assertNotEquals } from "@std/assert";
import { decode } from "fast-png";
import type { Page } from "playwright-core";
import { browserTest, openViewer, pixels, screenshot, tinyRunFolder } from "../support/browser.ts";

const EPISODE = "view=watch&run=tiny&ep=runs/tiny/recordings/test-seed-0.rec";

/** The viewer with the tiny run's first episode, seen by its model. */
async function openEpisode(hash = "", before?: string) {
  const viewer = await openViewer({ runs: await tinyRunFolder(), hash: `${EPISODE}&${hash}`, before });
  const caption = viewer.page.locator("figure[data-pane=reconstruction] .watch-missing");
  await viewer.page.locator("figure[data-pane=reconstruction]").waitFor();
  await caption.waitFor({ state: "detached" });
  return viewer;
}

/** What the page hands over when something is done. */
async function saved(page: Page, act: () => Promise<void>): Promise<{ name: string; bytes: Uint8Array }> {
  const coming = page.waitForEvent("download", { timeout: 60_000 });
  await act();
  const download = await coming;
  return { name: download.suggestedFilename(), bytes: await Deno.readFile(await download.path()) };
}

/** Opens the dialog for one kind, with these panes alone. */
async function openDialog(page: Page, kind: "Picture" | "GIF" | "Video" | "Numbers", panes?: string[]) {
  await page.getByRole("button", { name: "Save…" }).click();
  await page.getByRole("radio", { name: kind }).check();
  if (!panes) return;
  const boxes = page.locator(".save-panes label");
  for (let i = 0; i < await boxes.count(); i++) {
    const title = (await boxes.nth(i).innerText()).trim();
    await boxes.nth(i).locator("input").setChecked(panes.includes(title));
  }
}

browserTest("a picture of one pane at its own size has the very pixels that the pane shows", async () => {
  const { page, close } = await openEpisode("t=8");
  const shown = await pixels(page.locator("figure[data-pane=real] canvas"));
  await openDialog(page, "Picture", ["Reality"]);
  await screenshot(page, "save_picture");
  await page.getByRole("combobox", { name: "Size of a pane" }).selectOption("0");
  const { name, bytes } = await saved(page, () => page.getByRole("button", { name: "Save picture" }).click());
  assertMatch(name, /tiny.*test-seed-0_frame-8\.png$/);
  const picture = decode(bytes);
  assertEquals([picture.width, picture.height], [shown.width, shown.height]);
  const colors = (data: ArrayLike<number>, channels: number) =>
    Array.from(
      { length: shown.width * shown.height },
      (_, i) => [0, 1, 2].map((channel) => data[i * channels + channel]).join(),
    );
  assertEquals(colors(picture.data, picture.channels), colors(shown.data, 4));
  assertGreater(new Set(colors(shown.data, 4)).size, 4, "the pane shows a picture");
  await close();
});

browserTest("S saves all panes side by side with captions", async () => {
  const { page, close } = await openEpisode();
  const { name, bytes } = await saved(page, () => page.keyboard.press("s"));
  assertMatch(name, /_frame-100\.png$/, "the frame that an episode opens on");
  const { width, height } = decode(bytes);
  assertGreater(width, 4 * 384);
  assertGreater(height, 384);
  await close();
});

browserTest("a GIF holds the frames of the range, at the size that the dialog told", async () => {
  const { page, close } = await openEpisode("range=10-41");
  await openDialog(page, "GIF", ["Reality", "Reconstruction"]);
  await page.getByRole("combobox", { name: "Frames" }).selectOption("4");
  await page.getByRole("combobox", { name: "Size of a pane" }).selectOption("192");
  const summary = await page.locator(".save-summary").innerText();
  const { name, bytes } = await saved(page, () => page.getByRole("button", { name: "Save GIF" }).click());
  assertMatch(name, /_frames-10-41\.gif$/);
  const gif = await page.evaluate(async (bytes) => {
    const decoder = new ImageDecoder({ data: new Uint8Array(bytes), type: "image/gif" });
    await decoder.tracks.ready;
    const { frameCount } = decoder.tracks.selectedTrack!;
    const frames = [];
    for (let frameIndex = 0; frameIndex < frameCount; frameIndex++) {
      const { image } = await decoder.decode({ frameIndex });
      frames.push({ width: image.displayWidth, height: image.displayHeight, duration: image.duration });
      image.close();
    }
    return frames;
  }, [...bytes]);
  assertEquals(gif.length, 8, "frames 10, 14, .. 38");
  const [{ width, height, duration }] = gif;
  assert(summary.includes(`8 pictures, 0.6 s, ${width} × ${height} pixels`), summary);
  assertEquals(duration, 80_000, "four steps of 20 ms, in microseconds");
  await close();
});

/** Plays a file in the page: how long it lasts in seconds, its size, and how many colours its middle shows. */
function playVideo(page: Page, bytes: Uint8Array, type: string) {
  return page.evaluate(async ({ bytes, type }) => {
    const video = document.createElement("video");
    video.src = URL.createObjectURL(new Blob([new Uint8Array(bytes)], { type }));
    const heard = (name: string) =>
      new Promise((resolve, reject) => {
        video.addEventListener(name, resolve, { once: true });
        video.onerror = () => reject(new Error(video.error?.message ?? "the video does not load"));
      });
    await heard("loadeddata");
    if (!Number.isFinite(video.duration)) { // what a recorder wrote tells its length at its end
      video.currentTime = 1e6;
      await heard("durationchange");
    }
    const duration = video.duration;
    video.currentTime = duration / 2;
    await heard("seeked");
    const { videoWidth: width, videoHeight: height } = video;
    const context = new OffscreenCanvas(width, height).getContext("2d")!;
    context.drawImage(video, 0, 0);
    const colors = new Set(new Uint32Array(context.getImageData(0, 0, width, height).data.buffer)).size;
    return { duration, width, height, colors };
  }, { bytes: [...bytes], type });
}

browserTest("a video plays as long as its range lasts", async () => {
  const { page, close } = await openEpisode("range=0-49");
  await openDialog(page, "Video", ["Reality", "Difference"]);
  await page.getByRole("combobox", { name: "Frames" }).selectOption("1");
  await page.getByRole("dialog").getByRole("combobox", { name: "Speed" }).selectOption("0.5");
  const { name, bytes } = await saved(page, () => page.getByRole("button", { name: "Save video" }).click());
  assertMatch(name, /_frames-0-49\.(mp4|webm)$/);
  const { duration, width, height, colors } = await playVideo(page, bytes, `video/${name.split(".").at(-1)}`);
  assertGreater(0.1, Math.abs(duration - 2), `50 frames of 40 ms last 2 s, the video lasts ${duration} s`);
  assertEquals([width % 2, height % 2], [0, 0]);
  assertGreater(width, 2 * 384);
  assertGreater(colors, 50);
  await close();
});

browserTest("without WebCodecs a video is recorded in real time", async () => {
  const { page, close } = await openEpisode("range=0-49", "delete globalThis.VideoEncoder");
  await openDialog(page, "Video", ["Reality"]);
  const { name, bytes } = await saved(page, () => page.getByRole("button", { name: "Save video" }).click());
  const { width, colors } = await playVideo(page, bytes, `video/${name.split(".").at(-1)}`);
  assertGreater(width, 383);
  assertGreater(colors, 50);
  await close();
});

browserTest("a browser that encodes no video says so, and what to do", async () => {
  const { page, close } = await openEpisode(
    "range=0-49",
    "delete globalThis.VideoEncoder; delete globalThis.MediaRecorder",
  );
  await openDialog(page, "Video");
  await page.getByRole("button", { name: "Save video" }).click();
  await page.getByText("Cannot make a video: this browser does not encode video").waitFor();
  await close();
});

browserTest("an export shows how far it is, leaves the page live, and can be given up", async () => {
  const { page, close } = await openEpisode();
  await openDialog(page, "GIF");
  await page.getByRole("combobox", { name: "Frames" }).selectOption("1");
  await page.getByRole("button", { name: "Save GIF" }).click();
  const bar = page.getByRole("progressbar", { name: /Saving .*\.gif/ });
  await bar.waitFor();
  const read = () => pixels(page.locator("figure[data-pane=real] canvas"));
  const before = await read();
  await page.keyboard.press("End");
  await page.waitForFunction(() => (document.querySelector("progress")?.value ?? 0) > 1);
  assertNotEquals((await read()).data, before.data, "the playhead moves meanwhile");
  await screenshot(page, "save_progress");
  await page.getByRole("button", { name: /^Cancel .*\.gif/ }).click();
  await page.getByText(/Cancelled .*\.gif/).waitFor();
  await bar.waitFor({ state: "detached" });
  await close();
});

browserTest("numbers come as tables of the range, as JSON and as the recording itself", async () => {
  const { page, close } = await openEpisode("range=20-59");
  await openDialog(page, "Numbers");
  await screenshot(page, "save_numbers");
  const text = async (button: string) => {
    const { name, bytes } = await saved(page, () => page.getByRole("button", { name: button }).click());
    return { name, bytes, text: new TextDecoder().decode(bytes) };
  };
  const steps = await text("Steps as CSV");
  assertMatch(steps.name, /_steps_frames-20-59\.csv$/);
  const rows = steps.text.trim().split("\n").map((line) => line.split(","));
  assertEquals(rows.length, 41, "a heading and 40 steps");
  assert(rows.every((row) => row.length === 9));
  assertEquals([rows[1][0], rows[40][0]], ["20", "59"]);

  const model = (await text("World model as CSV")).text.trim().split("\n").map((line) => line.split(","));
  assertEquals(model.slice(1).map(([, step]) => step), [
    "20",
    "24",
    "28",
    "32",
    "36",
    "40",
    "44",
    "48",
    "52",
    "56",
  ]);
  assert(model.slice(1).every((row) => row.slice(-64).every((cell) => Number.isFinite(Number(cell)))));

  const all = JSON.parse((await text("All numbers as JSON")).text);
  assertEquals(all.actions[20], rows[1].slice(2, 5).map(Number));
  assertEquals(all.model.mu.length, Math.floor(all.episode.steps / 4) + 1);

  const recording = await text("Recording");
  assertMatch(recording.name, /test-seed-0\.rec$/);
  assertEquals(
    recording.bytes.length,
    (await Deno.stat(`${await tinyRunFolder()}/tiny/recordings/test-seed-0.rec`)).size,
  );
  await close();
});

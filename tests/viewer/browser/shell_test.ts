import { assert, assertEquals, assertMatch } from "@std/assert";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { bytesInMemory, encodeChunk } from "../../../envs/recordings/chunk.ts";
import { RECORDING_MAGIC } from "../../../envs/recordings/format.ts";
import { readHeader } from "../../../envs/recordings/read_chunks.ts";
import {
  browserTest,
  demoRecording,
  type OpenViewer,
  openViewer,
  type OpenViewerOptions,
  screenshot,
  tinyRunFolder,
  until,
} from "../support/browser.ts";

const SCRIPTED = "view=watch&ep=scripted:0&t=0";

/** Opens the page with an episode that is ready to be played. */
async function openReady(options: OpenViewerOptions = {}): Promise<OpenViewer> {
  const viewer = await openViewer({ hash: SCRIPTED, ...options });
  await playhead(viewer.page).waitFor({ timeout: 60_000 });
  return viewer;
}

const playhead = (page: Page) => page.getByRole("slider", { name: "Playhead" });
const playButton = (page: Page) => page.locator(".shell-play");
const frameOf = async (page: Page) => Number(await playhead(page).getAttribute("aria-valuenow"));
const lastOf = async (page: Page) => Number(await playhead(page).getAttribute("aria-valuemax"));
const chosenEpisode = (page: Page) =>
  page.locator(".shell-table tr[aria-selected=true] button").getAttribute("aria-label");

/** Waits until the playhead is at a frame: keys are handled a moment after they are pressed. */
async function reaches(page: Page, frame: number, why = ""): Promise<void> {
  await until(() => frameOf(page), (now) => now === frame, `frame ${frame}${why && `: ${why}`}`);
}

/** Waits until a slider has a value. */
const slides = (page: Page, name: string, value: number) =>
  page.locator(`[role=slider][aria-label="${name}"][aria-valuenow="${value}"]`).waitFor();

/** Presses keys one after the other. */
async function press(page: Page, ...keys: string[]): Promise<void> {
  for (const key of keys) await page.keyboard.press(key);
}

/** Waits until the address says something. */
const addressSays = (page: Page, part: string) =>
  page.waitForFunction((part) => location.hash.includes(part), part);

browserTest(
  "without any run the scripted driver is shown, and every playback key does what the help says",
  async () => {
    const { page, close } = await openViewer();
    await playhead(page).waitFor({ timeout: 60_000 });
    await page.getByText("No run yet").waitFor();
    const last = await lastOf(page);
    assert(last > 100, `expected a drive of many steps, got ${last}`);
    assertEquals(await playhead(page).getAttribute("aria-valuetext"), `frame 100 of ${last}`);

    const steps: [keys: string[], frame: number][] = [
      [["Home"], 0],
      [["ArrowRight"], 1],
      [["."], 2],
      [["Shift+ArrowRight"], 12],
      [["ArrowLeft"], 11],
      [[","], 10],
      [["Shift+ArrowLeft"], 0],
      [["End"], last],
      [["ArrowRight"], last],
      [["Home"], 0],
    ];
    for (const [keys, frame] of steps) {
      await press(page, ...keys);
      await reaches(page, frame, keys.join());
    }

    await press(page, "Space");
    await page.waitForFunction(() =>
      Number(document.querySelector(".shell-playhead")!.getAttribute("aria-valuenow")) > 10
    );
    await press(page, "Space");
    const stopped = await frameOf(page);
    await page.waitForTimeout(200);
    assertEquals(await frameOf(page), stopped);

    const speed = page.getByRole("combobox", { name: "Speed" });
    await press(page, "]", "]");
    assertEquals(await speed.inputValue(), "4");
    await press(page, "[", "[", "[");
    assertEquals(await speed.inputValue(), "0.5");
    await press(page, "l");
    assertEquals(await page.getByRole("button", { name: "Loop" }).getAttribute("aria-pressed"), "true");

    await press(page, "Home", "Shift+ArrowRight", "i", "Shift+ArrowRight", "o");
    await page.getByText("10–20", { exact: true }).waitFor();
    await page.getByRole("button", { name: "Clear the range" }).click();
    assertEquals(await page.getByText("10–20", { exact: true }).count(), 0);

    await press(page, "f");
    await page.waitForFunction(() => document.fullscreenElement !== null);
    await press(page, "f");
    await page.waitForFunction(() => document.fullscreenElement === null);
    await close();
  },
);

browserTest("keys rest while a field has the focus, and a button keeps its own space bar", async () => {
  const { page, close } = await openReady();
  await page.getByRole("searchbox", { name: "Filter episodes" }).fill("");
  await press(page, "ArrowRight", "l", "n", "?");
  await reaches(page, 0);
  assertEquals(await page.getByRole("dialog", { name: "Keys" }).count(), 0);
  assertEquals(await page.getByRole("searchbox").inputValue(), "ln?");

  await page.getByRole("button", { name: "Loop" }).focus();
  await press(page, "Space");
  assertEquals(await page.getByRole("button", { name: "Loop" }).getAttribute("aria-pressed"), "true");
  assertEquals(await playButton(page).getAttribute("aria-label"), "Play (Space)");
  await close();
});

browserTest(
  "the time line is dragged, hovered and typed into; its handles move the dream and the range",
  async () => {
    const { page, close } = await openReady({ runs: await tinyRunFolder(), hash: "view=watch&run=tiny" });
    const last = await lastOf(page);
    const track = (await page.locator(".shell-track").boundingBox())!;
    const at = (part: number) => [track.x + part * track.width, track.y + track.height / 2] as const;

    await page.mouse.move(...at(0.25));
    const preview = page.locator(".shell-preview");
    assertMatch(await preview.innerText(), new RegExp(`^${Math.round(last / 4)} · \\d`));
    await page.mouse.down();
    await reaches(page, Math.round(last / 4));
    await page.mouse.move(...at(0.75), { steps: 4 });
    await page.mouse.up();
    await reaches(page, Math.round(last * 3 / 4));
    await page.mouse.move(...at(0.5));
    await reaches(page, Math.round(last * 3 / 4), "hovering does not seek");

    await playhead(page).focus();
    await press(page, "ArrowUp", "PageDown", "ArrowDown");
    await reaches(page, Math.round(last * 3 / 4) + 1 - 50 - 1);

    const field = page.getByRole("spinbutton", { name: "Frame" });
    await field.fill("7");
    await field.press("Enter");
    await reaches(page, 7);
    await field.fill("99999");
    await field.press("Enter");
    await reaches(page, last);
    assertEquals(await field.inputValue(), String(last));

    const dream = page.getByRole("slider", { name: "The dream starts here" });
    await dream.waitFor({ timeout: 60_000 }); // the model has to be opened first
    await dream.focus();
    await press(page, "Home", "ArrowRight", "ArrowRight", "Shift+ArrowRight");
    await slides(page, "The dream starts here", 12);

    await press(page, "i");
    const end = page.getByRole("slider", { name: "End of the range" });
    await end.focus();
    await press(page, "Home");
    await slides(page, "Start of the range", 0); // an end before the start takes it along
    await close();
  },
);

browserTest("help is made from the commands; the palette finds and does them", async () => {
  const { page, close } = await openReady();
  await press(page, "?");
  const help = page.getByRole("dialog", { name: "Keys" });
  const text = await help.innerText();
  for (const title of ["Play or pause", "Ten frames forward", "Next episode", "Open recordings"]) {
    assert(text.includes(title), title);
  }
  await press(page, "ArrowRight");
  assertEquals(await frameOf(page), 0, "the page's keys rest below a dialog");
  await screenshot(page, "shell_help");
  await press(page, "Escape");
  assertEquals(await help.count(), 0);

  await press(page, "Control+k");
  const palette = page.getByRole("dialog", { name: "Find a command" });
  assertEquals(
    await palette.getByRole("option").first().locator("kbd").count(),
    0,
    "those without keys first",
  );
  await page.keyboard.type("view runs");
  assertEquals(await palette.getByRole("option").count(), 1);
  await press(page, "Enter");
  assertEquals(await page.getByRole("link", { name: "Runs" }).getAttribute("aria-current"), "page");
  assertEquals(await playhead(page).count(), 0);

  await press(page, "Control+k");
  await page.keyboard.type("zzzz");
  await palette.getByText("No matches").waitFor();
  await press(page, "Enter", "Escape");
  await palette.waitFor({ state: "hidden" });
  await press(page, "Control+k");
  await palette.waitFor();
  await page.keyboard.type("seed 1");
  await press(page, "Enter");
  await addressSays(page, "ep=scripted:1");
  await close();
});

browserTest("the theme is the system's until it is chosen, and is remembered", async () => {
  const { page, close } = await openReady({ theme: "light" });
  const theme = () => page.evaluate(() => document.documentElement.dataset.theme);
  const background = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  assertEquals(await theme(), "light");
  const light = await background();
  await page.getByRole("button", { name: "Dark theme" }).click();
  assertEquals(await theme(), "dark");
  assert(await background() !== light);
  await page.reload();
  await page.locator("main").waitFor();
  assertEquals(await theme(), "dark");
  await page.getByRole("button", { name: "Light theme" }).waitFor();
  await press(page, "Control+k");
  await page.keyboard.type("theme system");
  await press(page, "Enter");
  assertEquals(await theme(), "light");
  await close();
});

browserTest(
  "a link brings back run, episode, frame, dream, range and panes, and is kept current",
  async () => {
    const runs = await tinyRunFolder();
    const hash =
      "view=watch&run=tiny&ep=runs/tiny/recordings/test-seed-1.rec&t=8&dream=4&horizon=3&temp=0.5&n=2&seed=9" +
      "&driver=agent&panes=real,dream&range=2-9";
    const { page, close } = await openReady({ runs, hash });
    await page.waitForFunction(() =>
      document.querySelector(".shell-playhead")?.getAttribute("aria-valuenow") === "8"
    );
    assertEquals(await chosenEpisode(page), "tiny, test-seed-1");
    await page.getByText("2–9", { exact: true }).waitFor();
    await page.waitForTimeout(800); // the address is written by now
    assertEquals(await page.evaluate(() => location.hash), `#${hash}`);

    await press(page, "ArrowRight");
    await addressSays(page, "t=9&");
    const length = await page.evaluate(() => history.length);
    await press(page, "ArrowLeft", "ArrowLeft");
    await addressSays(page, "t=7&");
    assertEquals(await page.evaluate(() => history.length), length, "the history stays as short as it was");

    await page.evaluate(() => location.hash = "#t=3"); // as somebody types it
    await page.waitForFunction(() =>
      document.querySelector(".shell-playhead")?.getAttribute("aria-valuenow") === "3"
    );
    await addressSays(page, "temp=0.5");
    await page.evaluate(() => location.hash = "#view=watch&ep=runs/tiny/recordings/test-seed-0.rec&t=5");
    await page.waitForFunction(() =>
      document.querySelector(".shell-playhead")?.getAttribute("aria-valuenow") === "5"
    );
    await addressSays(page, "test-seed-0.rec&t=5");
    assertEquals(await chosenEpisode(page), "tiny, test-seed-0");
    assert(
      !(await page.evaluate(() => location.hash)).includes("temp="),
      "a whole link resets what it leaves out",
    );
    await close();
  },
);

browserTest("links to what is not there say so, and the page goes on", async () => {
  const viewer = await openViewer({ hash: "view=nowhere&run=gone&t=-3&panes=,,&%E0%A4%A" });
  await viewer.page.getByText('Cannot show the run "gone"').waitFor();
  await playhead(viewer.page).waitFor({ timeout: 60_000 });
  await viewer.close();

  const missing = await openViewer({ hash: "ep=runs/gone/recordings/x.rec&t=5" });
  await missing.page.getByText('Cannot show "runs/gone/recordings/x.rec"').first().waitFor();
  await press(missing.page, "n"); // the keys go on
  await playhead(missing.page).waitFor({ timeout: 60_000 });
  await missing.close();
});

browserTest("?src= opens a recording of this server, and says why it opens no other's", async () => {
  const runs = await tinyRunFolder();
  const own = await openViewer({ runs, query: "src=runs/tiny/recordings/test-seed-1.rec", hash: "t=6" });
  await playhead(own.page).waitFor({ timeout: 60_000 });
  assertEquals(await chosenEpisode(own.page), "tiny, test-seed-1");
  await own.page.waitForFunction(() =>
    document.querySelector(".shell-playhead")!.getAttribute("aria-valuenow") === "6"
  );
  await own.close();

  const foreign = await openViewer({ query: "src=https://example.org/a.rec" });
  await foreign.page.getByText(/Cannot open "https:\/\/example.org\/a.rec": expected an address below/)
    .waitFor();
  await foreign.close();
});

browserTest("the link is copied, with a word of caution where it leads nowhere else", async () => {
  const { page, context, url, close } = await openReady();
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await page.getByRole("button", { name: "Copy a link" }).click();
  await page.getByText(/^Link copied\. The link works on this machine only: .*--hostname.*--export/)
    .waitFor();
  assertEquals(
    await page.evaluate(() => navigator.clipboard.readText()),
    `${url}#view=watch&ep=scripted:0&t=0`,
  );
  await close();
});

/** Drags files of the disk over the page and drops them, as a hand does. */
async function drop(viewer: OpenViewer, paths: string[]): Promise<void> {
  const session = await viewer.context.newCDPSession(viewer.page);
  const data = { items: [], files: paths, dragOperationsMask: 1 };
  for (const type of ["dragEnter", "dragOver"] as const) {
    await session.send("Input.dispatchDragEvent", { type, x: 600, y: 400, data });
  }
  await viewer.page.getByText("Drop to open").waitFor();
  await session.send("Input.dispatchDragEvent", { type: "drop", x: 600, y: 400, data });
  await viewer.page.getByText("Drop to open").waitFor({ state: "detached" });
  await session.detach();
}

browserTest(
  "recordings are dropped anywhere: good ones open, others are refused in one precise sentence",
  async () => {
    const folder = Deno.makeTempDirSync();
    const file = (name: string, bytes: Uint8Array) => {
      Deno.writeFileSync(join(folder, name), bytes);
      return join(folder, name);
    };
    const good = demoRecording();
    const newer = encodeChunk({ ...readHeader(bytesInMemory(good), "good.rec").header, version: 9 });
    const viewer = await openReady();
    const { page } = viewer;

    await drop(viewer, [
      file("broken.rec", good.slice(0, 60)),
      file("newer.rec", Uint8Array.of(...RECORDING_MAGIC, ...newer)),
      file("picture.png", Uint8Array.of(0x89, 0x50, 0x4e, 0x47)),
      file("empty.rec", new Uint8Array(0)),
    ]);
    await page.getByText(/Cannot read "broken.rec": .* damaged header/).waitFor();
    await page.getByText(
      /Cannot read "newer.rec": expected a somnium-recording of version 2 or below, .* version 9/,
    )
      .waitFor();
    await page.getByText(/Cannot read "picture.png": .* a file of another kind/).waitFor();
    await page.getByText(/Cannot read "empty.rec": .* an empty file/).waitFor();
    assertEquals(await chosenEpisode(page), "Scripted driver, seed 0", "what was shown stays");
    await screenshot(page, "shell_refused");
    for (const name of ["Dismiss", "Dismiss", "Dismiss", "Dismiss"]) {
      await page.getByRole("button", { name }).first().click();
    }
    assertEquals(await page.locator(".shell-notice").count(), 0);

    await drop(viewer, [file("my drive.rec", good)]);
    await page.waitForFunction(() =>
      document.querySelector(".shell-table tr[aria-selected=true] button")?.getAttribute("aria-label") ===
        "my drive.rec"
    );
    await playhead(page).waitFor();
    await drop(viewer, [file("cut.rec", good.slice(0, Math.floor(good.length * 0.7)))]);
    await page.getByText(/Cannot read all of "cut.rec"/).first().waitFor();
    await playhead(page).waitFor();
    assert(await lastOf(page) > 0);
    await viewer.close();
    Deno.removeSync(folder, { recursive: true });
  },
);

browserTest("a run folder is dropped as a whole; another folder is refused", async () => {
  const runs = await tinyRunFolder();
  const viewer = await openReady();
  const other = Deno.makeTempDirSync({ prefix: "holiday-" });
  Deno.writeTextFileSync(join(other, "notes.txt"), "sun");
  await drop(viewer, [other]);
  await viewer.page.getByText(/Cannot open "holiday-.*": expected a run folder \(with a config.json\)/)
    .waitFor();

  await drop(viewer, [join(runs, "tiny")]);
  await viewer.page.locator(".shell-runs").getByText("tiny").waitFor();
  await viewer.page.waitForFunction(() =>
    document.querySelector(".shell-table tr[aria-selected=true] button")?.getAttribute("aria-label")
      ?.startsWith("test-seed")
  );
  await playhead(viewer.page).waitFor({ timeout: 60_000 });
  await viewer.close();
  Deno.removeSync(other, { recursive: true });
});

browserTest("episodes are filtered, sorted and walked through in the order that is shown", async () => {
  const { page, close } = await openReady({ runs: await tinyRunFolder(), hash: "view=watch&run=tiny" });
  const rows = page.locator(".shell-table tbody tr");
  const labels = () =>
    rows.getByRole("button").evaluateAll((all) => all.map((one) => one.getAttribute("aria-label")));
  await page.getByRole("searchbox").fill("test-seed");
  assertEquals(await labels(), ["tiny, test-seed-0", "tiny, test-seed-1"]);
  await page.getByRole("button", { name: "Seed", exact: true }).click();
  await page.getByRole("button", { name: "Seed", exact: true }).click();
  assertEquals(await labels(), ["tiny, test-seed-1", "tiny, test-seed-0"]);
  assertEquals(
    await page.getByRole("columnheader", { name: "Seed" }).getAttribute("aria-sort"),
    "descending",
  );
  await page.getByRole("searchbox").blur();
  assertEquals(await chosenEpisode(page), "tiny, test-seed-0");
  for (const key of ["n", "p", "ArrowDown", "ArrowUp"]) { // there and back, round the end
    const before = await chosenEpisode(page);
    await press(page, key);
    await page.waitForFunction(
      (before) =>
        document.querySelector(".shell-table tr[aria-selected=true] button")?.getAttribute("aria-label") !==
          before,
      before,
    );
  }
  await page.getByRole("searchbox").fill("nothing like it");
  await page.getByText("No episode matches the filter").waitFor();
  await page.getByRole("searchbox").fill("");
  await page.getByRole("spinbutton", { name: "Seed", exact: true }).first().fill("11");
  await page.getByRole("button", { name: "Scripted", exact: true }).click();
  await page.waitForFunction(() =>
    document.querySelector(".shell-table tr[aria-selected=true] button")?.getAttribute("aria-label") ===
      "Scripted driver, seed 11"
  );
  await close();
});

browserTest(
  "on a phone the library is a drawer, targets are large and nothing scrolls sideways",
  async () => {
    const viewport = { width: 390, height: 844 };
    for (const theme of ["dark", "light"] as const) {
      const { page, close } = await openReady({
        runs: await tinyRunFolder(),
        hash: "view=watch&run=tiny",
        viewport,
        touch: true,
        theme,
      });
      assertEquals(await page.getByRole("complementary", { name: "Library" }).isVisible(), false);
      await screenshot(page, `shell_phone_${theme}`);
      await page.getByRole("button", { name: "Library", exact: true }).tap();
      await page.getByRole("complementary", { name: "Library" }).waitFor();
      await page.waitForTimeout(300); // it slides in
      await screenshot(page, `shell_phone_library_${theme}`);
      await page.getByRole("button", { name: "tiny, test-seed-1" }).tap();
      await page.getByRole("button", { name: "Close the library" }).tap();
      assertEquals(await chosenEpisode(page), "tiny, test-seed-1");
      const small = await page.locator(".shell-top button, .shell-top a, .shell-transport button")
        .evaluateAll((all) =>
          all.filter((one) => one.checkVisibility()).map((one) =>
            [one.getBoundingClientRect(), one.textContent] as const
          )
            .filter(([{ width, height }]) => width < 40 || height < 40).map(([{ width, height }, text]) =>
              `${text} ${width} ${height}`
            )
        );
      assertEquals(small, []);
      assertEquals(await page.evaluate(() => document.documentElement.scrollWidth), 390);
      await close();
    }
  },
);

browserTest("a run is shown without errors in both themes", async () => {
  const runs = await tinyRunFolder();
  for (const theme of ["dark", "light"] as const) {
    const { page, close } = await openReady({ runs, hash: "view=watch&run=tiny&t=20", theme });
    await page.waitForTimeout(2000); // dreams and curves
    await screenshot(page, `shell_${theme}`);
    await close();
  }
});

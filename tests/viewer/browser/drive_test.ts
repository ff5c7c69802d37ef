import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import type { Page } from "playwright-core";
import type { RedrawableEnv } from "../../../envs/env.ts";
import { collectEpisodes } from "../../../envs/recordings/collect.ts";
import { parseRecording, type Recording } from "../../../envs/recordings/reader.ts";
import { redrawRecording } from "../../../envs/recordings/redraw.ts";
import { make } from "../../../envs/registry.ts";
import { learnerPresets } from "../../../agents/learner_kind.ts";
import { ATTENTION_KIND } from "../../../agents/attention/attention_kind.ts";
import { DECISION_TRANSFORMER_KIND } from "../../../agents/decision_transformer/decision_transformer_kind.ts";
import { PPO_KIND } from "../../../agents/ppo/ppo_kind.ts";
import { trainAgent } from "../../../agents/train_agent/train_agent.ts";
import { startBackend } from "../../../generative/runtime/mod.ts";
import { RunFolder } from "../../../generative/train/mod.ts";
import { temporaryFolder } from "../support/fixtures.ts";
import { browserTest, openViewer, pixels, screenshot, tinyRunFolder, until } from "../support/browser.ts";

const EPISODE = "runs/tiny/recordings/test-seed-0.rec";

/** Waits for a gauge to show a number in a range, both ends included. */
async function gauge(page: Page, name: string, [least, most]: [least: number, most: number]): Promise<void> {
  await page.waitForFunction(({ name, least, most }) => {
    const text = document.querySelector(`[data-gauge="${name}"] b`)?.textContent;
    const value = Number(text?.replace("\u2212", "-") || NaN);
    return value >= least && value <= most;
  }, { name, least, most });
}

const start = (page: Page) => page.getByRole("button", { name: "Start driving" }).click();
const badge = (page: Page, text: string | RegExp) => page.locator(".drive-badge").getByText(text).waitFor();
const button = (page: Page, name: string) => page.getByRole("button", { name, exact: true });

/** Pauses, saves, and reads what was saved. */
async function save(page: Page): Promise<Recording> {
  await page.keyboard.press("p");
  const [saved] = await Promise.all([page.waitForEvent("download"), button(page, "Save recording").click()]);
  assert(saved.suggestedFilename().endsWith(".rec"), saved.suggestedFilename());
  const recording = parseRecording(Deno.readFileSync(await saved.path()));
  assertEquals(recording.damage, undefined);
  return recording;
}

browserTest(
  "keys drive the car; what the page saves is, replayed and redrawn in Deno, the same drive",
  async () => {
    const { page, close } = await openViewer({ hash: "view=drive&drive=seconds:60" });
    await start(page);
    await badge(page, "You drive");
    await page.keyboard.down("ArrowUp");
    await gauge(page, "gas", [0.3, 999]);
    await gauge(page, "speed", [10, 999]);
    await page.keyboard.down("a");
    await gauge(page, "steer", [-1, -0.2]);
    await page.keyboard.up("a");
    await page.keyboard.down("KeyD");
    await gauge(page, "steer", [0.2, 999]);
    await page.keyboard.up("KeyD");
    await page.keyboard.up("ArrowUp");
    await gauge(page, "gas", [0, 0]);
    const { header, steps, states, actions, rewards, ...recording } = await save(page);
    assertEquals([header.env, header.metadata.driver], ["CarRacing-v3", "human"]);
    assert(steps > 20, `${steps} steps`);

    // Browsers' sine and cosine differ from Deno's in the last bit, at times; forces and poses follow them.
    const env = make(header.env, header.options) as RedrawableEnv;
    let { observation } = env.reset({ seed: header.seed });
    const pictures = redrawRecording({ header, steps, states, actions, rewards, ...recording });
    for (let i = 0; i <= steps; i++) {
      const replayed = env.saveState();
      for (let n = 0; n < env.stateSize; n++) {
        assertAlmostEquals(states[i * env.stateSize + n], replayed[n], 1e-3, `number ${n} of state ${i}`);
      }
      const redrawn = (await pictures.next()).value as Uint8Array;
      const other = redrawn.filter((level, n) => Math.abs(level - observation[n]) > 2).length;
      assert(other < redrawn.length / 1000, `picture ${i}: ${other} bytes differ`);
      if (i === steps) break;
      const step = env.step(actions.subarray(3 * i, 3 * i + 3));
      assertAlmostEquals(rewards[i], step.reward, 1e-9);
      observation = step.observation;
    }
    await button(page, "Watch it").click();
    await page.locator('[aria-label="Scene"] canvas').waitFor();
    await page.locator("tr", { hasText: "human" }).waitFor();
    await close();
  },
);

browserTest("the scene shows the car, and each camera shows something else", async () => {
  const { page, close } = await openViewer({ hash: "view=drive" });
  const canvas = page.locator(".scene canvas");
  const look = async () => {
    const { data } = await pixels(canvas);
    let red = 0, green = 0;
    for (let i = 0; i < data.length; i += 4) {
      if (data[i] > 150 && data[i + 1] < 80 && data[i + 2] < 80) red++;
      if (data[i + 1] > data[i] + 20 && data[i + 1] > data[i + 2] + 20) green++;
    }
    return { red, grass: green / data.length, view: data.filter((_, i) => i % 997 === 0).join() };
  };
  const seen = new Set<string>();
  for (const name of ["Chase", "Above", "Track"]) {
    await button(page, name).click();
    const { view } = await until(
      look,
      ({ red, grass, view }) => red > 30 && grass > 1 / 40 && !seen.has(view),
      `${name} to show the car on grass as no other camera does`, // it swings there
    );
    seen.add(view);
    await screenshot(page, `drive-${name.toLowerCase()}`);
  }
  await page.keyboard.press("c");
  assertEquals(await button(page, "Chase").getAttribute("aria-pressed"), "true");
  await close();
});

browserTest(
  "M hands over to the scripted driver and back, at any step; Esc leaves, and the drive waits",
  async () => {
    const { page, close } = await openViewer({ hash: "view=drive" });
    await start(page);
    await page.keyboard.press("m");
    await badge(page, "The scripted driver drives");
    await gauge(page, "total", [20, 999]);
    await page.keyboard.press("m");
    await badge(page, "You drive");
    await gauge(page, "gas", [0, 0]);
    await page.keyboard.press("Escape");
    await page.locator(".drive").waitFor({ state: "detached" });
    await page.getByRole("link", { name: "Drive" }).click();
    await button(page, "Resume").first().click();
    const { header } = await save(page);
    assertEquals(header.metadata.driver, "mixed");
    const drivers = header.metadata.drivers as [number, string][];
    assertEquals(drivers.map(([, name]) => name).slice(-2), ["scripted", "human"]);
    await close();
  },
);

browserTest("a gamepad drives: stick, trigger, Start and Y", async () => {
  const before = `
    globalThis.pad = { mapping: "standard", connected: true, id: "A pad", axes: [0, 0, 0, 0],
      buttons: Array.from({ length: 17 }, () => ({ pressed: false, value: 0 })) };
    navigator.getGamepads = () => [globalThis.pad, null, null, null];`;
  const { page, close } = await openViewer({ hash: "view=drive", before });
  await button(page, "Start driving").waitFor();
  const press = (index: number, down: boolean) =>
    page.evaluate(`pad.buttons[${index}] = { pressed: ${down}, value: ${down ? 1 : 0} }`);
  await press(9, true);
  await button(page, "Start driving").waitFor({ state: "detached" });
  await press(9, false);
  await press(7, true);
  await page.evaluate("pad.axes[0] = 0.8");
  await gauge(page, "gas", [0.1, 999]);
  await gauge(page, "steer", [0.1, 999]);
  await gauge(page, "speed", [5, 999]);
  await press(3, true);
  await badge(page, /scripted/);
  await close();
});

browserTest("fingers drive on a phone: wheel and pedal at once", async () => {
  const { page, context, close } = await openViewer({
    hash: "view=drive",
    viewport: { width: 390, height: 844 },
    touch: true,
    theme: "light",
  });
  await start(page);
  const centre = async (name: string) => {
    const { x, y, width, height } =
      (await page.getByLabel(name, { exact: true }).or(button(page, name)).first().boundingBox())!;
    return { x: x + width / 2, y: y + height / 2 };
  };
  const [wheel, gas] = [await centre("Steer"), await centre("Gas")];
  const session = await context.newCDPSession(page);
  const touch = (
    type: "touchStart" | "touchMove" | "touchEnd",
    touchPoints: { x: number; y: number; id: number }[],
  ) => session.send("Input.dispatchTouchEvent", { type, touchPoints });
  await touch("touchStart", [{ ...gas, id: 1 }]);
  await touch("touchStart", [{ ...gas, id: 1 }, { ...wheel, id: 2 }]);
  await touch("touchMove", [{ ...gas, id: 1 }, { x: wheel.x - 60, y: wheel.y, id: 2 }]);
  await gauge(page, "steer", [-1, -0.1]);
  await gauge(page, "gas", [0.05, 999]);
  await gauge(page, "speed", [2, 999]);
  await screenshot(page, "drive-phone");
  await touch("touchEnd", []);
  await gauge(page, "gas", [0, 0]);
  assertEquals(await page.evaluate(() => document.documentElement.scrollWidth), 390);
  await close();
});

browserTest("a run's agent takes over and gives back; its memory follows meanwhile", async () => {
  const { page, close } = await openViewer({
    runs: await tinyRunFolder(),
    hash: `view=drive&run=tiny&ep=${EPISODE}`,
  });
  await page.locator(".drive-sight").getByLabel("What the model reconstructs of it").waitFor();
  await start(page);
  await page.waitForFunction(() => Number(document.querySelector(".drive-progress b")?.textContent) > 0);
  await page.keyboard.down("w");
  await gauge(page, "speed", [5, 999]);
  await page.keyboard.up("w");
  await page.keyboard.press("m");
  await badge(page, "The agent of tiny drives");
  await page.waitForFunction(() => Number(document.querySelector(".drive-progress b")?.textContent) > 1.5);
  await page.keyboard.press("m");
  await badge(page, "You drive");
  await page.waitForFunction(() => Number(document.querySelector(".drive-progress b")?.textContent) > 2);
  const { header, actions } = await save(page);
  const drivers = header.metadata.drivers as [number, string][];
  assertEquals(drivers.map(([, name]) => name).filter((name) => name !== "scripted"), [
    "human",
    "controller",
    "human",
  ]);
  // The agent's actions are held for its decisions, which fall on multiples of four.
  const [from] = drivers.find(([, name]) => name === "controller")!;
  const [to] = drivers.at(-1)!;
  for (let step = Math.ceil(from / 4) * 4; step + 3 < to; step++) {
    if (step % 4 === 0) continue;
    assertEquals([...actions.subarray(3 * step, 3 * step + 3)], [
      ...actions.subarray(3 * step - 3, 3 * step),
    ]);
  }
  await screenshot(page, "drive-agent");
  await close();
});

for (const environment of ["CartPole-v1", "CarRacing-v3"]) {
  browserTest(`a person takes over from a PPO agent in ${environment}, and gives back`, async () => {
    const runs = temporaryFolder();
    const config = {
      ...learnerPresets(PPO_KIND, environment).smoke,
      // long enough that a pole does not fall before anybody can take over
      ...environment === "CartPole-v1" ? { decisions: 16_000, epochs: 10 } : { decisions: 64, units: [8] },
      testEpisodes: 1,
    };
    using folder = RunFolder.open("mine", { root: runs, kind: "ppo", config });
    await startBackend();
    await trainAgent(PPO_KIND, config, folder.path);
    const { page, close } = await openViewer({ runs, hash: "view=drive&run=mine&drive=seconds:60" });
    await page.getByText(environment, { exact: true }).waitFor();
    await page.locator('.drive option[value="controller"]').waitFor({ state: "attached" });
    assertEquals(await page.locator(".drive-sight").count(), environment === "CarRacing-v3" ? 1 : 0);
    await page.keyboard.press("m");
    await badge(page, "The agent of mine drives");
    await start(page);
    await screenshot(page, `drive-ppo-${environment}`);
    const steps = (least: number) =>
      page.waitForFunction((least) => {
        const again = [...document.querySelectorAll("button")]
          .find(({ textContent }) => textContent === "Drive again");
        if (again) return true; // an agent that hardly learned soon falls
        return Number(document.querySelector(".drive-progress b")?.textContent) >= least;
      }, least);
    await steps(0.1);
    await page.keyboard.press("m");
    await badge(page, "You drive");
    await steps(0.2);
    await page.keyboard.press("m");
    await badge(page, "The agent of mine drives");
    await steps(0.3);
    const card = page.getByRole("button", { name: "Save recording" });
    const over = await card.count() > 0; // on a slow machine the pole falls while the person drives
    if (!over) await page.keyboard.press("p");
    const [saved] = await Promise.all([page.waitForEvent("download"), card.click()]);
    const { header, damage, steps: count } = parseRecording(Deno.readFileSync(await saved.path()));
    assertEquals([header.env, damage], [environment, undefined]);
    assert(count > 0);
    const drivers = (header.metadata.drivers as [number, string][]).map(([, name]) => name);
    const turns = ["controller", "human", "controller"];
    assertEquals(
      drivers.filter((name) => name !== "scripted"),
      over ? turns.slice(0, drivers.length) : turns,
    );
    assert(drivers.includes("human"));
    await close();
  });
}

browserTest("the patches that an agent goes by are framed in what it sees", async () => {
  const runs = temporaryFolder();
  const { smoke } = learnerPresets(ATTENTION_KIND);
  const config = { ...smoke, decisions: 8, patience: 2, testEpisodes: 1 };
  using folder = RunFolder.open("looks", { root: runs, kind: ATTENTION_KIND.name, config });
  await startBackend();
  await trainAgent(ATTENTION_KIND, config, folder.path);
  const { page, close } = await openViewer({ runs, hash: "view=drive&run=looks&drive=seconds:60" });
  const parts = page.getByRole("list", { name: "Parts that the agent goes by" }).getByRole("listitem");
  await page.locator('.drive option[value="controller"]').waitFor({ state: "attached" });
  await page.keyboard.press("m");
  await badge(page, "The agent of looks drives");
  await start(page);
  await parts.nth(9).waitFor();
  assertEquals(await parts.count(), 10);
  const side = await parts.first().evaluate((part: HTMLElement) => part.style.width);
  assertEquals(side, `${100 * 7 / 64}%`);
  const frame = (await page.getByLabel("What the agent sees").boundingBox())!;
  const part = (await parts.first().boundingBox())!;
  assert(part.x >= frame.x - 1 && part.x + part.width <= frame.x + frame.width + 1);
  assert(part.y >= frame.y - 1 && part.y + part.height <= frame.y + frame.height + 1);
  await screenshot(page, "drive-attention");
  await close();
});

browserTest(
  "an agent is asked for a return by a slider, from the next start on; the link keeps it",
  async () => {
    const runs = temporaryFolder(), recordings = `${runs}/poles`;
    for (const _ of collectEpisodes(recordings, { env: "CartPole-v1", episodes: 4, seed: 500 }));
    const config = { ...learnerPresets(DECISION_TRANSFORMER_KIND).smoke, recordings, testEpisodes: 1 };
    using folder = RunFolder.open("asked", { root: runs, kind: DECISION_TRANSFORMER_KIND.name, config });
    await startBackend();
    await trainAgent(DECISION_TRANSFORMER_KIND, config, folder.path);
    const { page, url, close } = await openViewer({ runs, hash: "view=drive&run=asked" });
    const slider = page.locator(".drive-settings").getByLabel("Asked return");
    const [least, most] = [await slider.getAttribute("min"), await slider.getAttribute("max")];
    assertEquals(await slider.inputValue(), most);
    await page.keyboard.press("m");
    await badge(page, "The agent of asked drives");
    await start(page);
    await button(page, "Drive again").waitFor();
    await slider.fill(least!);
    await page.getByText("from the next start on").waitFor();
    await screenshot(page, "drive-asked-return");
    await button(page, "Drive again").click();
    await page.getByText("from the next start on").waitFor({ state: "detached" });
    await button(page, "Drive again").waitFor();
    const link = await until(
      () => page.evaluate(() => location.hash),
      (hash) => hash.includes(`ask-askedReturn:${least}`),
      "a link that keeps it",
    );
    await page.goto("about:blank");
    await page.goto(`${url}${link}`);
    await until(() => slider.inputValue(), (value) => value === least, "the same return");

    // In the other views, the agent's own drives are asked for the same.
    await page.getByRole("link", { name: "Watch" }).click();
    await button(page, "Agent").click();
    await page.getByLabel(`asked, seed 3, asked return ${least}`).waitFor();
    await close();
  },
);

browserTest("one drives inside the dream, by hand and by the agent, and keeps it", async () => {
  const { page, close } = await openViewer({
    runs: await tinyRunFolder(),
    hash: `view=drive&run=tiny&ep=${EPISODE}`,
  });
  await button(page, "Inside the dream").click();
  await start(page);
  // A model that hardly learned sees ends everywhere.
  const decisions = (least: number) =>
    page.waitForFunction((least) => {
      [...document.querySelectorAll("button")].find(({ textContent }) => textContent === "Continue the dream")
        ?.click();
      return Number(document.querySelector(".drive-progress b")?.textContent) >= least;
    }, least);
  await page.keyboard.down("ArrowUp");
  await decisions(2);
  await page.keyboard.down("ArrowUp"); // as a held key repeats
  await decisions(8);
  await gauge(page, "gas", [0.1, 999]);
  const first = await pixels(page.getByLabel("The dream", { exact: true }));
  await decisions(14);
  await page.keyboard.up("ArrowUp");
  await page.keyboard.press("m");
  await badge(page, "The agent of tiny drives");
  await decisions(20);
  const later = await pixels(page.getByLabel("The dream", { exact: true }));
  assertEquals([later.width, later.height], [64, 64]);
  assert(later.data.some((level, i) => level !== first.data[i]), "the dream moves");
  await screenshot(page, "drive-dream");
  const recording = await save(page);
  const { header, steps } = recording;
  assertEquals([header.env, header.content, header.metadata.run], ["Dream-v0", "frames", "tiny"]);
  assertEquals(header.metadata.driver, "mixed");
  let count = 0;
  for await (const frame of redrawRecording(recording)) {
    assertEquals(frame.length, 64 * 64 * 3);
    count++;
  }
  assertEquals(count, steps + 1);
  await button(page, "Watch it").click();
  await page.locator('[data-pane="real"] canvas').first().waitFor();
  await close();
});

browserTest("without a run the dream says what it needs", async () => {
  const { page, close } = await openViewer({ hash: "view=drive" });
  await button(page, "Start driving").waitFor();
  await page.keyboard.press("t");
  await page.getByText("A dream needs a world model").waitFor();
  await page.keyboard.press("t");
  await button(page, "Start driving").waitFor();
  await close();
});

browserTest("without WebGL one can drive all the same", async () => {
  const { page, close } = await openViewer({ hash: "view=drive", args: ["--disable-3d-apis"] });
  await page.getByText("This browser has no WebGL: the scene is drawn without tyre marks").waitFor();
  await start(page);
  await page.keyboard.down("w");
  await gauge(page, "speed", [5, 999]);
  await close();
});

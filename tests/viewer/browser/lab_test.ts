import { assert, assertAlmostEquals, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { dirname } from "node:path";
import type { Browser, Page } from "playwright-core";
import type { InputValues } from "../../../viewer/lab/ability.ts";
import type { Channel, MatrixChannel, PicturesChannel } from "../../../viewer/lab/channels.ts";
import type { DreamRequest, Lab } from "../../../viewer/lab/lab.ts";
import { startViewer } from "../../../viewer/server/start_viewer.ts";
import { drivenFrames } from "../lab/driven_frames.ts";
import { nativeLab, randomRun } from "../lab/random_run.ts";
import { browserTest, launchChromium, openViewer } from "../support/browser.ts";

/** Chromium's own software adapter: slow, but it computes with WebGPU's shaders. */
const SOFTWARE_WEBGPU = [
  "--enable-unsafe-webgpu",
  "--use-webgpu-adapter=swiftshader",
  "--enable-features=Vulkan",
];

/** What is compared: numbers of a model on some backend. */
interface Results {
  backend: { place: string; name: string; reason: string };
  mu: number[];
  logVar: number[];
  frames: number[];
  features: number[];
  values: number[];
  dreamtFeatures: number[];
  rewards: number[];
  dreamt: number[];
  action: number[];
}

/** What is asked for: a few frames and a short dream. */
interface Request {
  frames: number[];
  actions: number[];
  dream: Omit<DreamRequest, "from" | "actions">;
}

/** Asks a lab; runs in Deno and, through its text, in the page. */
async function ask(
  lab: Lab,
  model: number,
  { frames, actions, dream }: Request,
): Promise<Omit<Results, "backend">> {
  const pixels = Uint8Array.from(frames);
  const taken = Float32Array.from(actions);
  const channels = async (ability: string, inputs: InputValues) => {
    const all: Channel[] = [];
    for await (const piece of lab.ask(model, ability, inputs)) all.push(piece);
    return all;
  };
  const [mu, logVar] = (await channels("encode", { frames: pixels })).map((channel) =>
    (channel as MatrixChannel).values
  );
  const [{ data: decoded }] = await channels("decode", { latents: mu.slice() }) as PicturesChannel[];
  const { to: from, features, values } = await lab.follow(model, {
    frames: pixels.slice(),
    actions: Float32Array.of(0, 0, 0, ...taken),
    rewards: new Float32Array(mu.length / 32),
  });
  const dreamt = await lab.dream(model, { ...dream, from });
  const agent = await lab.startAgent(model);
  const { action } = await lab.decide(agent, { observation: pixels.slice(0, 12288), reward: 0 });
  return {
    mu: [...mu],
    logVar: [...logVar],
    frames: [...decoded],
    features: [...features],
    values: [...values],
    dreamtFeatures: [...dreamt.features],
    rewards: [...dreamt.rewards],
    dreamt: [...dreamt.frames],
    action: [...action],
  };
}

/** Opens the run in a worker of the page's own; runs in the page alone. */
async function openInWorker(query: string) {
  const worker = new Worker(new URL(`lab_worker.js${query}`, document.baseURI), { type: "module" });
  let calls = 0;
  const send = (method: string, args: unknown[], of?: number) =>
    new Promise<unknown>((resolve, reject) => {
      const call = ++calls;
      worker.addEventListener("message", ({ data }) => {
        if (data.answer !== call) return;
        if ("error" in data) reject(new Error(`${method}: ${data.error}`));
        else resolve(data.result);
      });
      worker.addEventListener("error", ({ message }) => reject(new Error(message)));
      worker.postMessage({ call, method, args, of });
    });
  async function* stream(method: string, args: unknown[]) {
    const of = calls + 1;
    await send(method, args);
    while (true) {
      const { done, value } = await send("next", [], of) as IteratorResult<unknown>;
      if (done) return;
      yield value;
    }
  }
  const lab = new Proxy({} as Lab, {
    get: (_, method) => (...args: unknown[]) =>
      method === "ask" ? stream("ask", args) : send(String(method), args),
  });
  const read = async (path: string) => (await fetch(`runs/random/${path}`)).arrayBuffer();
  const json = async (path: string) => JSON.parse(new TextDecoder().decode(await read(path)));
  const { files } = await json("checkpoints/checkpoint.json");
  const groups: Record<string, Uint8Array> = {};
  for (const [group, { path }] of Object.entries<{ path: string }>(files)) {
    groups[group] = new Uint8Array(await read(`checkpoints/${path}`));
  }
  const backend = await lab.backend();
  const { id } = await lab.open({ name: "random", config: await json("config.json"), groups });
  return { lab: () => lab, id, backend, end: () => worker.terminate() }; // a promise would take the proxy for one
}

const run = await randomRun({ mixtures: 2 });

function makeRequest(): Request {
  const { frames, actions } = drivenFrames(2);
  return {
    frames: [...frames],
    actions: [...actions],
    dream: { decision: 0, count: 2, temperature: 1, seeds: [5] },
  };
}

let native: Promise<Omit<Results, "backend">> | undefined;
async function askNative(): Promise<Omit<Results, "backend">> {
  const lab = nativeLab();
  const { id } = await lab.open(run.files);
  const results = await ask(lab, id, makeRequest());
  await lab.close(id);
  return results;
}

/** A page beside the viewer's own, which would draw by the same emulated card. */
async function openBeside(): Promise<{ page: Page; browser: Browser; close(): Promise<void> }> {
  const server = await startViewer({ runs: dirname(run.folder), port: 0 });
  const browser = await launchChromium(SOFTWARE_WEBGPU);
  const page = await browser.newPage();
  await page.goto(`${server.url}icon.svg`);
  const close = async () => {
    await browser.close();
    await server.close();
  };
  return { page, browser, close };
}

/** Computes in the page and compares with this process's TensorFlow. */
async function compare(query: string, emulated = false): Promise<Results["backend"]> {
  const viewer = emulated ? await openBeside() : await openViewer({ runs: dirname(run.folder) });
  try {
    const results = await viewer.page.evaluate<Results>(`(async () => {
      const { lab, id, backend, end } = await (${openInWorker})(${JSON.stringify(query)});
      const results = await (${ask})(lab(), id, ${JSON.stringify(makeRequest())});
      end();
      return { backend, ...results };
    })()`);
    const wanted = await (native ??= askNative());
    for (
      const name of ["mu", "logVar", "features", "values", "dreamtFeatures", "rewards", "action"] as const
    ) {
      assertEquals(results[name].length, wanted[name].length, name);
      results[name].forEach((value, i) => assertAlmostEquals(value, wanted[name][i], 1e-3, `${name} ${i}`));
    }
    for (const name of ["frames", "dreamt"] as const) {
      assertEquals(results[name].length, wanted[name].length, name);
      results[name].forEach((value, i) => assert(Math.abs(value - wanted[name][i]) <= 1, `${name} ${i}`));
    }
    return results.backend;
  } finally {
    await viewer.close();
  }
}

browserTest("WebAssembly computes in the page what TensorFlow computes here", async () => {
  assertEquals(await compare("?backend=wasm"), {
    place: "browser",
    name: "wasm",
    reason: "selected by the user",
  });
});

browserTest("WebGPU computes in the page what TensorFlow computes here", async () => {
  assertEquals((await compare("?backend=webgpu", true)).name, "webgpu");
});

browserTest(
  "left to itself the page takes WebAssembly where WebGPU is missing or only emulated",
  async () => {
    const without = await compare("");
    assertEquals(without.name, "wasm");
    assertMatch(without.reason, /^there is no WebGPU here; WebAssembly is the next best$/);
    const emulated = await compare("", true);
    assertEquals(emulated.name, "wasm");
    assertMatch(emulated.reason, /^the processor would only emulate WebGPU \(.*\); /);
  },
);

browserTest("a backend that does not exist is refused in one sentence", async () => {
  const error = await assertRejects(() => compare("?backend=abacus"), Error);
  assertMatch(error.message, /backend: Cannot compute by "abacus": expected one of webgpu, wasm, cpu/);
});

browserTest("a graphics card that goes away is told in one sentence, at once and from then on", async () => {
  const { page, browser, close } = await openBeside();
  try {
    const decode =
      `opened.lab().ask(opened.id, "decode", { latents: new Float32Array(32) }).next().then(() => "", ({ message }) => message)`;
    await page.evaluate(
      `(async () => { globalThis.opened = await (${openInWorker})("?backend=webgpu"); })()`,
    );
    assertEquals(await page.evaluate(decode), "");
    const session = await browser.newBrowserCDPSession();
    await session.send("Browser.crashGpuProcess");
    for (let i = 0; i < 2; i++) {
      assertMatch(
        await page.evaluate<string>(decode),
        /^next: Cannot compute by WebGPU any longer \(.+\): reload the page, or let the server compute$/,
      );
    }
  } finally {
    await close();
  }
});

import { assert, assertEquals, assertNotEquals, assertStringIncludes } from "@std/assert";
import { worldModelFields } from "../../../agents/train_world_model/config.ts";
import { WORLD_KINDS } from "../../../worlds/mod.ts";
import { bundlePage } from "../../../viewer/server/bundle.ts";
import { cachePage, digestSources, readCachedPage } from "../../../viewer/server/page_cache.ts";
import { inFolder, write } from "./support.ts";

Deno.test("the bundle holds everything that the page asks for, and nothing that its policy refuses", async () => {
  const page = await bundlePage();
  for (
    const path of [
      "index.html",
      "icon.svg",
      "style.css",
      "settings.json",
      "main.js",
      "episode_worker.js",
      "lab_worker.js",
      "wasm/tfjs-backend-wasm.wasm",
      "wasm/tfjs-backend-wasm-simd.wasm",
    ]
  ) assert(page.get(path)!.bytes.length > 100, path);
  const meanings = JSON.parse(new TextDecoder().decode(page.get("settings.json")!.bytes));
  assertEquals(meanings["vae-fashion"].latentSize, {
    help: "Numbers in a latent vector.",
    details: "1 or more; default: 2",
  });
  assertEquals(
    Object.keys(meanings["train-world-model"]).toSorted(),
    [...new Set(WORLD_KINDS.flatMap((kind) => Object.keys(worldModelFields(kind).entries)))]
      .filter((key) => key !== "world").toSorted(),
  );
  assertStringIncludes(meanings["train-world-model"].firstLongest.help, "is drawn from firstShortest up to");
  const html = new TextDecoder().decode(page.get("index.html")!.bytes);
  for (const [, address] of html.matchAll(/(?:src|href)="([^"]+)"/g)) assert(page.has(address), address);
  assert(!/<style|style="|<script>|\son\w+=/.test(html), "no inline styles or scripts");
  for (const [path, { bytes, etag }] of page) {
    assertEquals(etag.length, 24, path);
    if (!path.endsWith(".js")) continue;
    const code = new TextDecoder().decode(bytes);
    for (const [, target] of code.matchAll(/(?:from|import\()\s*["'](\.[^"']+|node:[^"']+)["']/g)) {
      assert(page.has(target.replace("./", "")), `${path} imports ${target}`);
    }
  }
  assert(page === await bundlePage(), "bundled once a process");
});

Deno.test("a page is kept until its sources change, and only the last few are", () =>
  inFolder(async (folder) => {
    for (const name of ["core", "envs", "generative", "worlds", "agents"]) {
      write(`${folder}/${name}/mod.ts`, name);
    }
    write(`${folder}/viewer/page/styles/base.css`, "a {}");
    write(`${folder}/deno.json`, "{}");
    write(`${folder}/deno.lock`, "{}");
    const key = await digestSources(folder);
    write(`${folder}/viewer/README.md`, "no source");
    assertEquals(await digestSources(folder), key);
    write(`${folder}/viewer/page/styles/base.css`, "b {}");
    assertNotEquals(await digestSources(folder), key);

    const cache = `${folder}/cache`;
    assertEquals(await readCachedPage("one", cache), undefined);
    await cachePage("one", { "main.js": Uint8Array.of(1, 2, 3) }, cache);
    const { "main.js": kept } = (await readCachedPage("one", cache))!;
    assertEquals([...kept], [1, 2, 3]);
    for (const key of ["two", "three", "four", "five", "six"]) await cachePage(key, {}, cache);
    assertEquals([...Deno.readDirSync(cache)].length, 4);
    Deno.writeTextFileSync(`${cache}/six.msgpack`, "damaged");
    assertEquals(typeof await readCachedPage("six", cache), "undefined");
    write(`${folder}/file`, "");
    await cachePage("seven", {}, `${folder}/file`); // cannot be written to: no cache, no error
  }));

import { assert, assertEquals } from "@std/assert";
import { encode } from "fast-png";
import { fileURLToPath } from "node:url";
import { loadDataset } from "../../../generative/data/mod.ts";
import { folder, pictures } from "./support.ts";

const source = (file: string) => fileURLToPath(new URL(`../../../generative/data/${file}`, import.meta.url));

/** How often a program looks at a path, by Deno's record of permissions that were asked for. */
async function looksAt(path: string, program: string): Promise<number> {
  const record = `${folder({})}/record.jsonl`;
  const { success, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["eval", program],
    env: { DENO_AUDIT_PERMISSIONS: record },
  }).output();
  assert(success, new TextDecoder().decode(stderr));
  return Deno.readTextFileSync(record).split("\n").filter((line) => line.includes(`"${path}"`)).length;
}

Deno.test("a folder of pictures is walked once when it is loaded", async () => {
  const color = (red: number) => encode({ width: 1, height: 1, channels: 3, data: Uint8Array.of(red, 0, 0) });
  const path = folder({
    "a/1.png": color(1),
    "a/2.png": color(2),
    "b/3.png": color(3),
    "b/notes.txt": "text",
  });
  const findFiles = `const { findFiles } = await import("${source("own/find_files.ts")}");`;
  const once = await looksAt(`${path}/b`, `${findFiles} findFiles("${path}", [/png$/]);`);
  const loadData = `const { loadDataset } = await import("${source("mod.ts")}");`;
  assert(once > 0);
  assertEquals(await looksAt(`${path}/b`, `${loadData} await loadDataset("${path}");`), once);
});

Deno.test("a text beside pictures, or a broken link to one, is not told of", async () => {
  const color = (red: number) => encode({ width: 1, height: 1, channels: 3, data: Uint8Array.of(red, 0, 0) });
  const path = folder({ "1.png": color(1), "2.png": color(2), "notes.txt": "text" });
  Deno.symlinkSync(`${path}/nowhere.txt`, `${path}/more.txt`);
  Deno.symlinkSync(`${path}/nowhere.png`, `${path}/3.png`);
  const told: string[] = [];
  const data = await loadDataset(path, {
    onEvent: (event) => event.type === "skipped" && told.push(`${event.count}: ${event.first}`),
  });
  assertEquals([pictures(data).count, told], [1, [`1: ${path}/3.png: a broken link`]]);
});

import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { fileError, removeAbandonedFiles, writeFileAtomic } from "../../core/atomic_file.ts";

Deno.test("writeFileAtomic() makes folders, replaces the file and leaves nothing beside it", () => {
  const folder = Deno.makeTempDirSync();
  const path = `${folder}/a/b.json`;
  writeFileAtomic(path, "one");
  writeFileAtomic(path, new Uint8Array([0x74, 0x77, 0x6f]));
  assertEquals(Deno.readTextFileSync(path), "two");
  assertEquals([...Deno.readDirSync(`${folder}/a`)].map((entry) => entry.name), ["b.json"]);
  Deno.removeSync(folder, { recursive: true });
});

Deno.test("writeFileAtomic() names the file and keeps the old one when it cannot write", () => {
  const folder = Deno.makeTempDirSync();
  Deno.writeTextFileSync(`${folder}/file`, "x");
  const error = assertThrows(() => writeFileAtomic(`${folder}/file/inner.json`, "y"), Error, "inner.json");
  assertStringIncludes(error.message, "Cannot write");
  assertEquals(Deno.readTextFileSync(`${folder}/file`), "x");
  Deno.removeSync(folder, { recursive: true });
});

Deno.test("fileError() says what to do about a full disk", () => {
  assertStringIncludes(fileError("write", "run/x", { code: "ENOSPC" }).message, "free some space");
});

Deno.test("removeAbandonedFiles() removes what killed processes left, and nothing else", () => {
  const folder = Deno.makeTempDirSync();
  const gone = 2 ** 22 + 1; // above the largest process number of Linux
  const left = [`a.json.${gone}.partial`, `b/c.png.${gone}-2.partial`, `b/d.${Deno.pid}.partial`];
  const kept = [`a.json.${Deno.ppid}.partial`, "b/c.png", "b/partial", "x.partial"];
  Deno.mkdirSync(`${folder}/b`);
  for (const path of [...left, ...kept]) Deno.writeTextFileSync(`${folder}/${path}`, "");
  removeAbandonedFiles(folder);
  const names = (path: string) => [...Deno.readDirSync(path)].filter((e) => e.isFile).map(({ name }) => name);
  assertEquals(
    [...names(folder), ...names(`${folder}/b`).map((name) => `b/${name}`)].sort(),
    kept.toSorted(),
  );
  Deno.removeSync(folder, { recursive: true });
});

Deno.test("writeFileAtomic() leaves another writer's temporary file alone", () => {
  const folder = Deno.makeTempDirSync();
  Deno.writeTextFileSync(`${folder}/a.${Deno.pid}.partial`, "another machine's");
  writeFileAtomic(`${folder}/a`, "whole");
  assertEquals(Deno.readTextFileSync(`${folder}/a`), "whole");
  assertEquals(Deno.readTextFileSync(`${folder}/a.${Deno.pid}.partial`), "another machine's");
  assertEquals([...Deno.readDirSync(folder)].length, 2);
  Deno.removeSync(folder, { recursive: true });
});

import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { fileError, writeFileAtomic } from "../../core/atomic_file.ts";

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

import { assertEquals, assertStringIncludes } from "@std/assert";
import { ELSEWHERE, fileError } from "../../core/atomic_file.ts";
import { defaultCacheFolder } from "../../generative/runtime/install/locate.ts";
import { withAdvice } from "../../tasks/advice.ts";

Deno.test("what may not be written names the task's own option, or the cache's variable", () => {
  const { message } = fileError("write", "x", { code: "EACCES" });
  assertStringIncludes(message, ELSEWHERE);
  assertEquals(withAdvice(message), message);
  assertEquals(
    withAdvice(message, "--out DIR"),
    'Cannot write "x": permission denied: choose another location with --out DIR',
  );
  const cached = fileError("write", `${defaultCacheFolder()}/data/x`, { code: "EROFS" }).message;
  assertStringIncludes(withAdvice(cached, "--out DIR"), "name a folder of your own in XDG_CACHE_HOME");
  assertEquals(fileError("read", "x", { code: "EACCES" }).message, 'Cannot read "x": permission denied');
});

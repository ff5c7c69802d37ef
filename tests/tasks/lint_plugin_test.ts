/// <reference lib="deno.unstable" />
import { assertEquals } from "@std/assert";
import { fileURLToPath } from "node:url";
import plugin from "../../tasks/lint_plugin.ts";

/** The functions that the rule finds fault with. */
function findings(code: string, file = "worlds/some.ts"): string[] {
  return Deno.lint.runPlugin(plugin, file, code).map(({ message }) => message.match(/tf\.\w+/)![0]);
}

Deno.test("tensor-methods wants the method where a tensor stands on the left", () => {
  assertEquals(findings("const y = tf.mul(x, 2);"), ["tf.mul"]);
  assertEquals(findings("const y = tf.tanh(tf.matMul(f(x), w as tf.Tensor2D));"), ["tf.tanh", "tf.matMul"]);
  assertEquals(findings("const y = tf.reshape(a.b[0], [1]);"), ["tf.reshape"]);
});

Deno.test("tensor-methods allows functions where no tensor stands on the left", () => {
  assertEquals(
    findings("tf.sub(1, x); tf.div(2 / k, x); tf.sub(-1, x); tf.sub(Math.PI, x); tf.max([1, 2]);"),
    [],
  );
  assertEquals(
    findings("tf.concat([x, y]); tf.fill(shape, 1); tf.oneHot(x, 3); tf.where(x, y, z); x.mul(y);"),
    [],
  );
});

Deno.test("tensor-methods leaves tests alone", () => {
  assertEquals(
    findings("tf.mul(x, 2);", fileURLToPath(new URL("../worlds/some_test.ts", import.meta.url))),
    [],
  );
});

Deno.test("default-tag wants defaults of options by their tag", () => {
  const wrong = (code: string) => Deno.lint.runPlugin(plugin, "worlds/some.ts", code).map(({ id }) => id);
  assertEquals(wrong("interface A {\n  /** How many. Default 3. */\n  a?: number;\n}"), [
    "somnium/default-tag",
  ]);
  assertEquals(wrong("interface A {\n  /** How many; default: 3. */\n  a?: number;\n}"), [
    "somnium/default-tag",
  ]);
  assertEquals(wrong("interface A {\n  /** How many. @default 3 */\n  a?: number;\n}"), []);
  assertEquals(wrong("/** How many.\n * @param a Those; default 3. */\nfunction f(a = 3) {}"), []);
});

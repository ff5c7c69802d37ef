// deno-lint-ignore-file no-console -- a task prints
/**
 * `deno task test [FILES and flags of deno test]`: runs the tests, with `@std/assert` from JSR where JSR can be
 * reached, else from `tests/support/assert.ts`.
 *
 * @module
 */
import { fileURLToPath } from "node:url";

const root = new URL("../", import.meta.url);

/** Whether `@std/assert` loads as deno.json declares it. */
async function jsrReachable(): Promise<boolean> {
  const probe = new Deno.Command(Deno.execPath(), {
    args: ["eval", "--no-lock", 'import "@std/assert"'],
    cwd: root,
    stdout: "null",
    stderr: "null",
  }).spawn();
  const timer = setTimeout(() => probe.kill(), 20_000);
  const { success } = await probe.status;
  clearTimeout(timer);
  return success;
}

/** The project's import map with `@std/assert` pointed at the copy in the tree. */
function writeImportMap(): string {
  const { imports } = JSON.parse(Deno.readTextFileSync(new URL("deno.json", root)));
  for (const [name, target] of Object.entries<string>(imports)) { // deno.json implies these, an import map does not
    if (target.startsWith("npm:") && !name.endsWith("/")) {
      imports[`${name}/`] = target.replace("npm:", "npm:/") + "/";
    }
  }
  imports["@std/assert"] = new URL("tests/support/assert.ts", root).href;
  const path = Deno.makeTempFileSync({ prefix: "somnium-imports-", suffix: ".json" });
  Deno.writeTextFileSync(path, JSON.stringify({ imports }));
  return path;
}

if (import.meta.main) {
  const files = Deno.args.some((argument) => !argument.startsWith("-"))
    ? Deno.args
    : ["tests/", ...Deno.args];
  const flags = ["test", "-A", "--no-check"];
  let importMap: string | undefined;
  if (!await jsrReachable()) {
    importMap = writeImportMap();
    flags.push("--no-lock", `--import-map=${importMap}`);
    console.error("JSR cannot be reached: @std/assert comes from tests/support/assert.ts");
  }
  const child = new Deno.Command(Deno.execPath(), { args: [...flags, ...files], cwd: fileURLToPath(root) })
    .spawn();
  const { code } = await child.status;
  if (importMap) Deno.removeSync(importMap);
  Deno.exit(code);
}

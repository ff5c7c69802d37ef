const root = new URL("../", import.meta.url);

/** Where the tests' assertions come from. */
export interface AssertSource {
  /** Flags for `deno test` and `deno check`. */
  flags: string[];
  /** Whether `tests/support/assert.ts` stands in for JSR's package. */
  local: boolean;
}

/**
 * `@std/assert` from JSR as deno.json declares it or, where JSR cannot be reached, an import map that points it at
 * `tests/support/assert.ts`.
 */
export async function findAssertSource(): Promise<AssertSource> {
  if (await jsrReachable()) return { flags: [], local: false };
  return { flags: ["--no-lock", `--import-map=${writeImportMap()}`], local: true };
}

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

/** Writes the project's import map with `@std/assert` pointed at the copy in the tree. */
function writeImportMap(): string {
  const { imports } = JSON.parse(Deno.readTextFileSync(new URL("deno.json", root)));
  for (const [name, target] of Object.entries<string>(imports)) { // deno.json implies these, an import map does not
    if (target.startsWith("npm:") && !name.endsWith("/")) {
      imports[`${name}/`] = target.replace("npm:", "npm:/") + "/";
    }
  }
  imports["@std/assert"] = new URL("tests/support/assert.ts", root).href;
  const folder = Deno.makeTempDirSync({ prefix: "somnium-" });
  globalThis.addEventListener("unload", () => Deno.removeSync(folder, { recursive: true }));
  Deno.writeTextFileSync(`${folder}/import_map.json`, JSON.stringify({ imports }));
  return `${folder}/import_map.json`;
}

import { assertEquals } from "@std/assert";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../", import.meta.url));

/** Packages from the bottom up: a package imports those before it in its list, and itself. */
const MAY_IMPORT: Record<string, string[]> = {
  core: [],
  envs: ["core"],
  generative: ["core"],
  worlds: ["core", "envs", "generative"],
  agents: ["core", "envs", "generative", "worlds"],
  viewer: ["core", "envs", "generative", "worlds", "agents"],
  tasks: ["core", "envs", "generative", "worlds", "agents", "viewer"],
};

function* sourceFiles(folder: string): Generator<string> {
  let entries: Deno.DirEntry[];
  try {
    entries = [...Deno.readDirSync(root + folder)];
  } catch {
    return; // a package that is not built yet
  }
  for (const entry of entries) {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory) yield* sourceFiles(path);
    else if (/\.tsx?$/.test(entry.name)) yield path;
  }
}

const imports = (source: string) =>
  [...source.matchAll(/(?:from|import\()\s*"(\.[^"]+)"|^import\s*"(\.[^"]+)"/gm)].map((match) =>
    match[1] ?? match[2]
  );

Deno.test("imports run one way: tasks -> viewer, agents -> worlds -> generative, envs -> core", () => {
  const wrong: string[] = [];
  for (const [name, allowed] of Object.entries(MAY_IMPORT)) {
    for (const path of sourceFiles(name)) {
      for (const target of imports(Deno.readTextFileSync(root + path))) {
        const owner = new URL(target, `file:///${path}`).pathname.split("/")[1];
        if (owner !== name && owner in MAY_IMPORT && !allowed.includes(owner)) {
          wrong.push(`${path} -> ${target}`);
        }
      }
    }
  }
  assertEquals(wrong, []);
});

Deno.test("library code draws no unseeded randomness, reads no clock and prints nothing", () => {
  const wrong: string[] = [];
  for (const name of ["core", "envs", "generative", "worlds", "agents"]) {
    for (const path of sourceFiles(name)) {
      const code = Deno.readTextFileSync(root + path).replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, "");
      for (const call of ["Math.random(", "Date.now(", "performance.now(", "new Date()", "console."]) {
        if (code.includes(call)) wrong.push(`${path}: ${call}`);
      }
    }
  }
  assertEquals(wrong, []);
});

Deno.test("what runs in the browser uses no Deno API and no file system", () => {
  const wrong: string[] = [];
  for (
    const path of ["generative/nn", "worlds", "viewer/page", "viewer/lab"].flatMap((f) => [...sourceFiles(f)])
  ) {
    const code = Deno.readTextFileSync(root + path).replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, "");
    if (/\bDeno\.|from "node:/.test(code)) wrong.push(path);
  }
  assertEquals(wrong, []);
});

Deno.test("the viewer draws no unseeded randomness and prints nothing", () => {
  const wrong: string[] = [];
  for (const path of sourceFiles("viewer")) {
    const code = Deno.readTextFileSync(root + path).replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, "");
    for (const call of ["Math.random(", "console."]) if (code.includes(call)) wrong.push(`${path}: ${call}`);
  }
  assertEquals(wrong, []);
});

Deno.test("no source file is longer than 400 lines", () => {
  const long: string[] = [];
  for (const name of Object.keys(MAY_IMPORT)) {
    for (const path of sourceFiles(name)) {
      const lines = Deno.readTextFileSync(root + path).split("\n").length;
      if (lines > 400) long.push(`${path}: ${lines}`);
    }
  }
  assertEquals(long, []);
});

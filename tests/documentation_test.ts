import { assert, assertEquals } from "@std/assert";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { findAssertSource } from "../tasks/assert_source.ts";

const root = fileURLToPath(new URL("../", import.meta.url));

/** The project's Markdown files, by their paths from its root. */
function* markdownFiles(folder = ""): Generator<string> {
  for (const { name, isDirectory } of Deno.readDirSync(root + folder)) {
    const hidden = name.startsWith(".") || name === "node_modules" || folder + name === "runs";
    if (isDirectory && !hidden) yield* markdownFiles(`${folder}${name}/`);
    else if (name.endsWith(".md")) yield folder + name;
  }
}

/** A ```ts block; one marked ```ts ignore is none. */
interface Snippet {
  /** File and line of its first line of code. */
  place: string;
  /** Its imports resolved as those of a file beside the README. */
  code: string;
}

function snippetsOf(path: string): Snippet[] {
  const text = Deno.readTextFileSync(root + path);
  return [...text.matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map(({ 1: code, index }) => ({
    place: `${path}:${text.slice(0, index).split("\n").length + 1}`,
    code: code.replace(
      /(from|import) "(\.[^"]+)"/g,
      (_, word, target) => `${word} "${new URL(target, `file://${root}${path}`).href}"`,
    ),
  }));
}

Deno.test("every ts snippet of the READMEs is a whole program beside its page, its types right", async () => {
  const snippets = [...markdownFiles()].flatMap(snippetsOf);
  assert(snippets.length >= 12, `${snippets.length} snippets`);
  const folder = Deno.makeTempDirSync({ prefix: "somnium-snippets-" });
  try {
    const files = snippets.map(({ place, code }) => {
      const file = `${folder}/${place.replaceAll("/", "__").replace(":", "_line_")}.ts`;
      Deno.writeTextFileSync(file, code);
      return file;
    });
    const { flags } = await findAssertSource();
    const { success, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["check", "--quiet", "--config", `${root}deno.json`, ...flags, ...files],
      cwd: root,
      env: { NO_COLOR: "1" },
      stdout: "null",
      stderr: "piped",
    }).output();
    assert(success, new TextDecoder().decode(stderr));
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
});

/** GitHub's name for a heading within its page. */
const anchor = (heading: string) =>
  heading.toLowerCase().replace(/[^\p{L}\p{N}\s_-]/gu, "").trim().replace(/\s/g, "-");

Deno.test("links and pictures of the READMEs lead somewhere", () => {
  const wrong: string[] = [];
  for (const path of markdownFiles()) {
    const text = Deno.readTextFileSync(root + path).replace(/^```[\s\S]*?^```$/gm, "");
    for (const [, target] of text.matchAll(/\]\(([^()\s]+)\)/g)) {
      if (/^[a-z]+:/.test(target)) continue; // elsewhere
      const [file, fragment] = target.split("#");
      const goal = file === "" ? path : new URL(file, `file:///${path}`).pathname.slice(1);
      if (!existsSync(root + decodeURIComponent(goal))) wrong.push(`${path}: ${target}`);
      else if (fragment !== undefined && goal.endsWith(".md")) {
        const headings = [...Deno.readTextFileSync(root + goal).matchAll(/^#+ (.*)$/gm)].map(([, h]) =>
          anchor(h)
        );
        if (!headings.includes(fragment)) wrong.push(`${path}: ${target}`);
      }
    }
  }
  assertEquals(wrong, []);
});

import { assert, assertEquals, assertThrows } from "@std/assert";
import { MODEL_KINDS } from "../../generative/kinds.ts";
import { readPageText } from "../../tasks/page_text.ts";

const root = Deno.makeTempDirSync({ prefix: "somnium-page-text-" });
globalThis.addEventListener("unload", () => Deno.removeSync(root, { recursive: true }));
const mine = { name: "mine" };

/** Reads a text beside a module of the user's own. */
function read(markdown: string) {
  Deno.writeTextFileSync(`${root}/mine.md`, markdown);
  return readPageText(mine, `${root}/module.ts`);
}

const WHOLE = "## What to see\n\nA\nline.\n\nAnother.\n\n## What goes wrong\n\nB.\n\n## What to tune\n\nC.\n";

Deno.test("every model that comes with the lab has its page's text, in three sections", () => {
  for (const kind of MODEL_KINDS) {
    const sections = readPageText(kind);
    assertEquals(sections.map(({ heading }) => heading), ["What to see", "What goes wrong", "What to tune"]);
    for (const { text } of sections) {
      assert(text.length > 20 && !text.includes("\n"), `${kind.name}: ${text}`);
    }
  }
});

Deno.test("sections come in the order of the page, each paragraph on a line of its own", () => {
  const texts = ["A line.\n\nAnother.", "B.", "C."];
  assertEquals(read(WHOLE).map(({ text }) => text), texts);
  const [see, ...others] = WHOLE.split(/(?=^## )/m);
  assertEquals(read(others.join("") + see.replaceAll("\n", "\r\n")).map(({ text }) => text), texts);
});

Deno.test("a model of the user's own may do without a text", () => {
  assertEquals(readPageText({ name: "another" }, `${root}/module.ts`), []);
  assertEquals(readPageText({ name: "another" }), []);
});

Deno.test("a section that is missing, misnamed, twice or empty is told by file and heading", () => {
  const wrong: [string, string][] = [
    [WHOLE.replace("to tune", "to tuen"), '"## What to tune", got "## What to tuen"'],
    [WHOLE.replace(/## What to tune[^]*/, ""), 'expected the heading "## What to tune" once, got none'],
    [WHOLE + WHOLE, 'expected the heading "## What to see" once, got it twice'],
    [WHOLE.replace("B.", ""), 'expected a text below "## What goes wrong", got none'],
    [`# Mine\n\n${WHOLE}`, "expected a heading at its beginning"],
    ["", 'expected the heading "## What to see" once, got none'],
  ];
  for (const [markdown, sentence] of wrong) {
    const error = assertThrows(() => read(markdown), SyntaxError, sentence);
    assert(error.message.startsWith(`Cannot read "${root}/mine.md": `), error.message);
  }
});

import { existsSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { isOwnKind } from "../generative/kinds.ts";
import type { ModelKind } from "../generative/models/model.ts";
import { projectPath, shownPath } from "./paths.ts";

/** What a reader of a model's page is told, a paragraph or two each, in the order of the page. */
const HEADINGS = ["What to see", "What goes wrong", "What to tune"] as const;

/** A section of a model's page, as Markdown. */
export interface PageSection {
  /** What it is about. */
  heading: typeof HEADINGS[number];
  /** Its paragraphs, a line each. */
  text: string;
}

/**
 * The text of a model's page: `NAME.md` in its family's folder, or beside the module of a model of the user's own, which
 * may do without.
 *
 * @param module The module that the model comes from, where it does not come with Somnium.
 * @throws SyntaxError that names the file and the heading, for a section that is missing, empty, unknown or there twice;
 * RangeError where a model that comes with Somnium has no such file.
 */
export function readPageText({ name }: Pick<ModelKind, "name">, module?: string): PageSection[] {
  const own = isOwnKind(name);
  const folders = own ? [dirname(module ?? ".")] : familyFolders();
  const path = folders.map((folder) => join(folder, `${name}.md`)).find((path) => existsSync(path));
  if (path !== undefined) return parsePageText(Deno.readTextFileSync(path), shownPath(path));
  if (own) return [];
  throw new RangeError(
    `Cannot find the text of "${name}": expected ${name}.md beside its kind, got no such file`,
  );
}

function familyFolders(): string[] {
  const root = projectPath("generative");
  return readdirSync(root, { withFileTypes: true }).filter((entry) => entry.isDirectory())
    .map((entry) => join(root, entry.name));
}

/** Reads a section for each of {@link HEADINGS}, `## What to see` and so on. @param path For errors. */
function parsePageText(markdown: string, path: string): PageSection[] {
  const [before, ...parts] = markdown.replaceAll("\r\n", "\n").split(/^## +/m);
  const sections = parts.map((part) => {
    const end = `${part}\n`.indexOf("\n");
    return { heading: part.slice(0, end).trim(), text: joinLines(part.slice(end)) };
  });
  const refuse = (wanted: string, got: string): never => {
    throw new SyntaxError(`Cannot read "${path}": expected ${wanted}, got ${got}`);
  };
  const known = HEADINGS.map((heading) => `"## ${heading}"`).join(", ");
  if (before.trim() !== "") refuse(`a heading at its beginning, one of ${known}`, "a text without one");
  const other = sections.find(({ heading }) => !HEADINGS.some((wanted) => wanted === heading));
  if (other) refuse(`the headings ${known}`, `"## ${other.heading}"`);
  return HEADINGS.map((heading) => {
    const found = sections.filter((section) => section.heading === heading);
    if (found.length !== 1) refuse(`the heading "## ${heading}" once`, found.length ? "it twice" : "none");
    if (found[0].text === "") refuse(`a text below "## ${heading}"`, "none");
    return { heading, text: found[0].text };
  });
}

/** Paragraphs without the line breaks that keep the file narrow. */
function joinLines(text: string): string {
  return text.trim().split(/\n\s*\n/).map((paragraph) => paragraph.replaceAll(/\s*\n\s*/g, " ")).join("\n\n");
}

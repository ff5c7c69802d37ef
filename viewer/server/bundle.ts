import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { mediaType } from "./media_types.ts";
import { cachePage, digestSources, type PageContents, readCachedPage } from "./page_cache.ts";
import { etagOf, type PageFile, type PageFiles } from "./page_files.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const page = join(root, "viewer", "page");

/** tfjs picks one of these by what the browser can do; threads need headers that other servers do not send. */
const WASM_FILES = ["tfjs-backend-wasm.wasm", "tfjs-backend-wasm-simd.wasm"];

let bundled: Promise<PageFiles> | undefined;

/**
 * Bundles the page, once a process, and anew only where its sources changed since the last time.
 *
 * @throws Error of one sentence with the bundler's first complaint.
 */
export function bundlePage(): Promise<PageFiles> {
  return bundled ??= bundle().catch((error) => {
    bundled = undefined;
    throw error;
  });
}

async function bundle(): Promise<PageFiles> {
  const key = await digestSources(root);
  let contents = await readCachedPage(key);
  if (!contents) {
    contents = await makePage();
    if (await digestSources(root) === key) await cachePage(key, contents); // else somebody wrote meanwhile
  }
  const files = new Map<string, PageFile>();
  for (const [path, bytes] of Object.entries(contents)) {
    files.set(path, { bytes, type: mediaType(path), etag: etagOf(bytes) });
  }
  return files;
}

async function makePage(): Promise<PageContents> {
  const contents = await bundleScripts();
  for (const name of await namesIn(page, /\.(html|svg)$/)) {
    contents[name] = await Deno.readFile(join(page, name));
  }
  contents["style.css"] = await joinStyles();
  const { describeSettings } = await import("./describe_settings.ts"); // all models: not for a page that is cached
  contents["settings.json"] = new TextEncoder().encode(JSON.stringify(describeSettings()));
  // Deno resolves into a package only where something imports it: without this, tests with an import map find no file.
  await import("@tensorflow/tfjs-backend-wasm/package.json", { with: { type: "json" } });
  for (const name of WASM_FILES) {
    const address = import.meta.resolve(`@tensorflow/tfjs-backend-wasm/dist/${name}`);
    contents[`wasm/${name}`] = await Deno.readFile(new URL(address));
  }
  return contents;
}

/** Runs `deno bundle`: the files that it writes, by name. */
async function bundleScripts(): Promise<PageContents> {
  // What the browser loads by name: everything else is a chunk of these.
  const entries = (await namesIn(page, /^main\.tsx$|_worker\.ts$/)).map((name) =>
    join("viewer", "page", name)
  );
  const folder = await Deno.makeTempDir({ prefix: "somnium-page-" });
  try {
    const { success, stderr } = await new Deno.Command(Deno.execPath(), {
      args: [
        ...["bundle", "--quiet", "--platform=browser", "--code-splitting", "--minify"],
        ...["--outdir", folder, ...entries],
      ],
      cwd: root,
      env: { NO_COLOR: "1" },
      stdout: "null",
    }).output();
    if (!success) {
      throw new Error(`Cannot bundle the page: ${firstComplaint(new TextDecoder().decode(stderr))}`);
    }
    const files = (await namesIn(folder, /\.js$/)).map(async (name) =>
      [name, await Deno.readFile(join(folder, name))] as const
    );
    return Object.fromEntries(await Promise.all(files));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** The first error in the bundler's report, and where it is. */
function firstComplaint(report: string): string {
  const lines = report.split("\n").map((line) => line.trim().replace(pathToFileURL(root).href, ""));
  const first = lines.findIndex((line) => line.startsWith("error: "));
  if (first < 0) return "deno bundle was stopped";
  const place = lines.slice(first).find((line) => line.startsWith("at "));
  return [lines[first].slice("error: ".length), place].join(" ").trim();
}

/** All of `styles/` as one sheet, in the order of the names. */
async function joinStyles(): Promise<Uint8Array<ArrayBuffer>> {
  const folder = join(page, "styles");
  const names = await namesIn(folder, /\.css$/);
  const sheets = await Promise.all(names.map((name) => Deno.readTextFile(join(folder, name))));
  return new TextEncoder().encode(sheets.join("\n"));
}

/** Names of a folder's entries that match, sorted. */
async function namesIn(folder: string, pattern: RegExp): Promise<string[]> {
  const entries = await Array.fromAsync(Deno.readDir(folder));
  return entries.map(({ name }) => name).filter((name) => pattern.test(name)).sort();
}

import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import type { Library } from "../../../viewer/library.ts";
import { type ExportOptions, type ExportResult, exportSite } from "../../../viewer/server/export_site.ts";
import { servePlainly } from "../support/plain_server.ts";
import { inFolder, STUB_PAGE, write, writeRecording, writeRun } from "./support.ts";

function exportTo(folder: string, options: ExportOptions): Promise<ExportResult> {
  return exportSite(folder, { page: STUB_PAGE, ...options });
}

/** Every file below a folder. */
function filesIn(folder: string, prefix = ""): string[] {
  const entries = [...Deno.readDirSync(`${folder}/${prefix}`)];
  return entries.flatMap(({ name, isDirectory }) =>
    isDirectory ? filesIn(folder, `${prefix}${name}/`) : [prefix + name]
  ).sort();
}

const OF_A_RUN = [
  "checkpoints/checkpoint.json",
  "checkpoints/vision.1.safetensors",
  "config.json",
  "metrics.jsonl",
  "recordings/test-seed-0.rec",
  "samples/vision.svg",
];
const OF_THE_PAGE = ["index.html", "library.json", "main.js", "somnium-export.json"];

function writeRuns(runs: string): void {
  writeRun(`${runs}/one`);
  writeRecording(`${runs}/one/recordings/test-seed-0.rec`);
  writeRecording(`${runs}/collected/a b.rec`);
}

Deno.test("an export holds the page, the library and what the page reads of runs", () =>
  inFolder(async (folder) => {
    writeRuns(`${folder}/runs`);
    const site = `${folder}/site`;
    const result = await exportTo(site, { runs: `${folder}/runs` });
    const expected = [...OF_THE_PAGE, "runs/collected/a b.rec", ...OF_A_RUN.map((path) => `runs/one/${path}`)]
      .sort();
    assertEquals(filesIn(site), expected);
    const bytes = expected.filter((path) => path !== "somnium-export.json")
      .reduce((sum, path) => sum + Deno.statSync(`${site}/${path}`).size, 0);
    assertEquals(result, { runs: 1, recordings: 2, files: expected.length - 1, bytes });

    const library: Library = JSON.parse(Deno.readTextFileSync(`${site}/library.json`));
    assertEquals([library.live, library.lab, library.runs[0].training], [false, false, false]);
    assertEquals(library.runs[0].files.map(({ path }) => path), OF_A_RUN);
    for (const { path, bytes } of library.runs[0].files) {
      assertEquals(Deno.statSync(`${site}/runs/one/${path}`).size, bytes);
    }
    assertEquals(library.recordings.map(({ path }) => path), ["runs/collected/a b.rec"]);
    const html = Deno.readTextFileSync(`${site}/index.html`);
    assertStringIncludes(
      html,
      `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'self'`,
    );
    assert(!html.includes("frame-ancestors"), "browsers refuse it in a page");
  }));

Deno.test("every address of an export's library is answered by a plain web server below any path", () =>
  inFolder(async (folder) => {
    writeRuns(`${folder}/runs`);
    await exportTo(`${folder}/site`, { runs: `${folder}/runs` });
    const server = servePlainly(`${folder}/site`, { below: "/somewhere/else/" });
    const library: Library = await (await fetch(`${server.url}library.json`)).json();
    const paths = [
      ...library.runs.flatMap(({ name, files }) => files.map(({ path }) => `runs/${name}/${path}`)),
      ...library.runs.flatMap(({ episodes }) => episodes.map(({ path }) => path)),
      ...library.recordings.map(({ path }) => path),
      "main.js",
      "",
    ];
    for (const path of paths) {
      const response = await fetch(server.url + path.split("/").map(encodeURIComponent).join("/"));
      await response.body?.cancel();
      assertEquals([path, response.status], [path, 200]);
    }
    await server.close();
  }));

Deno.test("an export holds the examples, too, with their model cards", () =>
  inFolder(async (folder) => {
    writeRun(`${folder}/pretrained/car`);
    write(`${folder}/pretrained/car/README.md`, "# car");
    await exportTo(`${folder}/site`, { runs: `${folder}/runs`, examples: `${folder}/pretrained` });
    const library: Library = JSON.parse(Deno.readTextFileSync(`${folder}/site/library.json`));
    assertEquals(library.runs.map(({ name, example }) => [name, example]), [["car", true]]);
    const files = filesIn(`${folder}/site`);
    for (const { path } of library.runs[0].files) assert(files.includes(`runs/car/${path}`), path);
    assert(files.includes("runs/car/README.md"));
  }));

Deno.test("an export can hold one run or one recording alone", () =>
  inFolder(async (folder) => {
    writeRuns(`${folder}/runs`);
    writeRun(`${folder}/runs/two`);
    await exportTo(`${folder}/a`, { files: [`${folder}/runs/one`] });
    assertEquals(
      filesIn(`${folder}/a`),
      [...OF_THE_PAGE, ...OF_A_RUN.map((path) => `runs/one/${path}`)].sort(),
    );
    await exportTo(`${folder}/b`, { files: [`${folder}/runs/collected/a b.rec`] });
    assertEquals(filesIn(`${folder}/b`), [...OF_THE_PAGE, "recordings/a b.rec"].sort());
    await exportTo(`${folder}/c`, { runs: `${folder}/nothing-yet` });
    assertEquals(filesIn(`${folder}/c`), OF_THE_PAGE);
  }));

Deno.test("an export made again takes over what is new, removes what is gone and leaves what it did not write", () =>
  inFolder(async (folder) => {
    const runs = `${folder}/runs`, site = `${folder}/site`;
    writeRuns(runs);
    await exportTo(site, { runs });
    write(`${site}/CNAME`, "somnium.example");
    Deno.removeSync(`${runs}/collected`, { recursive: true });
    Deno.removeSync(`${runs}/one/checkpoints/vision.1.safetensors`);
    write(`${runs}/one/checkpoints/vision.2.safetensors`, "newer weights");
    write(`${runs}/one/metrics.jsonl`, "more\nlines\n");
    await exportTo(site, { runs });
    const files = filesIn(site);
    assertEquals(files.filter((path) => /collected|vision\.1/.test(path)), []);
    assert(files.includes("runs/one/checkpoints/vision.2.safetensors") && files.includes("CNAME"));
    assertEquals([...Deno.readDirSync(`${site}/runs`)].map(({ name }) => name), ["one"]);
    assertEquals(Deno.readTextFileSync(`${site}/runs/one/metrics.jsonl`), "more\nlines\n");
  }));

Deno.test("an export that was killed on the way can be made again", () =>
  inFolder(async (folder) => {
    const runs = `${folder}/runs`, site = `${folder}/site`;
    writeRuns(runs);
    const broken = new Map(STUB_PAGE).set("main.js", undefined as never); // falls over when its turn comes
    await assertRejects(() => exportTo(site, { runs, page: broken }));
    assert(!filesIn(site).includes("index.html"), "the page comes last: nobody opens a half");
    Deno.writeTextFileSync(`${site}/runs/one/config.json.partial`, "half");
    await exportTo(site, { runs });
    const expected = [...OF_THE_PAGE, "runs/collected/a b.rec", ...OF_A_RUN.map((path) => `runs/one/${path}`)]
      .sort();
    assertEquals(filesIn(site), expected);
  }));

Deno.test("a folder with anything else in it is not written to", () =>
  inFolder(async (folder) => {
    const runs = `${folder}/runs`;
    writeRuns(runs);
    const before = filesIn(folder);
    await assertRejects(() => exportTo(runs, { runs }), RangeError, 'got one with "collected" in it');
    await assertRejects(() => exportTo(`${runs}/one/config.json`, { runs }), RangeError, "expected a folder");
    assertEquals(filesIn(folder), before);
    for (const files of [["../runs/one/config.json"], ["/etc/passwd"], ["a/../../b"], [7], "all"]) {
      write(
        `${folder}/tampered/somnium-export.json`,
        JSON.stringify({ format: "somnium-export", version: 1, files }),
      );
      await assertRejects(
        () => exportTo(`${folder}/tampered`, { runs }),
        RangeError,
        "expected an empty folder",
      );
    }
    assert(filesIn(folder).includes("runs/one/config.json"));
  }));
